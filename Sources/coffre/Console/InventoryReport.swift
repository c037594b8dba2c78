import CoffreCore
import CoffreInventory
import CoffreSystem

/// What `inventory check` found.
struct InventoryReport {
  private struct Line {
    let judged: JudgedRow
    let findings: RowLook.Findings

    var problems: [RowProblem] {
      guard case .wrong(let problems) = judged.outcome else { return findings.problems }
      return problems
    }
    var remarks: [RowProblem] { judged.remarks + findings.remarks }
    var plan: RowPlan? {
      guard case .planned(let plan) = judged.outcome else { return nil }
      return plan
    }
    var isActive: Bool {
      if case .inactive = judged.outcome { false } else { true }
    }
    /// Stable word for programs.
    var state: String { !isActive ? #"inactive"# : problems.isEmpty ? #"ready"# : #"wrong"# }
    var stateWord: Message { !isActive ? .word("inactive") : problems.isEmpty ? .word("ready") : .word("wrong") }
  }

  private let place: String
  private var lines: [Line] = []
  /// Columns for the outcome of a run that the list does not have.
  var missingResults: [InventoryColumn] = []
  /// What lies in the destinations; `nil` if nobody looked.
  var existing: ExistingArchives?
  /// Whether a run was asked what it would do.
  var isDryRun = false

  init(place: String) { self.place = place }

  /// - Parameters:
  ///   - looksAtDestination: whether archives would go there.
  ///   - outlook: what would be done to read what is named, where it is worth a word.
  mutating func take(
    _ judged: JudgedRow, _ look: RowLook, destination looksAtDestination: Bool = true,
    outlook: (RowPlan) -> Message? = { _ in nil }
  ) {
    var findings = RowLook.Findings()
    if case .planned(let plan) = judged.outcome {
      findings = look.look(at: plan, destination: looksAtDestination)
      if findings.problems.isEmpty, let text = outlook(plan) {
        findings.remarks.append(RowProblem("outlook", .sourcePath, text))
      }
    }
    lines.append(Line(judged: judged, findings: findings))
  }

  private var activeCount: Int { lines.count { $0.isActive } }
  private var wrongCount: Int { lines.count { !$0.problems.isEmpty } }

  /// A list that would back up nothing is no good list.
  var exitCode: ExitCode {
    if wrongCount == activeCount { return .failed }
    return wrongCount == 0 ? .done : .partial
  }

  /// Passwords that others may read are worth a word.
  static func warn(of variables: InventoryVariables, _ arguments: ParsedArguments, _ console: Console) {
    guard variables.isOpenToOthers, let path = arguments.text(InventoryOptions.environmentFile) else { return }
    console.note("warning: others may read '\(path)', which holds a password; run `chmod 600` on it")
  }

  func print(_ console: Console) throws {
    if console.isJSON { return try printJSON(console) }
    if !lines.isEmpty { try console.print(table: table) }
    for line in lines {
      for problem in line.problems { try console.print("wrong: row \(line.judged.row.label): \(problem.message)") }
      for remark in line.remarks { try console.print("note: row \(line.judged.row.label): \(remark.message)") }
    }
    try printExisting(console)
    if !missingResults.isEmpty, !lines.isEmpty, !console.isQuiet {
      try console.print(
        "note: the list has no column for \(missingResults.map(\.name).joined(separator: ", ")); nothing would be "
          + "written there")
    }
    if activeCount == 0 {
      try console.print(
        lines.isEmpty
          ? "the list has no rows: nothing would be backed up" : "no row is active: nothing would be backed up")
    } else {
      try console.print(
        "\(counted(activeCount, "active row")), \(wrongCount) wrong, \(lines.count - activeCount) not active")
    }
    if isDryRun { try console.print("dry run: nothing was written") }
  }

  /// Archives that are there, of older scripts too, as their names tell it.
  private func printExisting(_ console: Console) throws {
    guard let existing else { return }
    let now = Clock.now()
    for line in lines where line.plan != nil {
      let label = line.judged.row.label
      guard let archives = existing.ofRow[line.judged.row.number] else { continue }
      guard let newest = existing.newest(ofRow: line.judged.row.number) else {
        try console.print("row \(label): no archive is there yet")
        continue
      }
      let age = Duration.seconds(max(0, now.seconds - newest.modified.seconds))
      try console.print(
        "row \(label): \(counted(archives.count, "archive")), the newest '\(visible(displayed(newest.name)))' "
          + "(\(byteText(newest.size))) is \(durationText(age)) old")
    }
    for folder in existing.unlisted {
      try console.print("warning: '\(shown(folder.folder))' cannot be listed: \(folder.cause)")
    }
    for path in existing.strangers {
      try console.print("note: '\(shown(path))' bears the name of no row")
    }
  }

