import CoffreCore
import CoffreRepository

/// Entries of snapshots, what differs between them, and keys, in restic's words.
extension ResticJSON {
  /// The first line of `ls`: the snapshot itself.
  static func lsHead(_ stored: StoredSnapshot) -> [UInt8] {
    var json = JSONWriter()
    json.raw(
      stored.snapshot.encoded().dropLast()
        + Array(
          #","id":"\#(stored.id)","short_id":"\#(stored.id.short)","message_type":"snapshot","struct_type":"snapshot"}"#
            .utf8))
    json.endLine()
    return json.output
  }

  /// A line of `ls`.
  static func lsNode(_ node: Node, path: PathBytes) -> [UInt8] {
    document { json in
      text("name", displayed(node.name), &json)
      text("type", node.kind.name, &json)
      text("path", displayed(path), &json)
      count("uid", Int(node.userID), &json)
      count("gid", Int(node.groupID), &json)
      if node.kind == .file { json.field("size") { $0.number(node.size) } }
      modeAndTimes(of: node, &json)
      if node.inode != 0 { json.field("inode") { $0.number(node.inode) } }
      text("message_type", "node", &json)
      text("struct_type", "node", &json)
    }
  }

  /// An element of `find`'s list of matches.
  static func match(_ node: Node, path: PathBytes) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    text("path", displayed(path), &json)
    text("type", node.kind.name, &json)
    modeAndTimes(of: node, &json)
    count("uid", Int(node.userID), &json)
    count("gid", Int(node.groupID), &json)
    if !node.user.isEmpty { text("user", node.user, &json) }
    if !node.group.isEmpty { text("group", node.group, &json) }
    if node.inode != 0 { json.field("inode") { $0.number(node.inode) } }
    if node.deviceID != 0 { json.field("device_id") { $0.number(node.deviceID) } }
    if node.kind == .file, node.size > 0 { json.field("size") { $0.number(node.size) } }
    if node.links != 0 { json.field("links") { $0.number(node.links) } }
    json.endObject()
    return json.output
  }

  /// What `find` prints at its end: one array, an object for each snapshot with hits.
  static func matches(_ found: [(snapshot: SnapshotID, matches: [[UInt8]])]) -> [UInt8] {
    var json = JSONWriter()
    json.beginArray()
    for (snapshot, matches) in found {
      json.beginObject()
      json.field("matches") { json in
        json.beginArray()
        for match in matches { json.raw(match) }
        json.endArray()
      }
      count("hits", matches.count, &json)
      text("snapshot", snapshot.description, &json)
      json.endObject()
    }
    json.endArray()
    json.endLine()
    return json.output
  }

  static func change(_ change: SnapshotChange) -> [UInt8] {
    line("change") { json in
      text("path", displayed(change.path), &json)
      text("modifier", change.modifier, &json)
    }
  }

  static func statistics(_ statistics: ComparisonStatistics, _ snapshots: [StoredSnapshot]) -> [UInt8] {
    line("statistics") { json in
      text("source_snapshot", snapshots[0].id.description, &json)
      text("target_snapshot", snapshots[1].id.description, &json)
      count("changed_files", statistics.changedFiles, &json)
      for (name, side) in [("added", statistics.added), ("removed", statistics.removed)] {
        json.field(name) { json in
          json.beginObject()
          count("files", side.files, &json)
          count("dirs", side.directories, &json)
          count("others", side.others, &json)
          count("data_blobs", side.dataBlobs, &json)
          count("tree_blobs", side.treeBlobs, &json)
          json.field("bytes") { $0.number(side.bytes) }
          json.endObject()
        }
      }
    }
  }

  static func keys(_ keys: [StoredKey], current: KeyID) -> [UInt8] {
    var json = JSONWriter()
    json.beginArray()
    for key in keys {
      json.beginObject()
      json.field("current") { $0.bool(key.id == current) }
      text("id", key.id.description, &json)
      text("userName", key.file.username, &json)
      text("hostName", key.file.hostname, &json)
      text("created", key.file.created.forPeople, &json)
      json.endObject()
    }
    json.endArray()
    json.endLine()
    return json.output
  }

  /// As Go prints a file mode: `-rw-r--r--`, `drwxr-xr-x`, `Lrwxrwxrwx`, `urwxr-xr-x`.
  private static func goText(_ mode: GoFileMode) -> String {
    let letters = "dalTLDpSugct?".enumerated().filter { mode.rawValue & (1 << UInt32(31 - $0.offset)) != 0 }
    let bits = (0..<9).map { position -> Character in
      mode.rawValue & (0o400 >> UInt32(position)) == 0 ? "-" : ["r", "w", "x"][position % 3]
    }
    return (letters.isEmpty ? "-" : String(letters.map(\.element))) + String(bits)
  }

  private static func modeAndTimes(of node: Node, _ json: inout JSONWriter) {
    json.field("mode") { $0.number(UInt64(node.mode.rawValue)) }
    text("permissions", goText(node.mode), &json)
    json.field("mtime") { $0.time(node.modified) }
    json.field("atime") { $0.time(node.accessed) }
    json.field("ctime") { $0.time(node.changed) }
  }
}
