import CoffreArchives
import CoffreCore
import CoffreSystem

enum ShelfPruneCommand: RunnableCommand {
  private static let dryRun = OptionSpec("dry-run", "n", help: "only tell what would be removed")

  static let spec = CommandSpec(
    "shelf prune", "remove backups from a shelf by rules",
    arguments: [ShelfOptions.shelf],
    options: RetentionOptions.all + [dryRun],
    details:
      "Of each host and sources those stay that at least one rule keeps, all whose archives they need, and always the "
      + "newest that is complete and whole. Incomplete backups are counted by themselves: they take nobody's place.\n\n"
      + "Where a backup cannot be read nothing is removed, as nobody knows what it needs.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "also: a backup cannot be read"),
      ExitSpec(.usage, "wrong usage, such as no rule at all"),
      ExitSpec(.noRepository, "it is no shelf"), ExitSpec(.locked, "somebody writes to the shelf, or reads it"),
    ],
    examples: [
      ExampleSpec("coffre shelf prune /srv/shelf --keep-daily 7 --keep-monthly 12 -n", note: "see what would go"),
      ExampleSpec("coffre shelf prune /srv/shelf --keep-within 30d"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let policy = try RetentionOptions.policy(arguments)
    guard !policy.isEmpty else {
      throw UsageError("no rule says what to keep", advice: "Give a rule such as --keep-daily 7.")
    }
    let path = try absolutePath(of: arguments.bytes(argument: "shelf") ?? [])
    let patience = arguments.duration(GlobalOptions.retryLock) ?? .zero
    let job = ShelfPruneJob(path, policy, isDryRun: arguments.isOn(dryRun), patience: patience) { show($0, console) }
    return await console.run(job) { result in
      let removed = counted(result.count("removed"), "backup")
      let size = byteText(result.bytes("freedBytes"))
      let kept = result.count("kept")
      if result.flag("dryRun") {
        return ["would remove \(removed) (\(size)) and keep \(kept)", "dry run: nothing was removed"]
      }
      return ["removed \(removed) (\(size)), kept \(kept)"]
    }
  }

  private static func show(_ retention: ShelfRetention, _ console: Console) {
    guard !console.isJSON else {
      for kept in retention.kept {
        try? console.print(
          ShelfJSON.line(kept.point, type: "keep") { json in
            json.field("reasons") { $0.strings(kept.reasons.map { text($0).description }) }
          })
      }
      for point in retention.removed { try? console.print(ShelfJSON.line(point, type: "remove")) }
      return
    }
    guard !console.isQuiet else { return }
    let header: [Message] = ["NAME", "TIME", "VARIANT", "STORED", "KEPT AS"]
    let kept = retention.kept.map { kept in row(kept.point) + [list(kept.reasons.map { text($0) })] }
    try? console.print("keep \(counted(kept.count, "backup")):")
    try? console.print(table: [header] + kept, indent: 2)
    guard !retention.removed.isEmpty else {
      try? console.print("remove nothing")
      return
    }
    try? console.print("remove \(counted(retention.removed.count, "backup")):")
    try? console.print(table: [Array(header.dropLast())] + retention.removed.map { row($0) }, indent: 2)
  }

  private static func row(_ point: ShelfPoint) -> [Message] {
    let variant: Message = .word(point.manifest.variant.rawValue)
    return [
      "\(point.text)", "\(point.manifest.takenAt)",
      point.manifest.isComplete ? variant : "\(variant), incomplete", byteText(point.archiveSize),
    ]
  }

  private static func list(_ texts: [Message]) -> Message {
    guard let first = texts.first else { return "" }
    return texts.dropFirst().reduce(first) { "\($0), \($1)" }
  }

  private static func text(_ reason: ShelfRetention.Reason) -> Message {
    switch reason {
    case .rule(let rule): ForgetOutput.text(rule)
    case .lastGood: "newest whole one"
    case .neededBy(let point): "needed by \(displayed(point))"
    case .noRule: "no rule"
    }
  }
}
