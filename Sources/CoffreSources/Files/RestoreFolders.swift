import CoffreCore
import CoffreSystem
import Synchronization

/// A folder of the target, open.
final class RestoreFolder: Sendable {
  let descriptor: FileDescriptor
  init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
}

/// The open folders of a restore: a bounded number, each opened beneath its parent without following links.
final class RestoreFolders: Sendable {
  private static let limit = 128
  /// `nil` for a dry run into a target that does not exist.
  private let target: RestoreFolder?
  private let open = Mutex([Int: RestoreFolder]())

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
    if let folder = open.withLock({ $0[number] }) { return folder }
    // Up to an ancestor that is open, then down again: no recursion, however deep the tree.
    var chain: [Int] = []
    var next: Int? = number
    var folder: RestoreFolder?
    while let current = next, folder == nil {
      folder = open.withLock { $0[current] }
      if folder == nil {
        chain.append(current)
        next = restore.item(current).entry.parent
      }
    }
    var current: RestoreFolder
    if let folder { current = folder } else { current = try self.folder(nil, in: restore) }
    // The last ones of a long chain are kept too: who comes next mostly wants a neighbour.
    var kept: [Int: RestoreFolder] = [:]
    for (left, step) in zip(chain.indices, chain).reversed() {
      let descriptor = try current.descriptor.open(
        restore.item(step).entry.name, for: .reading, [.directory, .noFollow, .nonBlocking])
      current = RestoreFolder(descriptor)
      if left < Self.limit / 2 { kept[step] = current }
    }
    open.withLock { [kept] open in
      if open.count + kept.count > Self.limit { open = [:] }
      open.merge(kept) { old, _ in old }
    }
    return current
  }
}
