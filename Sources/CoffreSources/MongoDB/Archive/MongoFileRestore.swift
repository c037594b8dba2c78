import CoffreCore
import CoffreSystem
import MongoKit

/// Puts an archive that mongodump wrote on a server, as a snapshot is restored: loaded aside, compared, put in place.
///
/// The archive is read twice: once to see that it is whole.
final class MongoFileRestore: DatabaseFileRestore {
  private let settings: DatabaseRestoreSettings
  private let file: PathBytes
  let size: Int64?

  /// - Parameter file: absolute.
  init(_ settings: DatabaseRestoreSettings, file: PathBytes) throws(SourceError) {
    self.settings = settings
    self.file = file
    let attributes: EntryAttributes
    do throws(SystemError) {
      attributes = try FileDescriptor.attributes(ofPath: file, .following)
    } catch {
      throw SourceError(error.isNoPermission ? .noPermission : .failed, "read", file, because: error.cause)
    }
    guard attributes.kind == .file else {
      throw SourceError(
        .failed, "read", file, because: "it is no archive of mongodump",
        advice: "Unpack it first if it is compressed; a folder of mongodump is restored by mongorestore.")
    }
    size = attributes.size * 2
  }

  func run(
    cancellation: Cancellation, progress: @escaping @Sendable (Int64) -> Void
  ) throws -> (name: String, notes: [SourceNote]) {
    do throws(MongoError) {
      try MongoLibrary.open()
    } catch {
      throw SourceError(restoring: error, "restore to", settings.location.text)
    }
    let index = try ArchiveIndex(file, cancellation, progress: progress)
    guard let first = index.collections.first else {
      throw SourceError(.failed, "read", file, because: "there is no collection in it")
    }
    if settings.targetName != nil,
      index.collections.contains(where: { !$0.database.hasSameBytes(as: first.database) })
    {
      throw SourceError(
        .failed, "restore to", Array(settings.location.text.utf8),
        because: "the archive has several databases, and there is one name for them",
        advice: "Leave the name out of the address: each becomes a new database.")
    }
    let restore = try MongoRestore(settings, cancellation: cancellation)
    let notes = try restore.run(ArchiveContents(file, index), progress: progress)
    return (settings.targetName ?? RestoreNames.restored(first.database, at: settings.now), notes)
  }
}
