package import CoffreCore

extension SnapshotFilter {
  /// A part of a filter that no snapshot has: most likely mistyped.
  package struct Miss: Sendable, Hashable {
    /// As it was given: `--host shpo`.
    package let part: String
    package let message: Message
  }

  /// Which hosts, paths and tags that were asked for no snapshot has, and what there is instead; if each is there but no
  /// snapshot has all that was asked for, that.
  package func misses(among snapshots: [StoredSnapshot]) -> [Miss] {
    guard !isEmpty else { return [] }
    guard !snapshots.isEmpty else { return [Miss(part: given, message: "the repository holds no snapshot")] }
    let all = snapshots.map(\.snapshot)
    var misses: [Miss] = []
    for host in hosts where !all.contains(where: { SnapshotFilter(hosts: [host]).matches($0) }) {
      let option = "--host \(host)"  // not for people
      misses.append(
        Miss(part: option, message: "no snapshot is of this host; there are: \(listed(all.map(\.hostname)))"))
    }
    for path in paths where !all.contains(where: { SnapshotFilter(paths: [path]).matches($0) }) {
      let option = "--path \(path)"  // not for people
      misses.append(
        Miss(part: option, message: "no snapshot has this path; there are: \(listed(all.flatMap(\.paths)))"))
    }
    for tags in tagLists where !all.contains(where: { $0.bears(tags) }) {
      let option = "--tag \(tags.joined(separator: ","))"  // not for people
      let known = all.flatMap(\.tags)
      let instead: Message =
        known.isEmpty
        ? "no snapshot has these tags; there are none at all"
        : "no snapshot has these tags; there are: \(listed(known))"
      misses.append(Miss(part: option, message: instead))
    }
    if misses.isEmpty, !all.contains(where: matches) {
      misses.append(Miss(part: given, message: "no snapshot has all of this at once"))
    }
    return misses
  }

  /// The options that make this filter.
  private var given: String {
    let words =
      hosts.flatMap { ["--host", $0] } + paths.flatMap { ["--path", $0] }
      + tagLists.flatMap { ["--tag", $0.joined(separator: ",")] }
    return words.joined(separator: " ")
  }

  /// Each once, sorted, and not without end.
  private func listed(_ names: [String]) -> Message {
    let limit = 10
    let sorted = names.sorted { $0.sortsBefore($1) }
    let unique = sorted.enumerated().filter { $0 == 0 || !sorted[$0 - 1].hasSameBytes(as: $1) }.map(\.element)
    let first = unique.prefix(limit).joined(separator: ", ")
    return unique.count > limit ? "\(first) and \(unique.count - limit) more" : .verbatim(first)
  }
}
