package import CoffreCore
package import CoffreRepository

/// The folders above the snapshots: made from the list of snapshots and the templates, and nothing else.
package struct SnapshotLayout: Sendable {
  package enum Entry: Sendable, Hashable {
    /// - Parameter modified: the time of the newest snapshot in it; `nil` if there is none.
    case folder(modified: Timestamp?)
    case snapshot(SnapshotTop)
    case link(to: PathBytes, modified: Timestamp)
  }

  /// By path from the top, without a slash at either end; the top itself has the empty path.
  package private(set) var entries: [PathBytes: Entry]
  /// The names in each folder, sorted.
  package private(set) var names: [PathBytes: [PathBytes]] = [:]

  /// One snapshot, or a folder in it, as the top.
  package init(only top: SnapshotTop) { entries = [[]: .snapshot(top)] }

  /// - Parameter snapshots: oldest first. Of several that would have one name the first gets it, the others `-1`, `-2`…
  package init(of snapshots: [StoredSnapshot], at templates: [PathTemplate], times: TimeTemplate) {
    entries = [[]: .folder(modified: nil)]
    var latest: [PathBytes: (target: PathBytes, time: Timestamp)] = [:]
    for template in templates { _ = makeFolders(template.constantFolders, time: nil) }
    for stored in snapshots {
      let time = stored.snapshot.time
      let timeText = times.text(of: time)
      for template in templates {
        let places = template.places(of: stored, time: timeText)
        for start in places.starts {
          let path = components(of: places.endsWithTime ? start + timeText : start)
          guard let name = path.last else { continue }
          let folder = makeFolders(path.dropLast(), time: time)
          let own = add(.snapshot(SnapshotTop(stored)), named: name, in: folder)
          guard places.endsWithTime else { continue }
          // The link stands beside where the time begins.
          let slash = start.lastIndex(of: UInt8(ascii: "/"))
          let above = makeFolders(slash.map { components(of: Array(start[..<$0])) } ?? [], time: time)
          let prefix = slash.map { Array(start[($0 + 1)...]) } ?? start
          let link = Self.joined(above + [prefix + Array("latest".utf8)])
          latest[link] = (Self.joined(Array((folder + [own])[above.count...])), time)
        }
      }
    }
    for (path, link) in latest where entries[path] == nil {
      entries[path] = .link(to: link.target, modified: link.time)
    }
    listNames()
  }

  private static func joined(_ path: [PathBytes]) -> PathBytes { Array(path.joined(separator: [UInt8(ascii: "/")])) }

  /// Makes what is missing of a path.
  ///
  /// - Returns: its components; others than asked for where a snapshot has one of the names.
  private mutating func makeFolders(_ path: some Collection<PathBytes>, time: Timestamp?) -> [PathBytes] {
    var reached: [PathBytes] = []
    touch(reached, time)
    for component in path {
      var name = component
      var number = 0
      while case .some(let entry) = entries[Self.joined(reached + [name])], !entry.isFolder {
        number += 1
        name = component + Array("-\(number)".utf8)
      }
      reached.append(name)
      let place = Self.joined(reached)
      if entries[place] == nil { entries[place] = .folder(modified: nil) }
      touch(reached, time)
    }
    return reached
  }

  private mutating func touch(_ folder: [PathBytes], _ time: Timestamp?) {
    guard let time, case .some(.folder(let before)) = entries[Self.joined(folder)] else { return }
    if before?.isBefore(time) ?? true { entries[Self.joined(folder)] = .folder(modified: time) }
  }

  /// - Returns: the name it got.
  private mutating func add(_ entry: Entry, named wanted: PathBytes, in folder: [PathBytes]) -> PathBytes {
    var name = wanted
    var number = 0
    while entries[Self.joined(folder + [name])] != nil {
      number += 1
      name = wanted + Array("-\(number)".utf8)
    }
    entries[Self.joined(folder + [name])] = entry
    return name
  }

  private mutating func listNames() {
    for path in entries.keys where !path.isEmpty {
      let slash = path.lastIndex(of: UInt8(ascii: "/"))
      names[slash.map { Array(path[..<$0]) } ?? [], default: []].append(
        slash.map { Array(path[($0 + 1)...]) } ?? path)
    }
    for folder in names.keys { names[folder]?.sort { $0.lexicographicallyPrecedes($1) } }
  }
}

extension SnapshotLayout.Entry {
  package var isFolder: Bool { if case .folder = self { true } else { false } }
}

/// A snapshot, or a folder in one, that appears as a folder. Everything below refers to it.
package final class SnapshotTop: Sendable {
  package let id: SnapshotID
  package let tree: TreeID
  package let time: Timestamp
  /// In the snapshot; empty for the whole.
  package let path: PathBytes
  /// What the snapshot says of the folder; `nil` for the whole.
  package let node: Node?

  package init(_ stored: StoredSnapshot) {
    id = stored.id
    tree = stored.snapshot.tree
    time = stored.snapshot.time
    path = []
    node = nil
  }

  package init(_ stored: StoredSnapshot, folder: Node, at path: PathBytes, tree: TreeID) {
    id = stored.id
    self.tree = tree
    time = stored.snapshot.time
    self.path = path
    node = folder
  }
}

extension SnapshotTop: Hashable {
  package static func == (left: SnapshotTop, right: SnapshotTop) -> Bool {
    left.id == right.id && left.path == right.path
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(id)
    hasher.combine(path)
  }
}
