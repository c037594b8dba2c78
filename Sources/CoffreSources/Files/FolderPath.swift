import CoffreCore
import Synchronization

/// Where a folder lies: its name and the folder above. A path is put together when somebody asks, so that a tree costs
/// as much memory as it has names, however deep it is.
final class FolderPath: Sendable {
  let name: PathBytes
  private let above: Mutex<FolderPath?>

  /// - Parameter parent: `nil` for the folder of a target, whose `name` is its absolute path.
  init(_ name: PathBytes, in parent: FolderPath?) {
    self.name = name
    above = Mutex(parent)
  }

  /// Lets go of a long chain one by one: releases that release each other would exhaust the stack.
  deinit {
    var next = above.withLock { $0.take() }
    while next != nil, isKnownUniquelyReferenced(&next) { next = next?.above.withLock { $0.take() } }
  }

  private var names: [PathBytes] {
    var names = [name]
    var next = above.withLock { $0 }
    while let folder = next {
      names.append(folder.name)
      next = folder.above.withLock { $0 }
    }
    return names.reversed()
  }

  var bytes: PathBytes {
    let names = names
    guard names.count > 1 else { return name }
    var path: PathBytes = []
    path.reserveCapacity(names.reduce(0) { $0 + $1.count + 1 })
    for name in names {
      if !path.isEmpty, path.last != UInt8(ascii: "/") { path.append(UInt8(ascii: "/")) }
      path.append(contentsOf: name)
    }
    return path
  }

  /// For patterns.
  var components: [PathBytes] {
    let names = names
    return CoffreCore.components(of: names[0]) + names.dropFirst()
  }
}
