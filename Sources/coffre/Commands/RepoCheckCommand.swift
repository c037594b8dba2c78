import CoffreCore
import CoffreEngine
import CoffreRepository

enum RepoCheckCommand: RunnableCommand {
  private static let readData = OptionSpec("read-data", help: "also read every byte of every pack")
  private static let readDataSubset = OptionSpec(
    "read-data-subset", nil, .text("share"), help: "also read part of the packs: '10%', '1/7' or '2G'",
    defaultText: "none")

  static let spec = CommandSpec(
    "repo check", "verify that a repository can be restored", options: [readData, readDataSubset],
    exclusive: [["read-data", "read-data-subset"]],
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
    let composition = try RepositoryComposition(arguments, console)
    return await console.run(CheckJob(composition.access, data: share)) { result in
      let counts: Message =
        "\(counted(result.count("snapshots"), "snapshot")), \(counted(result.count("trees"), "tree")), "
        + "\(counted(result.count("packs"), "pack")), \(counted(result.count("blobs"), "blob"))"
      let read: Message =
        share == .none
        ? "the data itself was not read; --read-data does that"
        : "read \(counted(result.count("packsRead"), "pack")), \(byteText(result.bytes("bytesRead")))"
      guard result.exitCode == .done else {
        return [
          "DAMAGED: \(counted(result.count("errors"), "error")) in \(counts)", read,
          "next: keep a copy of the repository as it is, then back up again: what lost packs held is stored anew",
        ]
      }
      let time = durationText(result.duration("duration"))
      let hints = result.count("hints")
      return [
        hints > 0 ? "no errors, \(counted(hints, "hint")): \(counts), in \(time)" : "no errors: \(counts), in \(time)",
        read,
      ]
    }
  }
}
