package import CoffreCore
import CoffreSystem
import Synchronization

/// The part of a cache folder that belongs to one repository, laid out as restic does: both may share it.
///
/// `<base>/CACHEDIR.TAG`, `<base>/<repository id>/version`, and below that the sealed files as stores hold them, in
/// `data`, `index` and `snapshots`, each with folders by the first two digits. Everything here may be deleted at any
/// moment, or be damaged: who reads verifies what comes out. What cannot be written is told once and then left.
package final class RepositoryCache: Sendable {
  /// The kinds that are kept; of packs, those of trees only.
  static let kinds: [ObjectKind] = [.snapshot, .index, .pack]
  /// Of the layout; a folder with a higher one belongs to programs that know more.
  static let layoutVersion = 1
  /// How often a file is tried to be saved in a folder that goes away.
  private static let patience = 10

  package let base: PathBytes
  /// `<base>/<repository id>`.
  package let folder: PathBytes
  /// Fewer blobs than that are read from the index files as quickly.
  let leastBlobs: Int
  private let note: @Sendable (Message) -> Void
  private let isWritable = Mutex(true)
  private let isReadable: Bool

  /// What a cache needs to know beside the repository.
  package struct Settings: Sendable {
    package let base: PathBytes
    /// Whether an index is kept parsed too.
    package var keepsIndex = true
    package var leastBlobs = 20_000
    /// Told once if the folder cannot be used.
    package var note: @Sendable (Message) -> Void

    package init(base: PathBytes, note: @escaping @Sendable (Message) -> Void) {
      self.base = base
      self.note = note
    }
  }

  /// Never fails: a cache that cannot be used holds nothing and takes nothing. Makes no folder yet.
  init(_ settings: Settings, repositoryID: Digest) {
    base = settings.base
    folder = joined(settings.base, repositoryID.hexBytes)
    leastBlobs = settings.leastBlobs
    note = settings.note
    isReadable = Self.version(of: folder).map { $0 <= Self.layoutVersion } ?? true
    guard isReadable else {
      isWritable.withLock { $0 = false }
      note("the cache in '\(displayed(folder))' is of a newer program: going on without it")
      return
    }
    touch()
  }

  /// - Returns: `nil` if there is none that can be read.
  private static func version(of folder: PathBytes) -> Int? {
    let bytes = try? readFile(joined(folder, Array("version".utf8)), limit: 64)
    return bytes.flatMap { Int(displayed($0.filter { $0 > 0x20 })) }
  }

  /// Says that the folder is in use, for who clears away old ones.
  private func touch() {
    let now = Clock.now()
    if let directory = try? FileDescriptor.openDirectory(path: folder) {
      try? directory.setTimes(accessed: now, modified: now)
    }
  }

  /// Whether it makes sense to fetch something for the sake of keeping it.
  var takesMore: Bool { isWritable.withLock { $0 } }
}

// MARK: Names

extension RepositoryCache {
  private func folder(of kind: ObjectKind) -> PathBytes { joined(folder, Array(kind.rawValue.utf8)) }

  package func path(of kind: ObjectKind, _ id: Digest) -> PathBytes {
    let name = id.hexBytes
    return joined(joined(folder(of: kind), name.prefix(2)), name)
  }

  var indexPath: PathBytes { joined(folder, Array("coffre-index".utf8)) }
}

// MARK: Reading

extension RepositoryCache {
  /// - Returns: `nil` if it is not there, or no plain file that can be read.
  func open(_ path: PathBytes) -> CachedFile? {
    guard isReadable else { return nil }
    do throws(SystemError) {
      let file = try FileDescriptor.open(path, for: .reading, [.nonBlocking, .noFollow])
      let attributes = try file.attributes()
      guard attributes.kind == .file else { return nil }
      return CachedFile(file, sizeInBytes: attributes.size)
    } catch {
      return nil
    }
  }

  private static func id(named name: PathBytes) -> Digest? {
    name.count == Digest.hexCount ? Digest(hex: name.span, at: 0) : nil
  }

  private func names(in path: PathBytes) -> [PathBytes] {
    guard let directory = try? FileDescriptor.openDirectory(path: path) else { return [] }
    return (try? directory.entryNames()) ?? []
  }
}

