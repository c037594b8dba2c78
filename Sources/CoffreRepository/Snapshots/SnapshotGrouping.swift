package import CoffreCore

extension Snapshot: Retainable {}

extension StoredSnapshot: Retainable {
  package var time: Timestamp { snapshot.time }
  package var tags: [String] { snapshot.tags }
}

/// What snapshots must have in common to be of one group. Groups are compared byte for byte, paths and tags without
/// regard to their order, as restic does.
package struct SnapshotGrouping: Sendable, Hashable {
  package var byHost: Bool
  package var byPaths: Bool
  package var byTags: Bool

  package init(byHost: Bool = false, byPaths: Bool = false, byTags: Bool = false) {
    self.byHost = byHost
    self.byPaths = byPaths
    self.byTags = byTags
  }

  /// Whether all snapshots are one group.
  package var isNone: Bool { !byHost && !byPaths && !byTags }

  package static let hostAndPaths = SnapshotGrouping(byHost: true, byPaths: true)

  /// Reads `host`, `paths` and `tags` joined by commas; nothing or `none` makes one group of all.
  ///
  /// - Returns: `nil` if another word is among them.
  package init?(_ text: String) {
    self.init()
    if text == "none" { return }
    for word in text.split(separator: ",") {
      switch word {
      case "host", "hosts": byHost = true
      case "path", "paths": byPaths = true
      case "tag", "tags": byTags = true
      default: return nil
      }
    }
  }

  /// Splits snapshots into groups, which come sorted; within each they keep their order.
  package func groups(of snapshots: [StoredSnapshot]) -> [SnapshotGroup] {
    var groups: [SnapshotGroup] = []
    var numbers: [[[UInt8]]: Int] = [:]
    for stored in snapshots {
      let key = key(of: stored.snapshot)
      if let number = numbers[key.bytes] {
        groups[number].snapshots.append(stored)
      } else {
        numbers[key.bytes] = groups.count
        groups.append(SnapshotGroup(key: key, snapshots: [stored]))
      }
    }
    return groups.sorted { $0.key.sortsBefore($1.key) }
  }

  private func key(of snapshot: Snapshot) -> SnapshotGroup.Key {
    SnapshotGroup.Key(
      host: byHost ? snapshot.hostname : nil,
      paths: byPaths ? snapshot.paths.sorted { $0.sortsBefore($1) } : nil,
      tags: byTags ? snapshot.tags.sorted { $0.sortsBefore($1) } : nil)
  }
}

/// Snapshots that have something in common.
package struct SnapshotGroup: Sendable {
  /// What they share; `nil` where it was not asked for.
  package struct Key: Sendable, Hashable {
    package let host: String?
    /// Sorted.
    package let paths: [String]?
    /// Sorted.
    package let tags: [String]?

    /// Equal only for equal keys. Strings themselves would not do: they take two spellings of `é` for one.
    fileprivate var bytes: [[UInt8]] {
      let texts = [host ?? "", "\(paths?.count ?? 0)"] + (paths ?? []) + (tags ?? [])
      return texts.map { Array($0.utf8) }
    }

    /// By host, then paths, then tags.
    fileprivate func sortsBefore(_ other: Key) -> Bool {
      for (own, others) in [([host ?? ""], [other.host ?? ""]), (paths ?? [], other.paths ?? [])] {
        let (own, others) = (own.map { Array($0.utf8) }, others.map { Array($0.utf8) })
        if own != others { return own.lexicographicallyPrecedes(others) { $0.lexicographicallyPrecedes($1) } }
      }
      return (tags ?? []).lexicographicallyPrecedes(other.tags ?? []) { $0.sortsBefore($1) }
    }
  }

  package let key: Key
  package fileprivate(set) var snapshots: [StoredSnapshot]
}

extension SnapshotGroup.Key {
  /// `host 'shop', paths '/etc, /home'`; `all snapshots` where nothing was asked for.
  package var forPeople: Message {
    var parts: [Message] = []
    if let host { parts.append("host '\(host)'") }
    if let paths { parts.append("paths '\(paths.joined(separator: ", "))'") }
    if let tags { parts.append(tags.isEmpty ? "no tags" : "tags '\(tags.joined(separator: ","))'") }
    guard let first = parts.first else { return "all snapshots" }
    return parts.dropFirst().reduce(first) { "\($0), \($1)" }
  }
}
