/// Why an archive cannot be written or read.
package struct ArchiveError: Error, Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    case cannotWrite
    /// Cut short, changed or never whole: what it holds is not to be trusted.
    case damaged
    /// No format that this program reads.
    case unknownFormat
    /// It is encrypted, and nothing was given that opens it.
    case keyMissing
    /// What was given does not open it.
    case wrongKey
    /// Would write outside its place, or has a name that no file may have.
    case hostile
    /// Unpacks to more than it may: a limit says how much.
    case tooLarge
    /// The format, or this program, cannot do that.
    case unsupported
    /// A program that is needed is not installed, or too old.
    case toolMissing
    case noSpace
  }

  package let reason: Reason
  /// The format's name; empty if it is not known.
  package let format: String
  /// The entry at work; empty for the archive itself.
  package let path: PathBytes
  /// As the library said it.
  package let cause: Message

  package init(_ reason: Reason = .cannotWrite, format: String, path: PathBytes = [], because cause: Message) {
    self.reason = reason
    self.format = format
    self.path = path
    self.cause = cause
  }
}

extension ArchiveError: Explained {
  package var explanation: Explanation { Explanation(problem, because: cause, advice: advice) }

  private var problem: Message {
    switch reason {
    case .cannotWrite, .noSpace:
      path.isEmpty
        ? "cannot write the \(format) archive"
        : "cannot put '\(displayed(path))' into the \(format) archive"
    case .unknownFormat: "this is no archive that can be read"
    case .unsupported: path.isEmpty ? "this archive cannot be made so" : "cannot take '\(displayed(path))'"
    case .toolMissing: "a program for \(format) archives is missing"
    case .damaged, .keyMissing, .wrongKey, .hostile, .tooLarge:
      format.isEmpty
        ? "cannot read the archive"
        : path.isEmpty
          ? "cannot read the \(format) archive" : "cannot read '\(displayed(path))' in the \(format) archive"
    }
  }

  private var advice: Message? {
    switch reason {
    case .damaged: "Take another copy of the archive; what was unpacked from this one is not complete."
    case .keyMissing: "Give --password-file, --identity or --key-file, whichever it was made with."
    case .wrongKey: "Check the password or key, and that the file is the one you mean."
    case .hostile: "The archive may have been made to harm; ask where it comes from."
    case .tooLarge: "If you trust where it comes from, raise the limit."
    case .noSpace: "Free some space there, then run the command again."
    case .cannotWrite, .unknownFormat, .unsupported, .toolMissing: nil
    }
  }

  package var exitCode: ExitCode {
    switch reason {
    case .cannotWrite, .damaged, .unknownFormat, .hostile, .tooLarge: .failed
    case .keyMissing, .wrongKey: .wrongPassword
    case .unsupported: .usage
    case .toolMissing: .toolMissing
    case .noSpace: .noSpace
    }
  }
}
