import CoffreCore

/// The folder of a database in a snapshot, as `SQLiteBackup` makes it.
struct SQLiteSnapshot: Sendable {
  let contents: any SnapshotContents
  let database: DatabaseManifest.Database
  /// Of the image, from the manifest's own folder.
  let image: PathBytes
  /// In bytes.
  let size: Int64
  let sum: String

  private static let largestManifest = 256 << 20

  init(_ contents: any SnapshotContents, progress: (Int64) -> Void) throws(SourceError) {
    self.contents = contents
    let manifest = try DatabaseManifest(in: contents, of: .sqlite, limit: Self.largestManifest, progress: progress)
    guard let database = manifest.databases.first,
      let size = database.properties[DatabaseManifest.imageSize].flatMap({ Int64($0) }),
      let sum = database.properties[DatabaseManifest.imageSum]
    else {
      throw SourceError(
        .failed, "read", Array(DatabaseManifest.fileName.utf8), because: "it does not say what the image must be")
    }
    self.database = database
    self.size = size
    self.sum = sum
    image = Array(database.path.utf8)
  }
}
