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
    let damaged = result.list("packsDamaged")
    var lines: [Message] = []
    if result.flag("changed") {
      lines.append(isDryRun ? plan(of: result) : "\(outcome(of: result)); \(filesWritten(by: result))")
    } else {
      lines.append(damaged.isEmpty ? "the index is in order" : "nothing was changed")
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

  private static func plan(of result: JobResult) -> Message {
    let (listed, dropped) = (result.list("packsListed").count, result.list("packsDropped").count)
    let replaced = result.list("indexFilesReplaced").count
    let change: Message =
      switch (listed > 0, dropped > 0) {
      case (true, false) where replaced == 0: "would list \(counted(listed, "pack")) that no index names"
      case (true, false): "would list \(counted(listed, "pack")) anew"
      case (false, true): "would drop \(counted(dropped, "pack")) that the store no longer has"
      case (true, true):
        "would list \(counted(listed, "pack")) anew and drop \(counted(dropped, "pack")) that the store no longer has"
      case (false, false): "would tidy the index, so that it names each pack once"
      }
    return replaced == 0 ? change : "\(change); would replace \(counted(replaced, "index file"))"
  }

  private static func outcome(of result: JobResult) -> Message {
    let (listed, dropped) = (result.list("packsListed").count, result.list("packsDropped").count)
    return switch (listed > 0, dropped > 0) {
    case (true, false) where result.list("indexFilesReplaced").isEmpty:
      "listed \(counted(listed, "pack")) that no index named"
    case (true, false): "listed \(counted(listed, "pack")) anew"
    case (false, true): "dropped \(counted(dropped, "pack")) that the store no longer has"
    case (true, true):
      "listed \(counted(listed, "pack")) anew and dropped \(counted(dropped, "pack")) that the store no longer has"
    case (false, false): "tidied the index: it names each pack once"
    }
  }

  private static func filesWritten(by result: JobResult) -> Message {
    let (replaced, saved) = (result.list("indexFilesReplaced").count, result.list("indexFilesSaved").count)
    if replaced == 0 { return "wrote \(counted(saved, "new index file"))" }
    if saved == 0 { return "removed \(counted(replaced, "index file"))" }
    return "replaced \(counted(replaced, "index file")) by \(counted(saved, "new one"))"
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