  private var table: [[Message]] {
    var rows: [[Message]] = [["ROW", "TYPE", "STATE", "SOURCE", "DESTINATION", "FORMAT", "KEEP"]]
    for line in lines {
      let row = line.judged.row
      let type = line.plan?.type.name ?? row.word(.type).map { visible($0) } ?? ""
      rows.append([
        "\(row.label)", "\(type)", line.stateWord, "\(shown(line.plan?.source))", "\(shown(line.plan?.destination))",
        "\(line.plan?.format ?? "")", line.plan.map { Self.words(for: $0.retention) } ?? "",
      ])
    }
    return rows
  }

  private static func words(for policy: RetentionPolicy) -> Message {
    if case .atMost(let count) = policy.counts[.each] { return "the newest \(count)" }
    if let duration = policy.durations[.each] { return "\(duration)" }
    return "all"
  }

  private func shown(_ path: PathBytes?) -> String { path.map { visible(displayed($0)) } ?? "" }
}

// MARK: - For programs

extension InventoryReport {
  private func printJSON(_ console: Console) throws {
    for line in lines { try console.print(SnapshotJSON.line("row") { write(line, to: &$0) }) }
    try console.print(
      SnapshotJSON.line("summary") { json in
        json.field("exitCode") { $0.number(UInt64(exitCode.rawValue)) }
        json.field("list") { $0.string(place) }
        json.field("rows") { $0.number(UInt64(lines.count)) }
        json.field("active") { $0.number(UInt64(activeCount)) }
        json.field("wrong") { $0.number(UInt64(wrongCount)) }
        json.field("missingResultColumns") { $0.strings(missingResults.map(\.name)) }
        if isDryRun { json.field("dryRun") { $0.bool(true) } }
        if let existing {
          json.field("archivesWithoutRow") { $0.strings(existing.strangers.map { displayed($0) }) }
          json.field("foldersNotListed") { $0.strings(existing.unlisted.map { displayed($0.folder) }) }
        }
      })
  }

  private func write(_ line: Line, to json: inout JSONWriter) {
    let row = line.judged.row
    json.field("number") { $0.number(UInt64(row.number)) }
    if let id = row.bytes(.id) { json.field("id") { $0.string(displayed(id)) } }
    json.field("state") { $0.string(line.state) }
    if let type = row.word(.type) { json.field("rowType") { $0.string(line.plan?.type.name ?? type) } }
    if let plan = line.plan {
      json.field("source") { $0.string(displayed(plan.source)) }
      json.field("destination") { $0.string(displayed(plan.destination)) }
      json.field("format") { $0.string(plan.format) }
      if case .atMost(let count) = plan.retention.counts[.each] { json.field("keepLast") { $0.number(UInt64(count)) } }
      if let duration = plan.retention.durations[.each] { json.field("keepWithin") { $0.string("\(duration)") } }
    }
    if let archives = existing?.ofRow[row.number] {
      json.field("archives") { $0.number(UInt64(archives.count)) }
      if let newest = existing?.newest(ofRow: row.number) {
        json.field("newestArchive") { $0.string(displayed(newest.name)) }
        json.field("newestArchiveBytes") { $0.number(newest.size) }
        json.field("newestArchiveTime") { $0.time(newest.modified) }
      }
    }
    if let size = line.findings.size { json.field("bytes") { $0.number(size) } }
    if let free = line.findings.freeSpace { json.field("freeBytes") { $0.number(free) } }
    for (key, list) in [("problems", line.problems), ("remarks", line.remarks)] {
      json.key(key)
      json.beginArray()
      for problem in list {
        json.beginObject()
        json.field("code") { $0.string(problem.code) }
        if let column = problem.column { json.field("column") { $0.string(column.name) } }
        json.field("message") { $0.string(problem.message.description) }
        json.endObject()
      }
      json.endArray()
    }
  }
}
