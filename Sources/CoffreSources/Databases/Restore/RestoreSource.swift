import CoffreCore
import CoffreSystem

/// The folder of a server in a snapshot.
struct RestoreSource: Sendable {
  let contents: any SnapshotContents
  let manifest: DatabaseManifest
  /// Told of bytes of files, as they are taken.
  let progress: @Sendable (Int64) -> Void

  /// Of the largest manifest that is read: that of more than a million tables.
  private static let largestManifest = 1 << 30

  /// - Throws: also for a backup of another engine.
  init(
    _ contents: any SnapshotContents, of kind: DatabaseKind, progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) {
    self.contents = contents
    self.progress = progress
    manifest = try DatabaseManifest(in: contents, of: kind, limit: Self.largestManifest, progress: progress)
  }

  /// Only the database that is asked for, or all.
  func databases(named name: String?) throws(SourceError) -> [DatabaseManifest.Database] {
    guard let name else { return manifest.databases }
    guard let database = manifest.databases.first(where: { $0.name.hasSameBytes(as: name) }) else {
      throw SourceError(
        .failed, "bring back", Array(name.utf8),
        because: "the snapshot has only \(conjunction(manifest.databases.map { "'\($0.name)'" }))")
    }
    return [database]
  }

  func path(_ name: String, of database: DatabaseManifest.Database) -> PathBytes {
    Array("\(database.path)/\(name)".utf8)
  }

  /// The names of the files of a database.
  func files(of database: DatabaseManifest.Database) throws(SourceError) -> Set<PathBytes> {
    Set(try contents.entries(of: Array(database.path.utf8)).map(\.name))
  }
}

extension RestoreSource {
  /// - Throws: for several databases that one name is given for.
  static func checkTarget(
    _ settings: DatabaseRestoreSettings, of databases: [DatabaseManifest.Database]
  ) throws(SourceError) {
    guard databases.count > 1, let target = settings.targetName else { return }
    throw SourceError(
      .failed, "restore to", Array(target.utf8),
      because: "the snapshot has \(counted(databases.count, "database")), and there is one name for them",
      advice: "Choose one of them with --database: \(alternatives(databases.map(\.name))).")
  }
}

extension Set<PathBytes> {
  func has(_ name: String) -> Bool { contains(Array(name.utf8)) }
}
