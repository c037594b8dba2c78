import CoffreCore
import CoffreEngine
import CoffreRepository
import CoffreSystem

enum SnapshotRewriteCommand: RunnableCommand {
  private static let newHost = OptionSpec(
    "new-host", nil, .text("name"), help: "the host the snapshots shall belong to")
  private static let newTime = OptionSpec(
    "new-time", nil, .text("time"), help: "the time they shall have: '2026-11-21 14:05:09', or with a zone, or 'now'")

  static let spec = CommandSpec(
    "snapshot rewrite", "make snapshots anew without some files", arguments: [RewriteOptions.snapshots],
    options: PatternOptions.exclude.all + [newHost, newTime, RewriteOptions.forget, RewriteOptions.dryRun]
      + SnapshotOptions.all,
    details:
      "Snapshots in which nothing matches are left alone. New ones get the tag 'rewrite' and stand beside the old ones, "
      + "unless --forget removes those. What was left out stays in the repository until it is pruned.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "a snapshot could not be rewritten, and stays as it is"), ExitSpec(.usage),
      ExitSpec(.noRepository), ExitSpec(.locked), ExitSpec(.wrongPassword),
    ],
    examples: [
      ExampleSpec("coffre snapshot rewrite -r /srv/backups --exclude /home/*/.cache -n"),
      ExampleSpec(
        "coffre snapshot rewrite -r /srv/backups --exclude secret.key --forget",
        note: "then coffre repo prune, which frees it"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let composition = try RepositoryComposition(arguments, console)
    var change = RewriteOptions.change(arguments, tag: "rewrite")
    change.hostName = arguments.text(newHost)
    change.time = try arguments.text(newTime).map(time)
    let excludes = ExcludeRule(try PatternOptions.exclude.patterns(arguments))
    guard !excludes.isEmpty || change.hostName != nil || change.time != nil else {
      throw UsageError(
        "nothing is to be changed", advice: "Give --exclude, --iexclude, --exclude-file, --new-host or --new-time.")
    }
    var options = RewriteJob.Options(
      selection: RewriteOptions.selection(arguments), excludes: excludes, change: change)
    options.reportsItems = console.verbosity > 0
    let isDryRun = change.isDryRun
    return await console.run(RewriteJob(composition.access, options: options)) { summary(of: $0, isDryRun: isDryRun) }
  }

  /// `now`, or a moment as `TimeSyntax` reads it.
  private static func time(_ text: String) throws -> Timestamp {
    if text == "now" { return Clock.now() }
    guard let time = TimeSyntax.moment(text) else {
      throw UsageError(
        "'\(text)' is no time", advice: "Write it as '2026-11-21 14:05:09', '2026-11-21T14:05:09+01:00' or 'now'.")
    }
    return time
  }

  private static func summary(of result: JobResult, isDryRun: Bool) -> [Message] {
    let made = counted(result.count("rewritten"), "snapshot")
    let unchanged = result.count("unchanged")
    let known = result.count("alreadyRewritten")
    let refused = result.count("refused") + result.count("passedOver")
    let forgotten = result.list("forgotten").count
    var lines: [Message] = [
      isDryRun ? "would make \(made) anew; \(unchanged) unchanged" : "made \(made) anew; \(unchanged) unchanged"
    ]
    if known > 0 { lines.append("\(counted(known, "snapshot")) had been made anew before") }
    if refused > 0 {
      lines.append("NOT REWRITTEN: \(counted(refused, "snapshot")), named above; what was to go is still in there")
    }
    if isDryRun {
      lines.append("dry run: nothing was changed")
    } else if forgotten > 0 {
      lines.append("removed \(counted(forgotten, "old snapshot"))")
      lines.append("next: coffre repo prune, which frees what no snapshot needs any more")
    } else if result.count("rewritten") + known > 0 {
      lines.append("next: the old snapshots are still there; the same command with --forget removes them")
    }
    return lines
  }
}
