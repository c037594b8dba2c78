import CoffreCore
import CoffreRepository

/// Prints what was found, grouped by snapshot.
final class FindReport {
  private let console: Console
  private let output: LineBuffer
  private let line: NodeLine
  /// For naming packs; `nil` if nobody asked for them.
  private let index: BlobIndex?
  private var current: SnapshotID?
  private var snapshotsWithHits = 0
  private var hits = 0
  /// What restic prints at the end as one array.
  private var matches: [(snapshot: SnapshotID, matches: [[UInt8]])] = []

  init(_ arguments: ParsedArguments, _ console: Console, index: BlobIndex?) {
    self.console = console
    self.index = index
    output = LineBuffer(console)
    line = NodeLine(arguments, console)
  }

  func add(_ found: FoundEntry, in snapshot: StoredSnapshot) throws {
    try begin(snapshot)
    if console.speaksRestic {
      matches[matches.count - 1].matches.append(ResticJSON.match(found.node, path: found.path))
    } else if console.isJSON {
      try output.add(SnapshotJSON.node(found.node, path: found.path, type: "match", in: snapshot.id))
    } else {
      try output.add(line: line.text(found.node, at: found.path))
    }
  }

  func add(_ found: FoundObject, in snapshot: StoredSnapshot) throws {
    try begin(snapshot)
    let packs = index?.locations(of: found.id, found.kind) ?? []
    guard console.isJSON else {
      let shown = displayed(found.path)
      let text: Message =
        found.kind == .data ? "blob \(found.id) in '\(shown)'" : "tree \(found.id) of '\(shown)'"
      try output.add(text)
      if found.kind == .data, let tree = found.parentTree { try output.add("  in tree \(tree)") }
      for place in packs { try output.add("  in pack \(place.pack) at \(place.offset), \(place.length) bytes") }
      return
    }
    try output.add(
      SnapshotJSON.line("object") { json in
        json.field("objectType") { $0.string(found.kind == .data ? "blob" : "tree") }
        json.field("id") { $0.digest(found.id) }
        json.field("path") { $0.string(displayed(found.path)) }
        if let tree = found.parentTree { json.field("parentTree") { $0.digest(tree) } }
        json.field("snapshot") { $0.digest(snapshot.id) }
        json.field("snapshotTime") { $0.time(snapshot.snapshot.time) }
        guard index != nil else { return }
        json.field("packs") { $0.strings(packs.map(\.pack.description)) }
      })
  }

  private func begin(_ snapshot: StoredSnapshot) throws {
    hits += 1
    guard current != snapshot.id else { return }
    if !console.isJSON, !console.isQuiet {
      if current != nil { try output.add(line: "") }
      try output.add("snapshot \(snapshot.id.short) of \(snapshot.snapshot.time) on \(snapshot.snapshot.hostname)")
    }
    current = snapshot.id
    matches.append((snapshot: snapshot.id, matches: []))
    snapshotsWithHits += 1
  }

  func finish(snapshots: Int, exitCode: ExitCode) throws {
    if console.speaksRestic {
      try output.add(ResticJSON.matches(matches))
    } else if console.isJSON {
      try output.add(
        SnapshotJSON.line("summary") { json in
          json.field("exitCode") { $0.number(UInt64(exitCode.rawValue)) }
          json.field("hits") { $0.number(UInt64(hits)) }
          json.field("snapshots") { $0.number(UInt64(snapshots)) }
          json.field("snapshotsWithHits") { $0.number(UInt64(snapshotsWithHits)) }
        })
    } else if !console.isQuiet {
      if hits > 0 { try output.add(line: "") }
      try output.add(
        hits == 0
          ? "found nothing in \(counted(snapshots, "snapshot"))"
          : "found \(counted(hits, "entry", "entries")) in \(snapshotsWithHits) of \(counted(snapshots, "snapshot"))")
    }
    try output.flush()
  }
}
