import CoffreCore
import CoffreEngine
import CoffreRepository
import CoffreSystem

/// What a forget will do: a table for each group, or a JSON line.
struct ForgetOutput: Sendable {
  let console: Console
  let isCompact: Bool

  /// What cannot be told any more is no reason to stop: the journal names what was removed.
  func show(_ plan: ForgetPlan) {
    if console.speaksRestic {
      try? console.print(ResticJSON.plan(plan))
    } else if console.isJSON {
      for line in jsonLines(plan) { try? console.print(line) }
    } else if !console.isQuiet {
      try? print(plan)
    }
  }
}

// MARK: For people

extension ForgetOutput {
  private func print(_ plan: ForgetPlan) throws {
    for group in plan.groups {
      try console.print(group.key.forPeople)
      let (kept, removed) = (group.decision.kept, group.decision.removed)
      var table = SnapshotTable(group: group.key, isCompact: isCompact)
      for one in kept { table.add(one.item.id, one.item.snapshot, reasons: text(one.reasons)) }
      try console.print("  keep \(counted(kept.count, "snapshot")):")
      try console.print(table: table.rows, indent: 4)
      if removed.isEmpty {
        try console.print("  remove nothing")
      } else {
        var table = SnapshotTable(group: group.key, isCompact: isCompact)
        for stored in removed { table.add(stored.id, stored.snapshot) }
        try console.print("  remove \(counted(removed.count, "snapshot")):")
        try console.print(table: table.rows, indent: 4)
      }
      try console.print("")
    }
    guard !plan.named.isEmpty else { return }
    var table = SnapshotTable(isCompact: isCompact)
    for one in plan.named {
      if let snapshot = one.snapshot { table.add(one.id, snapshot) } else { table.addUnreadable(one.id) }
    }
    try console.print("remove \(counted(plan.named.count, "snapshot")):")
    try console.print(table: table.rows, indent: 2)
    try console.print("")
  }

  private func text(_ reasons: [RetentionReason]) -> Message {
    guard let first = reasons.first else { return "" }
    return reasons.dropFirst().reduce(Self.text(first)) { "\($0), \(Self.text($1))" }
  }

  /// Why something stays, as tables show it.
  static func text(_ reason: RetentionReason) -> Message {
    switch reason {
    case .tags(let tags): "tags \(tags.joined(separator: ","))"
    case .counted(let period, isOldest: false): word(period)
    case .counted(let period, isOldest: true): "oldest \(word(period))"
    case .within(.each, let duration, _): "within \(duration.description)"
    case .within(let period, let duration, isOldest: false): "\(word(period)) within \(duration.description)"
    case .within(let period, let duration, isOldest: true): "oldest \(word(period)) within \(duration.description)"
    }
  }

  private static func word(_ period: RetentionPeriod) -> Message {
    switch period {
    case .each: "last"
    case .hourly: "hourly"
    case .daily: "daily"
    case .weekly: "weekly"
    case .monthly: "monthly"
    case .yearly: "yearly"
    }
  }
}

// MARK: For programs

extension ForgetOutput {
  /// One line of type `group` for each group; one without host, paths and tags for what was named.
  private func jsonLines(_ plan: ForgetPlan) -> [[UInt8]] {
    var lines = plan.groups.map { group in
      line(group.key) { json in
        json.field("keep") { json in
          json.beginArray()
          for one in group.decision.kept {
            SnapshotJSON.write(one.item.id, one.item.snapshot, to: &json) { json in write(one, to: &json) }
          }
          json.endArray()
        }
        write(removed: group.decision.removed.map { NamedSnapshot($0) }, to: &json)
      }
    }
    if !plan.named.isEmpty {
      lines.append(line(nil) { write(removed: plan.named, to: &$0) })
    }
    return lines
  }

  private func name(_ period: RetentionPeriod) -> String { period == .each ? "last" : period.rawValue }

  private func line(_ key: SnapshotGroup.Key?, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.field("type") { $0.string("group") }
    json.field("time") { $0.time(Clock.now()) }
    json.field("v") { $0.number(UInt64(1)) }
    if let key { SnapshotJSON.write(key, to: &json) }
    body(&json)
    json.endObject()
    json.endLine()
    return json.output
  }

  private func write(removed: [NamedSnapshot], to json: inout JSONWriter) {
    json.field("remove") { json in
      json.beginArray()
      for one in removed { SnapshotJSON.write(one.id, one.snapshot, to: &json) }
      json.endArray()
    }
  }

  /// `reasons`, and in `left` what the counting rules may still keep, -1 for without end.
  private func write(_ kept: RetentionDecision<StoredSnapshot>.Kept, to json: inout JSONWriter) {
    json.field("reasons") { json in
      json.beginArray()
      for reason in kept.reasons { write(reason, to: &json) }
      json.endArray()
    }
    json.field("left") { json in
      json.beginObject()
      for period in RetentionPeriod.allCases {
        guard let left = kept.left[period] else { continue }
        json.field(name(period)) { json in
          switch left {
          case .atMost(let count): json.number(Int64(count))
          case .unlimited: json.number(Int64(-1))
          }
        }
      }
      json.endObject()
    }
  }

  private func write(_ reason: RetentionReason, to json: inout JSONWriter) {
    json.beginObject()
    switch reason {
    case .tags(let tags):
      json.field("rule") { $0.string("tags") }
      json.field("tags") { $0.strings(tags) }
    case .counted(let period, let isOldest):
      json.field("rule") { $0.string(name(period)) }
      if isOldest { json.field("oldest") { $0.bool(true) } }
    case .within(let period, let duration, let isOldest):
      json.field("rule") { $0.string(period == .each ? "within" : name(period)) }
      json.field("within") { $0.string(duration.description) }
      if isOldest { json.field("oldest") { $0.bool(true) } }
    }
    json.endObject()
  }
}
