import CoffreCore
import CoffreSystem

/// Files that are written one by one under temporary names, and get their own together once all are on the disk.
///
/// A sync has the file system write its journal; the first one of a commit does so for all.
final class LocalBatch: SaveBatch {
  /// A file that is whole, but perhaps not on the disk yet. A class, as arrays do not hold descriptors.
  private final class Written {
    let file: FileDescriptor
    let key: StoreKey
    let folder: PathBytes
    let temporary: PathBytes

    init(_ file: consuming FileDescriptor, _ key: StoreKey, folder: PathBytes, temporary: PathBytes) {
      self.file = file
      self.key = key
      self.folder = folder
      self.temporary = temporary
    }
  }

  private let store: LocalStore
  private var written: [Written] = []

  init(in store: LocalStore) { self.store = store }

  deinit { discard() }

  func add(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) {
    let (folder, name) = splitPath(store.path(of: key))
    do throws(SystemError) {
      do throws(SystemError) {
        try write(bytes, at: key, named: name, in: folder)
      } catch  where error.isNotFound {
        try store.makeFolder(folder)
        try write(bytes, at: key, named: name, in: folder)
      }
    } catch {
      throw StoreError(error, .save, key.path)
    }
  }

  private func write(_ bytes: Span<UInt8>, at key: StoreKey, named name: PathBytes, in folder: PathBytes)
    throws(SystemError)
  {
    let directory = try FileDescriptor.openDirectory(path: folder)
    let temporary = name + Array("-tmp-\(String(UInt64.random(in: .min ... .max), radix: 36))".utf8)
    let modes = store.modes
    do throws(SystemError) {
      let file = try directory.open(
        temporary, for: .writing, [.create, .exclusive, .noFollow], permissions: modes.file | 0o200)
      try file.write(bytes)
      try makeReadOnly(file, modes.file)
      file.startWriting()
      written.append(Written(file, key, folder: folder, temporary: temporary))
    } catch {
      try? directory.removeFile(temporary)
      throw error
    }
  }

  /// A courtesy against accidents; file systems without permissions do without.
  private func makeReadOnly(_ file: borrowing FileDescriptor, _ permissions: UInt16) throws(SystemError) {
    do throws(SystemError) {
      try file.setPermissions(permissions)
    } catch {
      guard error.isNoPermission || error.isUnsupported else { throw error }
    }
  }

  func commit() throws(StoreError) {
    defer { discard() }
    for object in written { try saving(object) { () throws(SystemError) in try object.file.synchronize() } }
    var renamed: [Written] = []
    while let object = written.last {
      try saving(object) { () throws(SystemError) in
        let directory = try FileDescriptor.openDirectory(path: object.folder)
        try directory.rename(
          object.temporary, to: directory, splitPath(store.path(of: object.key)).name, replacing: true)
      }
      renamed.append(object)
      written.removeLast()
    }
    var synchronized: Set<PathBytes> = []
    for object in renamed where synchronized.insert(object.folder).inserted {
      try saving(object) { () throws(SystemError) in try FileDescriptor.openDirectory(path: object.folder).synchronize()
      }
    }
  }

  private func saving(_ object: Written, _ body: () throws(SystemError) -> Void) throws(StoreError) {
    do throws(SystemError) { try body() } catch { throw StoreError(error, .save, object.key.path) }
  }

  /// Removes what did not get its name.
  private func discard() {
    for object in written {
      try? FileDescriptor.openDirectory(path: object.folder).removeFile(object.temporary)
    }
    written = []
  }
}
