import CoffreCore
import CoffreEngine
import CoffreRepository

/// Snapshots and what a forget decides, in restic's words.
extension ResticJSON {
  /// One array and a line's end.
  static func list(_ snapshots: [StoredSnapshot]) -> [UInt8] {
    array(snapshots) { stored, json in write(stored.id, stored.snapshot, to: &json) }
  }

  /// One array of groups and a line's end.
  static func list(_ groups: [SnapshotGroup]) -> [UInt8] {
    array(groups) { group, json in
      json.beginObject()
      json.field("group_key") { json in
        json.beginObject()
        json.field("hostname") { $0.string(group.key.host ?? "") }
        json.field("paths") { write(group.key.paths, to: &$0) }
        json.field("tags") { write(group.key.tags, to: &$0) }
        json.endObject()
      }
      json.field("snapshots") { json in
        json.beginArray()
        for stored in group.snapshots { write(stored.id, stored.snapshot, to: &json) }
        json.endArray()
      }
      json.endObject()
    }
  }

  /// One array of groups and a line's end; nothing where no rule decided, as restic prints nothing for named ids.
  static func plan(_ plan: ForgetPlan) -> [UInt8] {
    guard plan.named.isEmpty else { return [] }
    return array(plan.groups) { group, json in
      json.beginObject()
      json.field("tags") { write(group.key.tags, to: &$0) }
      json.field("host") { $0.string(group.key.host ?? "") }
      json.field("paths") { write(group.key.paths, to: &$0) }
      json.field("keep") { write(group.decision.kept.map(\.item), to: &$0) }
      json.field("remove") { write(group.decision.removed, to: &$0) }
      json.field("reasons") { json in
        json.beginArray()
        for kept in group.decision.kept { write(kept, to: &json) }
        json.endArray()
      }
      json.endObject()
    }
  }

  private static func array<Element>(
    _ elements: [Element], _ write: (Element, inout JSONWriter) -> Void
  ) -> [UInt8] {
    var json = JSONWriter()
    json.beginArray()
    for element in elements { write(element, &json) }
    json.endArray()
    json.endLine()
    return json.output
  }

  /// The snapshot's own fields, then its ids.
  private static func write(_ id: SnapshotID, _ snapshot: Snapshot, to json: inout JSONWriter) {
    let fields = snapshot.encoded().dropLast()
    json.raw(fields + Array(#","id":"\#(id)","short_id":"\#(id.short)"}"#.utf8))
  }

  private static func write(_ snapshots: [StoredSnapshot], to json: inout JSONWriter) {
    guard !snapshots.isEmpty else { return json.null() }
    json.beginArray()
    for stored in snapshots { write(stored.id, stored.snapshot, to: &json) }
    json.endArray()
  }

  private static func write(_ texts: [String]?, to json: inout JSONWriter) {
    if let texts, !texts.isEmpty { json.strings(texts) } else { json.null() }
  }

  private static func write(_ kept: RetentionDecision<StoredSnapshot>.Kept, to json: inout JSONWriter) {
    json.beginObject()
    json.field("snapshot") { write(kept.item.id, kept.item.snapshot, to: &$0) }
    json.field("matches") { $0.strings(kept.reasons.map { text($0) }) }
    json.field("counters") { json in
      json.beginObject()
      for period in RetentionPeriod.allCases {
        switch kept.left[period] {
        case .atMost(let left) where left > 0: count(name(period), left, &json)
        case .unlimited: count(name(period), -1, &json)
        default: break
        }
      }
      json.endObject()
    }
    json.endObject()
  }

  private static func text(_ reason: RetentionReason) -> String {
    switch reason {
    case .tags(let tags): "has tags [\(tags.joined(separator: ", "))]"  // not for people
    case .counted(let period, let isOldest): "\(isOldest ? "oldest " : "")\(name(period)) snapshot"  // not for people
    case .within(.each, let duration, _): "within \(duration)"
    case .within(let period, let duration, let isOldest):
      "\(isOldest ? "oldest " : "")\(name(period)) within \(duration)"  // not for people
    }
  }

  private static func name(_ period: RetentionPeriod) -> String { period == .each ? "last" : period.rawValue }
}
