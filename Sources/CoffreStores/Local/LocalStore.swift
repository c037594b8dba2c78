package import CoffreCore
import CoffreSystem

/// A store in a folder of this machine.
///
/// An object is written under a temporary name beside its final one, synced, renamed, and its folder synced: after
/// `save` has returned it survives a power cut; before, nothing stands under its name. Files are read-only once whole.
package struct LocalStore: Store {
  package let folder: PathBytes
  let modes: Modes

  /// What new files and folders may be read by.
  struct Modes {
    var folder: UInt16 = 0o700
    var file: UInt16 = 0o400
  }

  /// Opens a folder that exists. If its `config` is readable by a group, new files will be too.
  package init(folder: PathBytes) throws(StoreError) {
    let location = displayed(folder)
    do throws(SystemError) {
      self.folder = try absolutePath(of: folder)
      let attributes = try FileDescriptor.attributes(ofPath: self.folder, .following)
      guard attributes.kind == .directory else {
        throw SystemError.notADirectory(self.folder)
      }
    } catch {
      throw StoreError(error, .open, location)
    }
    var modes = Modes()
    if let config = try? FileDescriptor.attributes(ofPath: joined(self.folder, Array("config".utf8)), .following),
      config.permissions & 0o040 != 0
    {
      modes = Modes(folder: 0o750, file: 0o440)
    }
    self.modes = modes
  }

  /// Makes the folder, and those above it, unless it exists.
  package static func create(folder: PathBytes) throws(StoreError) -> LocalStore {
    do throws(SystemError) {
      try makeDirectories(absolutePath(of: folder), permissions: 0o700)
    } catch {
      throw StoreError(error, .create, displayed(folder))
    }
    return try LocalStore(folder: folder)
  }

  package var traits: StoreTraits {
    StoreTraits(location: displayed(folder), parallelRequests: 2, listsAtOnce: true, localFolder: folder)
  }

  func path(of key: StoreKey) -> PathBytes {
    key.path.isEmpty ? folder : joined(folder, Array(key.path.utf8))
  }
}

// MARK: Saving and removing

extension LocalStore {
  package func save(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) {
    let (folder, name) = splitPath(path(of: key))
    let draft = LocalDraft(in: self, key, folder: folder, temporary: Self.temporary(name))
    try draft.append(bytes)
    try draft.finish(at: key)
    try commit([draft])
  }

  /// The temporary name is one that a cleaning-up knows: an id before the mark. Errors tell it until there is a better one.
  package func makeDraft(in folder: StoreKey) -> (any ObjectDraft)? {
    let digits = Array("0123456789abcdef".utf8)
    let temporary = Self.temporary((0..<64).map { _ in digits[Int.random(in: 0..<16)] })
    let key = StoreKey("\(folder)/\(displayed(temporary))")
    return LocalDraft(in: self, key, folder: path(of: folder), temporary: temporary)
  }

  private static func temporary(_ name: PathBytes) -> PathBytes {
    name + Array("-tmp-\(String(UInt64.random(in: .min ... .max), radix: 36))".utf8)
  }

  /// Folders are made on demand, as peers need not have made all of `data/00` to `data/ff`; but never the store's own:
  /// a disk that is not mounted must not be taken for an empty repository.
  func makeFolder(_ path: PathBytes) throws(SystemError) {
    _ = try FileDescriptor.attributes(ofPath: folder, .following)
    try makeDirectories(path, permissions: modes.folder)
    var above = path
    while above.count > folder.count {
      above = splitPath(above).folder
      try FileDescriptor.openDirectory(path: above).synchronize()
    }
  }

  package func remove(_ key: StoreKey) throws(StoreError) {
    let (parent, name) = splitPath(path(of: key))
    do throws(SystemError) {
      let directory = try FileDescriptor.openDirectory(path: parent)
      try directory.removeFile(name)
      try directory.synchronize()
    } catch  where error.isNotFound {
      return
    } catch {
      throw StoreError(error, .remove, key.path)
    }
  }
}

// MARK: Loading and listing

extension LocalStore {
  package func load(_ key: StoreKey, range: Range<Int64>?, into buffer: inout MutableSpan<UInt8>) throws(StoreError)
    -> Int
  {
    let size: Int64
    do throws(SystemError) {
      let file = try FileDescriptor.open(path(of: key), for: .reading)
      let count = try file.read(into: &buffer, at: range?.lowerBound ?? 0)
      if count == range?.count { return count }
      size = try file.attributes().size
      if range == nil, count == Int(size) { return count }
    } catch {
      throw StoreError(error, .load, key.path)
    }
    let end = range?.upperBound ?? Int64(buffer.count)
    throw StoreError(.truncated, .load, key.path, because: "it has \(size) bytes, \(end) were expected")
  }

  package func list(_ prefix: StoreKey, _ each: (StoredObject) throws(StoreError) -> Void) throws(StoreError) {
    var pending = [prefix]
    while let key = pending.popLast() {
      var objects: [StoredObject] = []
      do throws(SystemError) {
        try collect(key, folders: &pending, objects: &objects)
      } catch  where error.isNotFound && !error.isNotDirectory {
        // A folder that was never made is an empty one; a repository that is gone, or not mounted, is an error, and so is
        // a file in place of a folder.
        try requireFolder()
      } catch {
        throw StoreError(error, .list, key.path.isEmpty ? traits.location : key.path)
      }
      for object in objects { try each(object) }
    }
  }

  /// One folder's files and sub-folders; leftovers of interrupted saves are passed over.
  private func collect(_ key: StoreKey, folders: inout [StoreKey], objects: inout [StoredObject]) throws(SystemError) {
    let directory = try FileDescriptor.openDirectory(path: path(of: key))
    var failure: SystemError?
    var found: [(name: String, attributes: EntryAttributes)] = []
    try directory.listEntries(filter: { _ in true }) { name, attributes, error in
      if let attributes {
        var text: [UInt8] = []
        append(name, to: &text)
        if let name = String(validating: text, as: UTF8.self) { found.append((name, attributes)) }
      } else if let error, !error.isNotFound {
        failure = error
      }
    }
    if let failure { throw failure }
    for (name, attributes) in found where !name.contains("-tmp-") {
      let child = StoreKey(key.path.isEmpty ? name : key.path + "/" + name)
      switch attributes.kind {
      case .directory: folders.append(child)
      case .file: objects.append(StoredObject(key: child, sizeInBytes: attributes.size))
      default: continue
      }
    }
  }

  private func requireFolder() throws(StoreError) {
    do throws(SystemError) {
      let attributes = try FileDescriptor.attributes(ofPath: folder, .following)
      guard attributes.kind == .directory else { throw SystemError.notADirectory(folder) }
    } catch {
      throw StoreError(error, .open, traits.location)
    }
  }
}

extension StoreError {
  init(_ error: SystemError, _ action: Action, _ subject: String) {
    let reason: Reason =
      if error.isNotFound {
        .notFound
      } else if error.isNoSpace {
        .noSpace
      } else if error.isNoPermission {
        .noPermission
      } else if error.isReadOnly {
        .refused
      } else {
        .failed
      }
    self.init(reason, action, subject, because: error.cause)
  }
}