/// An open file of the cache; deleted or not, it can be read to its end.
final class CachedFile: Sendable {
  let descriptor: FileDescriptor
  let sizeInBytes: Int64

  init(_ descriptor: consuming FileDescriptor, sizeInBytes: Int64) {
    self.descriptor = descriptor
    self.sizeInBytes = sizeInBytes
  }
}

// MARK: Writing and removing

extension RepositoryCache {
  /// Puts a file there, whole or not at all. Not synced: what a power cut leaves of it is found out by who reads it.
  ///
  /// - Returns: whether it is there now.
  @discardableResult
  func save(_ bytes: Span<UInt8>, at path: PathBytes) -> Bool {
    save(at: path) { file throws(SystemError) in try file.descriptor.write(bytes) }
  }

  @discardableResult
  func save(at path: PathBytes, _ write: (CachedFile) throws(SystemError) -> Void) -> Bool {
    guard takesMore else { return false }
    var failures = 0
    while true {
      do throws(SystemError) {
        if failures > 0 {
          try prepare()
          try makeDirectories(splitPath(path).folder)
        }
        try replace(path, write)
        return true
      } catch {
        failures += 1
        // The first file of a kind, or somebody clears the cache away just now, which takes several steps.
        guard error.isNotFound, failures < Self.patience else {
          giveUp(because: error)
          return false
        }
      }
    }
  }

  private func replace(_ path: PathBytes, _ write: (CachedFile) throws(SystemError) -> Void)
    throws(SystemError)
  {
    let (parent, name) = splitPath(path)
    let directory = try FileDescriptor.openDirectory(path: parent)
    let temporary = temporaryName()
    do throws(SystemError) {
      try write(
        CachedFile(try directory.open(temporary, for: .writing, [.create, .exclusive, .noFollow]), sizeInBytes: 0))
      try directory.rename(temporary, to: directory, name, replacing: true)
    } catch {
      try? directory.removeFile(temporary)
      throw error
    }
  }

  private func prepare() throws(SystemError) {
    try makeDirectories(folder)
    try writeOnce(Array("Signature: 8a477f597d28d172789f06886806bc55\n".utf8), joined(base, Array("CACHEDIR.TAG".utf8)))
    let version = joined(folder, Array("version".utf8))
    if Self.version(of: folder) == nil { try writeFileAtomically(Array("\(Self.layoutVersion)".utf8), version) }
    for kind in Self.kinds { try makeDirectories(folder(of: kind)) }
  }

  private func writeOnce(_ bytes: [UInt8], _ path: PathBytes) throws(SystemError) {
    guard (try? FileDescriptor.attributes(ofPath: path)) == nil else { return }
    try writeFileAtomically(bytes, path)
  }

  private func giveUp(because error: SystemError) {
    let isFirst = isWritable.withLock { isWritable in
      defer { isWritable = false }
      return isWritable
    }
    guard isFirst else { return }
    note("the cache in '\(displayed(folder))' cannot be written (\(error.cause)): going on without it")
  }

  func remove(_ path: PathBytes) {
    do throws(SystemError) {
      try removeFile(path)
    } catch {
      if !error.isNotFound { log.debug("a cached file cannot be removed", ["path": displayed(path)]) }
    }
  }

  /// Removes the files of a kind that are no more in the repository, and what interrupted writers left.
  func keepOnly(_ kept: Set<Digest>, of kind: ObjectKind) {
    guard takesMore else { return }
    let top = folder(of: kind)
    for parent in names(in: top) where parent.count == 2 {
      for name in names(in: joined(top, parent)) {
        let path = joined(joined(top, parent), name)
        if let id = Self.id(named: name) {
          if !kept.contains(id) { remove(path) }
        } else {
          removeLeftover(path)
        }
      }
    }
    if kind == .index { for name in names(in: folder) { removeLeftover(joined(folder, name)) } }
  }

  /// Removes a temporary file that nobody has been writing for a day.
  private func removeLeftover(_ path: PathBytes) {
    guard splitPath(path).name.starts(with: Self.temporaryMark),
      let attributes = try? FileDescriptor.attributes(ofPath: path),
      attributes.modified.seconds < Clock.now().seconds - 86_400
    else { return }
    remove(path)
  }

  private static let temporaryMark = Array(".coffre-".utf8)
}
