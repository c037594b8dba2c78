import CoffreCore
import CoffreEngine
import CoffreRepository

enum SnapshotForgetCommand: RunnableCommand {
  private static let dryRun = OptionSpec("dry-run", "n", help: "only tell what would be removed")
  private static let prune = OptionSpec(
    "prune", help: "then free what only the removed snapshots needed, as `coffre repo prune` does")
  private static let compact = OptionSpec("compact", "c", help: "show ids, times and tags only")
  private static let allowRemoveAll = OptionSpec(
    "unsafe-allow-remove-all", help: "without a rule: remove all that --host, --path and --tag let through")

  static let spec = CommandSpec(
    "snapshot forget", "drop snapshots by rules, or by their ids",
    arguments: [
      ArgumentSpec("snapshot", .many(atLeast: 0), help: "ids, their beginnings, or 'latest'; instead of rules")
    ],
    options: RetentionOptions.all + [RetentionOptions.groupBy] + SnapshotOptions.withoutLetters
      + [dryRun, prune, compact, allowRemoveAll] + PruneOptions.all,
    exclusive: PruneOptions.exclusive,
    details: """
      In each group of snapshots those stay that at least one rule keeps. Hours, days, weeks, months and years are those \
      of the time zone in which a snapshot was made; a rule that has counts left keeps the oldest snapshot too. The last \
      snapshot of a group is never removed by rules.

      What only the removed snapshots needed still takes space until `coffre repo prune`, or --prune here. Where nothing \
      was removed, --prune does nothing; the options of `coffre repo prune` are understood with it.
      """,
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "failed; a snapshot cannot be read, or a group would lose its last one"),
      ExitSpec(.usage, "wrong usage, such as no rule at all"),
      ExitSpec(.partial, "some snapshots could not be removed"),
      ExitSpec(.noRepository), ExitSpec(.locked), ExitSpec(.wrongPassword),
    ],
    examples: [
      ExampleSpec(
        "coffre snapshot forget -r /srv/backups --keep-daily 7 --keep-weekly 5 --keep-monthly 12 -n",
        note: "see what would go"),
      ExampleSpec("coffre snapshot forget -r /srv/backups --keep-daily 7 --prune", note: "for cron"),
      ExampleSpec("coffre snapshot forget -r /srv/backups 3fa2c1d0", note: "one snapshot, whatever the rules"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    var options = ForgetJob.Options(try choice(arguments))
    options.filter = SnapshotOptions.filter(arguments)
    options.isDryRun = arguments.isOn(dryRun)
    let pruning = try pruning(arguments)
    let access = try RepositoryComposition(arguments, console).access.openedOnce(
      keepsLock: pruning != nil && !options.isDryRun)
    defer { access.letGo() }
    let output = ForgetOutput(console: console, isCompact: arguments.isOn(compact))
    let forget = ForgetJob(access, options: options) { output.show($0) }
    let code = await console.run(forget) { summary($0, isPruned: pruning != nil) }
    // What could not be removed still needs its data, and may soon be removed by another attempt.
    guard var pruning, code == .done, !forget.removed.isEmpty else { return code }
    if options.isDryRun { pruning.request.ignoredSnapshots = Set(forget.removed) }
    pruning.listedSnapshots = forget.left
    return await console.run(PruneJob(access, options: pruning), isFollowUp: true) { PruneSummary.lines($0) }
  }

  private static func pruning(_ arguments: ParsedArguments) throws -> PruneJob.Options? {
    guard arguments.isOn(prune) else {
      if let option = PruneOptions.all.first(where: { arguments.isGiven($0) }) {
        throw UsageError("'--\(option.name)' does nothing without '--prune'", advice: "Give --prune too.")
      }
      return nil
    }
    var options = PruneJob.Options()
    options.request = try PruneOptions.request(arguments)
    options.isDryRun = arguments.isOn(dryRun)
    return options
  }

  private static func choice(_ arguments: ParsedArguments) throws(UsageError) -> ForgetJob.Choice {
    let names = arguments.texts(argument: "snapshot")
    let policy = try RetentionOptions.policy(arguments)
    let grouping = try RetentionOptions.grouping(arguments)
    let filter = SnapshotOptions.filter(arguments)
    guard names.isEmpty else {
      guard policy.isEmpty, !arguments.isOn(allowRemoveAll) else {
        throw UsageError(
          "named snapshots are removed whatever the rules say", advice: "Give either ids or rules, not both.")
      }
      try SnapshotOptions.checkNames(names, filter)
      return .named(names)
    }
    guard policy.isEmpty else { return .rules(policy, grouping) }
    guard arguments.isOn(allowRemoveAll) else {
      throw UsageError(
        "no rule says what to keep", advice: "Give a rule such as --keep-daily 7, or the ids of snapshots to remove.")
    }
    guard !filter.isEmpty else {
      throw UsageError(
        "'--unsafe-allow-remove-all' would remove every snapshot of the repository",
        advice: "Say which ones with --host, --path or --tag.")
    }
    return .all
  }

  private static func summary(_ result: JobResult, isPruned: Bool) -> [Message] {
    let removed = counted(result.count("snapshotsRemoved"), "snapshot")
    let kept = result.count("snapshotsKept")
    let groups = counted(result.count("groups"), "group")
    // Without rules nothing is said of the others.
    let hasRules = result.has("groups")
    if hasRules, result.count("groups") == 0 { return ["nothing to remove: no snapshot matches"] }
    if result.flag("dryRun") {
      return [
        hasRules ? "would remove \(removed) and keep \(kept), in \(groups)" : "would remove \(removed)",
        "dry run: nothing was removed",
      ]
    }
    let failed = result.count("snapshotsNotRemoved")
    if result.count("snapshotsRemoved") == 0, failed == 0 {
      return [hasRules ? "nothing to remove: keeping \(counted(kept, "snapshot")) in \(groups)" : "nothing to remove"]
    }
    let duration = durationText(result.duration("duration"))
    var lines: [Message] = [
      hasRules ? "removed \(removed), kept \(kept), in \(groups), in \(duration)" : "removed \(removed) in \(duration)"
    ]
    if failed > 0 { lines.append("INCOMPLETE: \(counted(failed, "snapshot")) could not be removed, named above") }
    if !isPruned || failed > 0 { lines.append("next: coffre repo prune frees the space that only they needed") }
    return lines
  }
}
