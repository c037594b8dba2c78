package import CoffreCore
import CoffreSystem
import MongoKit

/// Puts a snapshot of a MongoDB server, or some of it, on a server.
///
/// What takes the place of something is loaded beside it, under names of its own, and compared with the manifest before
/// anything changes. What fails before leaves the server as it was.
package final class MongoRestore: PullingRestore {
  private let settings: DatabaseRestoreSettings
  private let choice: TableChoice
  private let cancellation: Cancellation

  /// - Throws: for patterns and names of collections that cannot be read.
  package init(_ settings: DatabaseRestoreSettings, cancellation: Cancellation) throws {
    self.settings = settings
    self.cancellation = cancellation
    choice = try TableChoice(settings.tables, for: .mongodb)
  }

  /// Nothing is held between runs.
  package func close() {}

  package func run(
    _ contents: any SnapshotContents, progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) -> [SourceNote] {
    let source = try RestoreSource(contents, of: .mongodb, progress: progress)
    let databases = try source.databases(named: settings.database)
    try RestoreSource.checkTarget(settings, of: databases)
    let target = try MongoTarget(settings, cancellation: cancellation)
    var work = MongoRestoreWork(settings: settings, source: source, target: target)
    do throws(SourceError) {
      return try work.run(databases, choice) + notes(of: source.manifest)
    } catch {
      throw work.undone(after: error)
    }
  }

  private func notes(of manifest: DatabaseManifest) -> [SourceNote] {
    manifest.missed.map { missed in
      SourceNote(subject: missed.object, message: "the backup said of it: \(missed.reason)")
    }
  }
}
