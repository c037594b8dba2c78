import CoffreArchives
import CoffreCore
import CoffreEngine
import CoffreInventory
import CoffreSystem

enum InventoryRunCommand: RunnableCommand {
  static let spec = InventoryRunOptions.spec

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let inventory = try InventoryReading(arguments, console)
    // A repository that happens to be in the environment is not meant.
    let usesRepository = arguments.isGiven(GlobalOptions.repository)
    let writesArchives = !usesRepository || arguments.isGiven(InventoryOptions.to)
    guard !arguments.isOn(InventoryRunOptions.dryRun) else {
      return try InventoryPreview(inventory, try area(arguments), writesArchives: writesArchives).run(console)
    }
    let composition = try usesRepository ? RepositoryComposition(arguments, console) : nil
    let settings = try settings(arguments, console, inventory, composition, writesArchives: writesArchives)
    let (table, rows) = try inventory.read(console, withoutDestinations: !writesArchives)
    let judged = RunRow.judged(
      rows, writesArchives ? inventory.rules : inventory.rulesWithoutDestinations)
    let active = judged.filter { !$0.isInactive }
    guard !active.isEmpty else {
      throw InventoryError(
        .failed,
        rows.isEmpty
          ? "the list has no rows: nothing was backed up" : "no row is active: nothing was backed up",
        advice: "Look at it with `coffre inventory check`.")
    }
    let job = InventoryRunJob(active, inactive: rows.count - active.count, place: inventory.place.text, settings) {
      ListResults(
        inventory.place, inventory.tableName, table, inventory.mapping, language: console.language, events: $0)
    }
    let log = InventoryLog(
      try logFolder(arguments, inventory, writesArchives: writesArchives), hiding: inventory.secrets, console)
    return await console.run(job, listeners: [log], details: { job.progressLines }) { result in
      InventoryRunReport(result, job.ends).lines(console.language)
    }
  }

  static func area(_ arguments: ParsedArguments) throws -> StagingArea {
    try StagingArea(
      root: absolutePath(of: arguments.bytes(InventoryRunOptions.temporaryFolder) ?? StagingArea.defaultRoot()))
  }

  private static func logFolder(
    _ arguments: ParsedArguments, _ inventory: InventoryReading, writesArchives: Bool
  ) throws -> PathBytes {
    if let folder = arguments.bytes(InventoryRunOptions.logFolder) { return try absolutePath(of: folder) }
    let root = writesArchives ? inventory.rules.root : nil
    return joined(root ?? StateFolders.current.root, Array("logs".utf8))
  }

  private static func settings(
    _ arguments: ParsedArguments, _ console: Console, _ inventory: InventoryReading,
    _ composition: RepositoryComposition?, writesArchives: Bool
  ) throws -> RunSettings {
    let area = try area(arguments)
    let repository = composition?.access.openedOnce()
    // Asked for before the first row, and told before it if the repository is none.
    if let repository { _ = try repository.open() }
    return RunSettings(
      writesArchives: writesArchives, repository: repository,
      template: try PointTemplate(
        arguments.text(InventoryRunOptions.nameTemplate) ?? InventoryRunOptions.usualTemplate),
      zone: arguments.isOn(InventoryRunOptions.localNames) ? .local : .utc,
      hostName: arguments.text(InventoryRunOptions.host),
      jobs: arguments.integer(InventoryRunOptions.jobs) ?? processorCount,
      queue: RowQueue.Settings(
        retries: arguments.integer(InventoryRunOptions.retries) ?? 2,
        pause: arguments.duration(InventoryRunOptions.retryPause) ?? .seconds(30)),
      patience: arguments.duration(GlobalOptions.retryLock) ?? .zero,
      ownFolders: try StateFolders.chosen(by: arguments).all + [
        area.root, logFolder(arguments, inventory, writesArchives: writesArchives),
      ],
      isVerbose: console.verbosity > 0, stage: RowStages.staged(in: area, account: inventory.place.account), area: area)
  }
}

extension RunRow {
  var isInactive: Bool { if case .inactive = judged.outcome { true } else { false } }

  /// Judges rows by their words. Where two would be taken for one on a shelf, the later one is wrong.
  static func judged(_ rows: [InventoryRow], _ rules: RowRules) -> [RunRow] {
    struct Identity: Hashable {
      let source: PathBytes
      let destination: PathBytes
      let tag: String
    }
    let judge = RowJudge(rules)
    var known: [Identity: String] = [:]
    return rows.map { row in
      let judged = RunRow(judged: judge.judge(row))
      guard let plan = judged.plan else { return judged }
      let clean = { (path: PathBytes) in (try? absolutePath(of: path)) ?? path }
      let identity = Identity(source: clean(plan.source), destination: clean(plan.destination), tag: judged.tag)
      if let other = known[identity] {
        let problem = RowProblem(
          "double", nil,
          "row \(other) is the same, and their archives could not be told apart; give each an id of its own")
        return RunRow(
          judged: JudgedRow(row: row, outcome: .wrong([problem]), remarks: judged.judged.remarks))
      }
      known[identity] = judged.label
      return judged
    }
  }
}
