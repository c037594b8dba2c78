package import CoffreCore

/// A manifest that cannot be read.
package struct MalformedManifest: MalformedDocument {
  package static let documentName: Message = "manifest"
  package let offset: Int
  package let problem: Message

  package init(offset: Int, problem: Message) {
    self.offset = offset
    self.problem = problem
  }
}

/// Why a manifest is of no use.
package enum DatabaseManifestError: Error, Sendable, Hashable {
  case malformed(MalformedManifest)
  /// Valid JSON that is something else.
  case foreign
  /// Written by a later Coffre, in a way that this one might take for another.
  case newer(version: UInt64)
  /// Of an engine that this Coffre does not know.
  case unknownKind(String)
}

extension DatabaseManifestError: Explained {
  package var explanation: Explanation {
    switch self {
    case .malformed(let error): error.explanation
    case .foreign:
      Explanation("the file 'manifest.json' is no manifest of Coffre", advice: "Choose a snapshot of a database.")
    case .newer(let version):
      Explanation(
        "the manifest has version \(version), and this Coffre reads up to \(DatabaseManifest.version)",
        advice: "Use the Coffre that made the backup, or a later one; `restore.sql` beside the manifest needs none.")
    case .unknownKind(let kind):
      Explanation(
        "the manifest is of '\(kind)', which this Coffre does not know",
        advice: "Use the Coffre that made the backup, or a later one.")
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .malformed, .foreign: .failed
    case .newer, .unknownKind: .versionNotSupported
    }
  }
}
