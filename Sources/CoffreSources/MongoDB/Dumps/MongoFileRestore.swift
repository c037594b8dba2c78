import CoffreCore
import CoffreSystem
import MongoKit

/// Puts what mongodump wrote on a server, as a snapshot is restored: loaded aside, compared, put in place. It may be an
/// archive, plain or compressed, or a folder.
///
/// The dump is read twice: once to see that it is whole.
final class MongoFileRestore: DatabaseFileRestore {
  private enum Form: Sendable {
    case archive
    case compressed(DumpFile)
    case folder
  }

  private let settings: DatabaseRestoreSettings
  private let path: PathBytes
  private let form: Form
  let size: Int64?

  /// - Parameter path: absolute.
  init(_ settings: DatabaseRestoreSettings, file path: PathBytes) throws(SourceError) {
    self.settings = settings
    self.path = path
    let attributes: EntryAttributes
    do throws(SystemError) {
      attributes = try FileDescriptor.attributes(ofPath: path, .following)
    } catch {
      throw SourceError(error.isNoPermission ? .noPermission : .failed, "read", path, because: error.cause)
    }
    if attributes.kind == .directory {
      (form, size) = (.folder, nil)
      return
    }
    let dump = try DumpFile(path)
    if case .compressed = dump.form {
      (form, size) = (.compressed(dump), nil)
    } else {
      (form, size) = (.archive, attributes.size * 2)
    }
  }

  func run(
    cancellation: Cancellation, progress: @escaping @Sendable (Int64) -> Void
  ) throws -> (name: String, notes: [SourceNote]) {
    do throws(MongoError) {
      try MongoLibrary.open()
    } catch {
      throw SourceError(restoring: error, "restore to", settings.location.text)
    }
    let (contents, databases) = try open(cancellation, progress)
    guard let first = databases.first else {
      throw SourceError(.failed, "read", path, because: "there is no collection in it")
    }
    if settings.targetName != nil, databases.contains(where: { !$0.hasSameBytes(as: first) }) {
      throw SourceError(
        .failed, "restore to", Array(settings.location.text.utf8),
        because: "the dump has several databases, and there is one name for them",
        advice: "Leave the name out of the address: each becomes a new database.")
    }
    let restore = try MongoRestore(settings, cancellation: cancellation)
    let notes = try restore.run(contents, progress: progress)
    return (settings.targetName ?? RestoreNames.restored(first, at: settings.now), notes)
  }

  /// - Returns: the dump, and the database of each collection.
  private func open(
    _ cancellation: Cancellation, _ progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) -> (contents: MongoDumpContents, databases: [String]) {
    switch form {
    case .archive: return try contents(of: try ArchiveFile(path), cancellation, progress)
    case .compressed(let dump):
      return try contents(of: try ArchiveFile(unpacking: dump, cancellation), cancellation, progress)
    case .folder:
      let folder = try FolderDump(path)
      let collections = try folder.read(cancellation, progress: progress)
      let files = folder.collections.map(\.documents)
      let contents = MongoDumpContents(path, of: "", collections) { number throws(SourceError) in
        try files[number].map { file throws(SourceError) in try FolderDump.open(file, cancellation) } ?? TextReader([])
      }
      return (contents, collections.map(\.database))
    }
  }

  private func contents(
    of file: ArchiveFile, _ cancellation: Cancellation, _ progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) -> (contents: MongoDumpContents, databases: [String]) {
    let index = try ArchiveIndex(file, cancellation, progress: progress)
    let places = index.collections.map(\.places)
    let collections = index.collections.map(\.dumped)
    let contents = MongoDumpContents(path, of: index.serverVersion, collections) { number throws(SourceError) in
      PlacesReader(file, places[number])
    }
    return (contents, collections.map(\.database))
  }
}
