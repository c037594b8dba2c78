import CoffreCore
import CoffreEngine
import CoffreRepository

enum RepoCheckCommand: RunnableCommand {
  private static let readData = OptionSpec("read-data", help: "also read every byte of every pack")
  private static let readDataSubset = OptionSpec(
    "read-data-subset", nil, .text("share"), help: "also read part of the packs: '10%', '1/7' or '2G'",
    defaultText: "none")

  private static let withCache = OptionSpec(
    "with-cache", help: "believe what this machine has cached: quicker over a network, proves less")

  static let spec = CommandSpec(
    "repo check", "verify that a repository can be restored", options: [readData, readDataSubset, withCache],
    exclusive: [["read-data", "read-data-subset"]],
    details:
      "Everything is read from the repository itself, nothing from this machine's cache, unless --with-cache is given.",
    exits: [
      ExitSpec(.done, "sound"), ExitSpec(.failed, "damaged"), ExitSpec(.noRepository), ExitSpec(.locked),
      ExitSpec(.wrongPassword),
    ],
    examples: [
      ExampleSpec("coffre repo check -r /srv/backups"),
      ExampleSpec(
        "coffre repo check -r /srv/backups --read-data-subset 1/7", note: "a seventh each day: all in a week"),
    ])

  private static func share(_ arguments: ParsedArguments) throws -> CheckRequest.DataShare {
    if arguments.isOn(readData) { return .all }
    guard let text = arguments.text(readDataSubset) else { return .none }
    guard let share = CheckRequest.DataShare(text) else {
      throw UsageError("'\(text)' is no share of the data", advice: "Give a share such as '10%', '1/7' or '2G'.")
    }
    return share
  }

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let share = try share(arguments)
    let composition = try RepositoryComposition(
      arguments, console, cache: arguments.isOn(withCache) ? .everything : .ofThisRun)
    defer { composition.close() }
    let location = displayed(composition.location)
    return await console.run(CheckJob(composition.access, data: share)) { result in
      let counts: Message =
        "\(counted(result.count("snapshots"), "snapshot")), \(counted(result.count("trees"), "tree")), "
        + "\(counted(result.count("packs"), "pack")), \(counted(result.count("blobs"), "blob"))"
      let read: Message =
        share == .none
        ? "the data itself was not read; --read-data does that"
        : "read \(counted(result.count("packsRead"), "pack")), \(byteText(result.bytes("bytesRead")))"
      guard result.exitCode == .done else {
        return ["DAMAGED: \(counted(result.count("errors"), "error")) in \(counts)", read]
          + remedies(for: result, at: location)
      }
      let time = durationText(result.duration("duration"))
      let hints = result.count("hints")
      return [
        hints > 0 ? "no errors, \(counted(hints, "hint")): \(counts), in \(time)" : "no errors: \(counts), in \(time)",
        read,
      ]
    }
  }

  /// Command lines to copy. What the first of them finds may need another one: it says so itself.
  private static func remedies(for result: JobResult, at location: String) -> [Message] {
    var lines: [Message] = ["next: keep a copy of the repository as it is; then run, in this order"]
    let packs = RepairSummary.shortened(result.list("packsToRepair"))
    if result.flag("suggestsReadAllPacks") {
      lines.append("      coffre repo repair index -r \(location) --read-all-packs")
    } else if result.flag("suggestsRepairIndex") {
      lines.append("      coffre repo repair index -r \(location)")
    }
    if !packs.isEmpty { lines.append("      coffre repo repair packs -r \(location) \(packs)") }
    if result.flag("suggestsRepairSnapshots") {
      lines.append("      a backup of the same files, which stores again what the source still has")
      lines.append("      coffre repo repair snapshots -r \(location) --forget")
    }
    for key in result.list("keysToRemove") {
      lines.append("      coffre repo key remove -r \(location) \(key.prefix(8))")
      lines.append("      coffre repo key add -r \(location), for whoever used that key's password")
    }
    return lines.count > 1 ? lines : []
  }
}
