import CoffreCore
import CoffreSystem
import Synchronization

/// A folder of the target, open.
final class RestoreFolder: Sendable {
  let descriptor: FileDescriptor
  /// It has no extended attributes: what is made in it gets none either, neither inherited rights nor a label.
  let isPlain: Bool

  init(_ descriptor: consuming FileDescriptor) {
    // Where they cannot be told, each file is asked.
    isPlain = (try? descriptor.extendedAttributeNames().isEmpty) ?? false
    self.descriptor = descriptor
  }
}

/// The open folders of a restore: a bounded number, each opened beneath its parent without following links.
final class RestoreFolders: Sendable {
  /// Two generations: when the younger one is full, what the older one holds and nobody asked for is closed.
  private struct Open {
    static let limit = 128
    private var younger: [Int: RestoreFolder] = [:]
    private var older: [Int: RestoreFolder] = [:]

    mutating func use(_ number: Int) -> RestoreFolder? {
      if let folder = younger[number] { return folder }
      guard let folder = older.removeValue(forKey: number) else { return nil }
      keep(folder, for: number)
      return folder
    }

    mutating func keep(_ folder: RestoreFolder, for number: Int) {
      if younger.count >= Self.limit {
        older = younger
        younger = [:]
      }
      younger[number] = folder
    }
  }

  /// `nil` for a dry run into a target that does not exist.
  private let target: RestoreFolder?
  private let open = Mutex(Open())

  init(target: PathBytes, isDryRun: Bool) throws(SystemError) {
    do throws(SystemError) {
      self.target = RestoreFolder(try FileDescriptor.openDirectory(path: target))
    } catch  where isDryRun && error.isNotFound {
      self.target = nil
    }
  }

  /// - Parameter number: of a directory entry; `nil` for the target.
  func folder(_ number: Int?, in restore: FolderRestore) throws(SystemError) -> RestoreFolder {
    guard let number else {
      guard let target else { throw SystemError.notFound(restore.settings.target) }
      return target
    }
    if let folder = open.withLock({ $0.use(number) }) { return folder }
    // Up to an ancestor that is open, then down again: no recursion, however deep the tree.
    var chain: [Int] = []
    var next: Int? = number
    var folder: RestoreFolder?
    while let current = next, folder == nil {
      folder = open.withLock { $0.use(current) }
      if folder == nil {
        chain.append(current)
        next = restore.item(current).entry.parent
      }
    }
    var current: RestoreFolder
    if let folder { current = folder } else { current = try self.folder(nil, in: restore) }
    // The last ones of a long chain are kept too: who comes next mostly wants a neighbour.
    for (left, step) in zip(chain.indices, chain).reversed() {
      let descriptor = try current.descriptor.open(
        restore.item(step).entry.name, for: .reading, [.directory, .noFollow, .nonBlocking])
      current = RestoreFolder(descriptor)
      if left < Open.limit / 2 { open.withLock { [current] in $0.keep(current, for: step) } }
    }
    return current
  }
}
