import CoffreCore
import FuseKit
import Synchronization

/// The entries that a layout made, by the numbers under which the kernel knows them.
///
/// A path keeps its number as long as it means the same; where another snapshot gets the path, that has another number.
/// Numbers are never taken back: there are as many as paths were ever asked for.
final class VirtualEntries: Sendable {
  struct Numbered: Sendable {
    let path: PathBytes
    let entry: SnapshotLayout.Entry
  }

  fileprivate struct Meaning: Hashable, Sendable {
    let path: PathBytes
    /// Which snapshot, or which other kind of entry.
    let kind: Kind

    enum Kind: Hashable, Sendable { case folder, link, snapshot(Digest) }
  }

  fileprivate struct State: Sendable {
    var layout: SnapshotLayout
    var numbers: [Meaning: NodeNumber] = [:]
    var entries: [NodeNumber: Numbered] = [:]
  }

  /// Numbers from here on name what is in snapshots.
  static let limit: NodeNumber = 1 << 24
  private let state: Mutex<State>

  init(_ layout: SnapshotLayout) {
    state = Mutex(State(layout: layout))
    state.withLock { _ = $0.number([]) }
  }

  func replace(by layout: SnapshotLayout) { state.withLock { $0.layout = layout } }

  /// What the number means now; for a snapshot that is gone, what it meant.
  subscript(_ node: NodeNumber) -> Numbered? {
    state.withLock { (state) -> Numbered? in
      guard let known = state.entries[node] else { return nil }
      guard let now = state.layout.entries[known.path], Meaning(known.path, now) == Meaning(known.path, known.entry)
      else { return known }
      return Numbered(path: known.path, entry: now)
    }
  }

  func find(_ name: PathBytes, in folder: PathBytes) throws(FileSystemFailure) -> (NodeNumber, Numbered) {
    let path = folder.isEmpty ? name : joined(folder, name)
    return try state.withLock { (state) throws(FileSystemFailure) in
      guard let entry = state.layout.entries[path] else { throw .notFound }
      return (try state.numbered(path), Numbered(path: path, entry: entry))
    }
  }

  func list(_ folder: PathBytes) throws(FileSystemFailure) -> [(name: PathBytes, node: NodeNumber, Numbered)] {
    try state.withLock { (state) throws(FileSystemFailure) in
      var found: [(name: PathBytes, node: NodeNumber, Numbered)] = []
      for name in state.layout.names[folder] ?? [] {
        let path = folder.isEmpty ? name : joined(folder, name)
        guard let entry = state.layout.entries[path] else { continue }
        found.append((name, try state.numbered(path), Numbered(path: path, entry: entry)))
      }
      return found
    }
  }
}

extension VirtualEntries.Meaning {
  fileprivate init(_ path: PathBytes, _ entry: SnapshotLayout.Entry) {
    self.path = path
    kind =
      switch entry {
      case .folder: .folder
      case .link: .link
      case .snapshot(let top): .snapshot(top.id)
      }
  }
}

extension VirtualEntries.State {
  /// - Returns: `nil` if there is nothing, or all numbers are given away.
  fileprivate mutating func number(_ path: PathBytes) -> NodeNumber? {
    guard let entry = layout.entries[path] else { return nil }
    let meaning = VirtualEntries.Meaning(path, entry)
    if let number = numbers[meaning] { return number }
    let number = topNode + NodeNumber(entries.count)
    guard number < VirtualEntries.limit else { return nil }
    numbers[meaning] = number
    entries[number] = VirtualEntries.Numbered(path: path, entry: entry)
    return number
  }

  fileprivate mutating func numbered(_ path: PathBytes) throws(FileSystemFailure) -> NodeNumber {
    guard let number = number(path) else { throw .tooMany }
    return number
  }
}
