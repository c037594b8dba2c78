import CoffreCore
import CoffreEngine
import CoffreSystem

enum RepoRepairPacksCommand: RunnableCommand {
  private static let saveTo = OptionSpec(
    "save-to", nil, .path("folder"), help: "where copies of the damaged packs are kept",
    defaultText: "the current folder")

  static let spec = CommandSpec(
    "repo repair packs", "save what is still good in damaged packs",
    arguments: [ArgumentSpec("pack", .many(atLeast: 1), help: "ids of packs, or their beginnings")],
    options: [saveTo, RewriteOptions.dryRun],
    details:
      "A copy of each damaged pack is kept outside the repository. Every blob in it that can be verified is stored again; "
      + "then the pack is taken out of the index and deleted. Packs in which nothing is wrong are left alone. What is lost "
      + "is named.",
    exits: [
      ExitSpec(.done, "nothing is lost"), ExitSpec(.failed, "also: the index has to be repaired first"),
      ExitSpec(.usage), ExitSpec(.partial, "the packs are gone, but something in them is lost"),
      ExitSpec(.noRepository), ExitSpec(.locked), ExitSpec(.wrongPassword), ExitSpec(.noSpace),
      ExitSpec(.interrupted),
    ],
    examples: [
      ExampleSpec(
        "coffre repo repair packs -r /srv/backups 5bb01a7c --save-to /var/tmp", note: "the id as repo check tells it")
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let composition = try RepositoryComposition(arguments, console, cache: .nothing)
    let isDryRun = arguments.isOn(RewriteOptions.dryRun)
    let job = RepairPacksJob(
      composition.access, packs: arguments.texts(argument: "pack"),
      copyFolder: try arguments.bytes(saveTo) ?? currentDirectory(), isDryRun: isDryRun)
    let location = displayed(composition.location)
    return await console.run(job) { summary(of: $0, isDryRun: isDryRun, at: location) }
  }

  private static func summary(of result: JobResult, isDryRun: Bool, at location: String) -> [Message] {
    let removed = counted(result.list("packsRemoved").count, "damaged pack")
    let sound = result.list("packsSound")
    var lines: [Message] = []
    if !sound.isEmpty { lines.append("nothing is wrong in \(RepairSummary.shortened(sound)): left alone") }
    if !result.list("packsMisindexed").isEmpty {
      lines.append("the index is wrong about \(RepairSummary.shortened(result.list("packsMisindexed")))")
      lines.append("next: coffre repo repair index -r \(location) --read-all-packs")
    }
    guard !result.list("packsRemoved").isEmpty else { return lines }
    let saved: Message = "\(counted(result.count("blobsSaved"), "blob")) (\(byteText(result.bytes("bytesSaved"))))"
    lines.append(
      isDryRun
        ? "would store \(saved) again and delete \(removed)" : "stored \(saved) again and deleted \(removed)")
    for copy in result.list("copies") { lines.append("kept a copy: '\(copy)'") }
    lines += RepairSummary.losses(in: result)
    if isDryRun { lines.append("dry run: nothing was changed") }
    if result.count("filesWithLosses") + result.count("directoriesLost") > 0 {
      lines += RepairSummary.nextAfterLosses(location)
    }
    return lines
  }
}
