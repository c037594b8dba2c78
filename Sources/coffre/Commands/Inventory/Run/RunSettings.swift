import CoffreArchives
import CoffreCore
import CoffreEngine
import CoffreInventory

/// What holds for all rows of a run.
struct RunSettings: Sendable {
  /// Whether archives are written into the rows' destinations.
  var writesArchives: Bool
  /// Where rows are backed up as snapshots; `nil` for nowhere.
  var repository: RepositoryAccess?
  var template: PointTemplate
  var zone = PointTemplate.Zone.utc
  var hostName: String?
  /// How many rows are done at the same time.
  var jobs: Int
  var queue: RowQueue.Settings
  /// How long to wait for shelves that others write to.
  var patience: Duration
  /// Coffre's own, which belong into no backup.
  var ownFolders: [PathBytes]
  /// Whether all that is remarkable about an archive is told.
  var isVerbose: Bool
  var stage: RowStage
  /// Where copies lie until they are archived.
  var area: StagingArea
}

/// A row of the list, and what else is known of it.
struct RunRow: Sendable {
  let judged: JudgedRow

  var label: String { judged.row.label }
  var plan: RowPlan? {
    guard case .planned(let plan) = judged.outcome else { return nil }
    return plan
  }

  /// What its archives are known by on their shelf: others that go there, or come from the same place, are not its own.
  var tag: String { #"inventory-row:\#(judged.row.bytes(.id).map { visible(displayed($0)) } ?? "")"# }

  /// The last part of what it names, for people.
  var name: String {
    if let plan { return visible(displayed(plan.source.split(separator: UInt8(ascii: "/")).last ?? [])) }
    return (judged.row.word(.fileName) ?? judged.row.word(.sourcePath)).map { visible($0) } ?? "?"
  }
}

/// What came of a row, for all who are told.
struct RunResult: Sendable {
  let row: RunRow
  let status: RowStatus
  let message: Message
  let began: Timestamp
  let duration: Duration
  var attempts = 1
  var archive: PathBytes?
  var archiveBytes: Int64?
  var snapshot: String?
  var files = 0
  var bytes: Int64 = 0
  var warnings = 0
  var removed = 0
  var way: String?

  var outcome: RowOutcome {
    RowOutcome(
      status: status, began: began, duration: duration, size: archiveBytes ?? (snapshot == nil ? nil : bytes),
      message: message, archive: archive.map { displayed($0) } ?? snapshot)
  }

  /// One line for people, and what programs want to know.
  var part: JobPart {
    let word: Message = .word(status.rawValue)
    var facts = [JobFact("number", .count(row.judged.row.number))]
    if let id = row.judged.row.bytes(.id) { facts.append(JobFact("id", .text(displayed(id)))) }
    facts.append(JobFact("state", .text(status.rawValue)))
    if let type = row.plan?.type.name ?? row.judged.row.word(.type) { facts.append(JobFact("rowType", .text(type))) }
    if let plan = row.plan { facts.append(JobFact("source", .text(displayed(plan.source)))) }
    if let way { facts.append(JobFact("way", .text(way))) }
    if let archive { facts.append(JobFact("archive", .text(displayed(archive)))) }
    if let archiveBytes { facts.append(JobFact("archiveBytes", .bytes(archiveBytes))) }
    if let snapshot { facts.append(JobFact("snapshotId", .text(snapshot))) }
    facts += [
      JobFact("files", .count(files)), JobFact("bytes", .bytes(bytes)), JobFact("warnings", .count(warnings)),
      JobFact("removed", .count(removed)), JobFact("attempts", .count(attempts)),
      JobFact("duration", .duration(duration)),
    ]
    return JobPart(
      kind: "row", exitCode: status.exitCode, message: "row \(row.label) (\(row.name)): \(word): \(message)",
      facts: facts)
  }
}
