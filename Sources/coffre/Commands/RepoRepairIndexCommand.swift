import CoffreCore
import CoffreEngine

enum RepoRepairIndexCommand: RunnableCommand {
  private static let readAllPacks = OptionSpec(
    "read-all-packs", help: "believe no index file: read every pack")

  static let spec = CommandSpec(
    "repo repair index", "make the index tell the truth about the packs",
    options: [readAllPacks, RewriteOptions.dryRun],
    details:
      "Packs that no index names, and those it is wrong about, are read whole, and every blob is verified before it is "
      + "listed. Packs that are gone are dropped from the index, index files that cannot be read are replaced, and what "
      + "killed runs left under temporary names is removed. What is lost is named.",
    exits: [
      ExitSpec(.done, "the index is in order, and nothing is lost"),
      ExitSpec(.failed, "also: a pack is damaged, see 'repo repair packs'"),
      ExitSpec(.partial, "the index is in order, but something is lost"), ExitSpec(.noRepository), ExitSpec(.locked),
      ExitSpec(.wrongPassword), ExitSpec(.noSpace), ExitSpec(.interrupted),
    ],
    examples: [
      ExampleSpec("coffre repo repair index -r /srv/backups -n", note: "what is wrong, without changing anything")
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let composition = try RepositoryComposition(arguments, console, cache: .nothing)
    let isDryRun = arguments.isOn(RewriteOptions.dryRun)
    let job = RepairIndexJob(
      composition.access, readsAllPacks: arguments.isOn(readAllPacks), isDryRun: isDryRun)
    let location = displayed(composition.location)
    return await console.run(job) { summary(of: $0, isDryRun: isDryRun, at: location) }
  }

  private static func summary(of result: JobResult, isDryRun: Bool, at location: String) -> [Message] {
    let replaced = result.list("indexFilesReplaced").count
    let damaged = result.list("packsDamaged")
    let listed = counted(result.list("packsListed").count, "pack")
    let dropped = counted(result.list("packsDropped").count, "pack")
    var lines: [Message] = []
    if !result.flag("changed") {
      lines.append(damaged.isEmpty ? "the index is in order" : "nothing was changed")
    } else if isDryRun {
      lines.append("would replace \(counted(replaced, "index file")): \(listed) to list anew, \(dropped) to drop")
    } else {
      let saved = counted(result.list("indexFilesSaved").count, "new one")
      lines.append("replaced \(counted(replaced, "index file")) by \(saved): \(listed) listed anew, \(dropped) dropped")
    }
    let leftovers = result.list("leftovers").count
    if leftovers > 0 {
      let files: Message = "\(counted(leftovers, "temporary file")) (\(byteText(result.bytes("leftoverBytes"))))"
      lines.append(isDryRun ? "would remove \(files)" : "removed \(files)")
    }
    lines += RepairSummary.losses(in: result)
    if isDryRun { lines.append("dry run: nothing was changed") }
    if !damaged.isEmpty {
      lines.append("DAMAGED: \(counted(damaged.count, "pack")), named above")
      lines.append("next: coffre repo repair packs -r \(location) \(RepairSummary.shortened(damaged))")
    } else if result.count("filesWithLosses") + result.count("directoriesLost") > 0 {
      lines += RepairSummary.nextAfterLosses(location)
    }
    return lines
  }
}

/// Lines that the repairs share.
enum RepairSummary {
  static func losses(in result: JobResult) -> [Message] {
    let blobs = result.count("lostBlobs")
    let files = result.count("filesWithLosses")
    let folders = result.count("directoriesLost")
    guard files + folders > 0 else {
      return blobs > 0 ? ["\(counted(blobs, "blob")) lost, which no snapshot needs"] : []
    }
    return [
      "LOST: content of \(counted(files, "file")) and \(counted(folders, "folder")) in "
        + "\(counted(result.count("snapshotsWithLosses"), "snapshot")), named above"
    ]
  }

  static func nextAfterLosses(_ location: String) -> [Message] {
    [
      "next: back up the same files again, which stores what the source still has; then",
      "      coffre repo repair snapshots -r \(location), which makes the rest of each snapshot whole",
    ]
  }

  /// Ids by their beginnings.
  static func shortened(_ ids: [String]) -> String { ids.map { String($0.prefix(8)) }.joined(separator: " ") }
}
