import CoffreCore
import CoffreEngine
import CoffreRepository

enum RepoRepairSnapshotsCommand: RunnableCommand {
  private static let suffix = OptionSpec(
    "suffix", nil, .text("text"), help: "append this to names of what lost content; '' keeps the names",
    defaultValue: SnapshotRepair.defaultSuffix)

  static let spec = CommandSpec(
    "repo repair snapshots", "make damaged snapshots whole without what is lost", arguments: [RewriteOptions.snapshots],
    options: [RewriteOptions.forget, suffix, RewriteOptions.dryRun] + SnapshotOptions.all,
    details:
      "Files lose the parts that are gone, folders whose tree is gone become empty; both get a suffix to their names, so "
      + "that nobody takes them for whole. New snapshots get the tag 'repaired' and stand beside the old ones, unless "
      + "--forget removes those. Repair the index and the packs first, and back up again: what a new backup brings is no "
      + "longer lost.",
    exits: [
      ExitSpec(.done, "nothing is lost"), ExitSpec(.failed, "also: the index has to be repaired first"),
      ExitSpec(.usage), ExitSpec(.partial, "the snapshots are whole again, without what is lost"),
      ExitSpec(.noRepository), ExitSpec(.locked), ExitSpec(.wrongPassword), ExitSpec(.noSpace),
    ],
    examples: [
      ExampleSpec("coffre repo repair snapshots -r /srv/backups -n", note: "names what is lost"),
      ExampleSpec("coffre repo repair snapshots -r /srv/backups --forget"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let composition = try RepositoryComposition(arguments, console, cache: .nothing)
    let suffix = arguments.bytes(suffix) ?? []
    guard !suffix.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 }), suffix.count <= 100 else {
      throw UsageError(
        "'\(displayed(suffix))' cannot be part of a file name", advice: "Give a suffix such as '.incomplete'.")
    }
    let options = RepairSnapshotsJob.Options(
      selection: RewriteOptions.selection(arguments), change: RewriteOptions.change(arguments, tag: "repaired"),
      suffix: suffix)
    let isDryRun = options.change.isDryRun
    let location = displayed(composition.location)
    return await console.run(RepairSnapshotsJob(composition.access, options: options)) {
      summary(of: $0, isDryRun: isDryRun, at: location)
    }
  }

  private static func summary(of result: JobResult, isDryRun: Bool, at location: String) -> [Message] {
    let made = result.count("rewritten")
    let damagedFiles = result.list("damagedFiles").count
    let unreadable = result.count("unreadable")
    let forgotten = result.list("forgotten").count
    guard made + unreadable + damagedFiles + result.count("refused") + result.count("alreadyRewritten") > 0 else {
      return ["\(counted(result.count("snapshots"), "snapshot")): nothing to repair"]
    }
    var lines: [Message] = [
      isDryRun
        ? "would repair \(counted(made, "snapshot")); \(result.count("unchanged")) need no repair"
        : "repaired \(counted(made, "snapshot")); \(result.count("unchanged")) needed no repair"
    ]
    let known = result.count("alreadyRewritten")
    if known > 0 { lines.append("\(counted(known, "snapshot")) had been repaired before") }
    lines += RepairSummary.losses(in: result)
    if unreadable > 0 { lines.append("LOST: \(counted(unreadable, "snapshot")) whose root cannot be read") }
    if damagedFiles > 0 { lines.append("LOST: \(counted(damagedFiles, "snapshot file")), damaged") }
    if result.count("refused") > 0 {
      lines.append("NOT REPAIRED: \(counted(result.count("refused"), "snapshot")), named above")
    }
    if isDryRun {
      lines.append("dry run: nothing was changed")
    } else if forgotten + result.list("removedFiles").count > 0 {
      lines.append("removed \(counted(forgotten + result.list("removedFiles").count, "damaged snapshot"))")
    } else {
      lines.append("next: check the new snapshots; --forget then removes the damaged ones, and check finds no errors")
    }
    return lines
  }
}
