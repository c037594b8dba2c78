import CoffreCore
import CoffreSystem

/// A file under a temporary name, which gets its own once all of it is on the disk.
///
/// `@unchecked Sendable`: one thread at a time uses it.
final class LocalDraft: ObjectDraft, @unchecked Sendable {
  private let store: LocalStore
  /// Where it is written: where it will lie, or at least in the same file system.
  private let folder: PathBytes
  private let temporary: PathBytes
  private var output: FileOutput?
  private var key: StoreKey
  private var isPublished = false

  /// - Parameters:
  ///   - key: what errors name until `finish` tells the right one.
  ///   - folder: the path that it is written in.
  ///   - temporary: its name there.
  init(in store: LocalStore, _ key: StoreKey, folder: PathBytes, temporary: PathBytes) {
    self.store = store
    self.key = key
    self.folder = folder
    self.temporary = temporary
  }

  deinit {
    guard output != nil, !isPublished else { return }
    try? FileDescriptor.openDirectory(path: folder).removeFile(temporary)
  }

  private func saving<Result>(_ body: () throws(SystemError) -> Result) throws(StoreError) -> Result {
    do throws(SystemError) { return try body() } catch { throw StoreError(error, .save, key.path) }
  }
}

// MARK: Writing

extension LocalDraft {
  func append(_ bytes: Span<UInt8>) throws(StoreError) {
    try saving { () throws(SystemError) in try opened().append(bytes) }
  }

  private func opened() throws(SystemError) -> FileOutput {
    if let output { return output }
    let opened: FileOutput
    do throws(SystemError) {
      opened = FileOutput(try create())
    } catch  where error.isNotFound {
      try store.makeFolder(folder)
      opened = FileOutput(try create())
    }
    output = opened
    return opened
  }

  private func create() throws(SystemError) -> FileDescriptor {
    try FileDescriptor.openDirectory(path: folder).open(
      temporary, for: .writing, [.create, .exclusive, .noFollow], permissions: store.modes.file | 0o200)
  }
}

// MARK: Making it durable

extension LocalDraft {
  func finish(at key: StoreKey) throws(StoreError) {
    self.key = key
    try saving { () throws(SystemError) in
      let output = try opened()
      try output.finish()
      try makeReadOnly(output.file)
      output.file.startWriting()
    }
  }

  /// A courtesy against accidents; file systems without permissions do without.
  private func makeReadOnly(_ file: borrowing FileDescriptor) throws(SystemError) {
    do throws(SystemError) {
      try file.setPermissions(store.modes.file)
    } catch {
      guard error.isNoPermission || error.isUnsupported else { throw error }
    }
  }

  func synchronize() throws(StoreError) { try saving { () throws(SystemError) in try output?.file.synchronize() } }

  func publish() throws(StoreError) {
    let (target, name) = splitPath(store.path(of: key))
    try saving { () throws(SystemError) in
      do throws(SystemError) {
        try rename(to: name, in: target)
      } catch  where error.isNotFound {
        try store.makeFolder(target)
        try rename(to: name, in: target)
      }
    }
    isPublished = true
  }

  private func rename(to name: PathBytes, in target: PathBytes) throws(SystemError) {
    try FileDescriptor.openDirectory(path: folder).rename(
      temporary, to: FileDescriptor.openDirectory(path: target), name, replacing: true)
  }

  func confirm() throws(StoreError) {
    try saving { () throws(SystemError) in
      try FileDescriptor.openDirectory(path: splitPath(store.path(of: key)).folder).synchronize()
    }
    output = nil
  }

  var bytesInMemory: [UInt8]? { nil }
}
