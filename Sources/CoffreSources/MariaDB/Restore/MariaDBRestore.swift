package import CoffreCore
import CoffreSystem
import MariaDBKit

/// Puts a snapshot of a MariaDB or MySQL server, or some of it, on a server.
///
/// What takes the place of something is loaded beside it, under a name of its own, and compared with the manifest before
/// anything changes. What fails before leaves the server as it was.
package final class MariaDBRestore: PullingRestore {
  private let settings: DatabaseRestoreSettings
  private let choice: TableChoice
  private let cancellation: Cancellation

  /// - Throws: for patterns and names of tables that cannot be read.
  package init(_ settings: DatabaseRestoreSettings, cancellation: Cancellation) throws {
    self.settings = settings
    self.cancellation = cancellation
    choice = try TableChoice(settings.tables, for: .mariadb)
  }

  /// Nothing is held between runs.
  package func close() {}

  package func run(
    _ contents: any SnapshotContents, progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) -> [SourceNote] {
    let source = try RestoreSource(contents, of: .mariadb, progress: progress)
    let databases = try source.databases(named: settings.database)
    try RestoreSource.checkTarget(settings, of: databases)
    let target = try MariaDBTarget(settings, cancellation: cancellation)
    var work = MariaDBRestoreWork(settings: settings, source: source, target: target)
    do throws(SourceError) {
      return try work.run(databases, choice) + notes(of: source.manifest)
    } catch {
      throw work.undone(after: error)
    }
  }

  private func notes(of manifest: DatabaseManifest) -> [SourceNote] {
    manifest.missed.map { missed in
      SourceNote(subject: missed.object, message: "it is not in the snapshot: \(missed.reason)")
    }
  }
}

extension RestoreSource {
  /// The statements of a script that a backup wrote.
  func statements(of file: String, in folder: String) throws(SourceError) -> [[UInt8]] {
    let path = Array((folder.isEmpty ? file : "\(folder)/\(file)").utf8)
    let reader = try contents.read(path)
    var bytes: [UInt8] = []
    var buffer = makeBuffer(256 << 10)
    while true {
      var span = buffer.mutableSpan
      let count = try reader.read(into: &span)
      if count == 0 { break }
      append(buffer.span.extracting(0..<count), to: &bytes)
      progress(Int64(count))
      guard bytes.count <= Self.largestScript else {
        throw SourceError(.hostile, "read", path, because: "it is larger than any script of definitions")
      }
    }
    guard let statements = DelimitedScript.statements(of: bytes) else {
      throw SourceError(
        .failed, "read", path, because: "it is not what a backup writes",
        advice: "Check the repository with `coffre repo check --read-data`, or restore another snapshot.")
    }
    return statements
  }

  private static let largestScript = 1 << 30
}
