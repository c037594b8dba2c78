import CoffreCore
import CoffreRepository
import CoffreSystem

/// Snapshots and nodes as JSON for programs.
enum SnapshotJSON {
  /// One document: the snapshots as the repository keeps them, each with its `id` and `shortId`.
  static func list(_ snapshots: [StoredSnapshot]) -> [UInt8] {
    var json = JSONWriter()
    json.beginArray()
    for stored in snapshots { write(stored.id, stored.snapshot, to: &json) }
    json.endArray()
    json.endLine()
    return json.output
  }

  /// One document: an array of groups, each with what it has in common and its snapshots.
  static func list(_ groups: [SnapshotGroup]) -> [UInt8] {
    var json = JSONWriter()
    json.beginArray()
    for group in groups {
      json.beginObject()
      write(group.key, to: &json)
      json.field("snapshots") { json in
        json.beginArray()
        for stored in group.snapshots { write(stored.id, stored.snapshot, to: &json) }
        json.endArray()
      }
      json.endObject()
    }
    json.endArray()
    json.endLine()
    return json.output
  }

  /// An object; `snapshot` is missing if it cannot be read.
  ///
  /// - Parameter more: adds fields of the caller.
  static func write(
    _ id: SnapshotID, _ snapshot: Snapshot?, to json: inout JSONWriter, more: (inout JSONWriter) -> Void = { _ in }
  ) {
    json.beginObject()
    json.field("id") { $0.string(id.description) }
    json.field("shortId") { $0.string(id.short) }
    if let snapshot { json.field("snapshot") { $0.raw(snapshot.encoded()) } }
    more(&json)
    json.endObject()
  }

  /// The fields `host`, `paths` and `tags`, as far as they were grouped by.
  static func write(_ key: SnapshotGroup.Key, to json: inout JSONWriter) {
    if let host = key.host { json.field("host") { $0.string(host) } }
    if let paths = key.paths { json.field("paths") { $0.strings(paths) } }
    if let tags = key.tags { json.field("tags") { $0.strings(tags) } }
  }

  /// One line: a file of a snapshot.
  ///
  /// - Parameters:
  ///   - type: `node`, or `match` for what was looked for.
  ///   - snapshot: where it was found, if there are several.
  static func node(_ node: Node, path: PathBytes, type: String = "node", in snapshot: SnapshotID? = nil) -> [UInt8] {
    line(type) { json in
      if let snapshot { json.field("snapshot") { $0.digest(snapshot) } }
      json.field("path") { $0.string(displayed(path)) }
      json.field("name") { $0.string(displayed(node.name)) }
      json.field("kind") { $0.string(node.kind.name) }
      json.field("mode") { $0.number(UInt64(node.mode.rawValue)) }
      json.field("permissions") { $0.number(UInt64(node.mode.permissions)) }
      json.field("uid") { $0.number(UInt64(node.userID)) }
      json.field("gid") { $0.number(UInt64(node.groupID)) }
      json.field("user") { $0.string(node.user) }
      json.field("group") { $0.string(node.group) }
      json.field("size") { $0.number(node.size) }
      json.field("mtime") { $0.time(node.modified) }
      json.field("atime") { $0.time(node.accessed) }
      json.field("ctime") { $0.time(node.changed) }
      json.field("inode") { $0.number(node.inode) }
      json.field("deviceId") { $0.number(node.deviceID) }
      json.field("links") { $0.number(node.links) }
      if node.kind == .symlink { json.field("linkTarget") { $0.string(displayed(node.linkTarget)) } }
    }
  }

  /// One line with the fields that every line has, then its own.
  static func line(_ type: String, _ fields: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.field("type") { $0.string(type) }
    json.field("time") { $0.time(Clock.now()) }
    json.field("v") { $0.number(UInt64(1)) }
    fields(&json)
    json.endObject()
    json.endLine()
    return json.output
  }
}
