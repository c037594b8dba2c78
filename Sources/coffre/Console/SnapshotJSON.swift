import CoffreCore
import CoffreRepository

/// Snapshots and nodes as JSON for programs.
enum SnapshotJSON {
  /// One document: the snapshots as the repository keeps them, each with its `id` and `shortId`.
  static func list(_ snapshots: [StoredSnapshot]) -> [UInt8] {
    var json = JSONWriter()
    json.beginArray()
    for stored in snapshots {
      json.beginObject()
      json.field("id") { $0.string(stored.id.description) }
      json.field("shortId") { $0.string(stored.id.short) }
      json.field("snapshot") { $0.raw(stored.snapshot.encoded()) }
      json.endObject()
    }
    json.endArray()
    return json.output + [UInt8(ascii: "\n")]
  }

  static func node(_ node: Node, path: PathBytes) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.field("type") { $0.string("node") }
    json.field("v") { $0.number(UInt64(1)) }
    json.field("path") { $0.string(displayed(path)) }
    json.field("kind") { $0.string(node.kind.name) }
    json.field("permissions") { $0.number(UInt64(node.mode.permissions)) }
    json.field("uid") { $0.number(UInt64(node.userID)) }
    json.field("gid") { $0.number(UInt64(node.groupID)) }
    json.field("user") { $0.string(node.user) }
    json.field("group") { $0.string(node.group) }
    json.field("size") { $0.number(node.size) }
    json.field("mtime") { $0.time(node.modified) }
    json.field("inode") { $0.number(node.inode) }
    if node.kind == .symlink { json.field("linkTarget") { $0.string(displayed(node.linkTarget)) } }
    json.endObject()
    return json.output + [UInt8(ascii: "\n")]
  }
}
