package import CoffreCore
import CoffreSystem
import PostgresKit

/// Puts a snapshot of a PostgreSQL server, or some of it, on a server.
///
/// A database is loaded beside what exists, under a name of its own, compared with the manifest, and given its name at the
/// very end. What fails before leaves the server as it was.
package final class PostgresRestore: PullingRestore {
  private let settings: DatabaseRestoreSettings
  private let choice: TableChoice
  private let cancellation: Cancellation

  /// - Throws: for patterns and names of tables that cannot be read.
  package init(_ settings: DatabaseRestoreSettings, cancellation: Cancellation) throws {
    self.settings = settings
    self.cancellation = cancellation
    choice = try TableChoice(settings.tables)
  }

  /// Nothing is held between runs.
  package func close() {}

  package func run(
    _ contents: any SnapshotContents, progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) -> [SourceNote] {
    let source = try RestoreSource(contents, of: .postgresql, progress: progress)
    let databases = try source.databases(named: settings.database)
    try RestoreSource.checkTarget(settings, of: databases)
    let server = try RestoreServer(settings, cancellation: cancellation)
    var work = RestoreWork(settings: settings, source: source, server: server)
    do throws(SourceError) {
      return try work.run(databases, choice) + notes(of: source.manifest)
    } catch {
      throw work.undo(after: error)
    }
  }

  private func notes(of manifest: DatabaseManifest) -> [SourceNote] {
    // Passwords are missed by roles that are made: `GlobalsRestore` names them.
    manifest.missed.filter { $0.object != MissingRights.rolePasswords }.map { missed in
      SourceNote(subject: missed.object, message: "it is not in the snapshot: \(missed.reason)")
    }
  }
}

extension RestoreSource {
  func script(_ file: PathBytes) throws(SourceError) -> ScriptReader {
    try ScriptReader(file, of: contents, progress: progress)
  }
}
