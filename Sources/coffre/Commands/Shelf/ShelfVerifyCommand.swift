import CoffreArchives
import CoffreCore
import CoffreSystem

enum ShelfVerifyCommand: RunnableCommand {
  private enum Level: String, CaseIterable {
    case sizes, checksums, contents
  }

  private static let level = OptionSpec(
    "level", nil, .choice("level", Level.allCases.map(\.rawValue)),
    help: "look at the sizes of archives, at their checksums too, or open them and compare every file",
    defaultValue: Level.checksums.rawValue)

  static let spec = CommandSpec(
    "shelf verify", "tell whether backups on a shelf can be restored",
    arguments: [
      ShelfOptions.shelf, ArgumentSpec("backup", .many(atLeast: 0), help: "only these; by default all"),
    ],
    options: [level] + ArchiveOptions.keys,
    exclusive: ArchiveOptions.exclusive,
    details:
      "A backup is whole if its manifest is, and every archive that it needs is there as it was written. What is damaged "
      + "is named, with the backups that need it; the others are not concerned.\n\n"
      + "--level contents unpacks each archive in memory. Of backups that are named also the archives of others are "
      + "unpacked, as far as they need them. What is encrypted wants its key for that, and no other level does.",
    exits: [
      ExitSpec(.done, "all can be restored"), ExitSpec(.failed), ExitSpec(.usage), ExitSpec(.locked),
      ExitSpec(.wrongPassword, "something is encrypted and was not opened"),
      ExitSpec(.noRepository, "it is no shelf"), ExitSpec(.verificationFailed, "something is damaged, and named"),
    ],
    examples: [
      ExampleSpec("coffre shelf verify /srv/shelf"),
      ExampleSpec("coffre shelf verify /srv/shelf latest --level contents", note: "as good as a restore"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let path = try absolutePath(of: arguments.bytes(argument: "shelf") ?? [])
    let names = arguments.allBytes(argument: "backup")
    let depth: PointInspection.Depth =
      switch Level(rawValue: arguments.text(level) ?? "") ?? .checksums {
      case .sizes: .checksumOfManifest
      case .checksums: .checksums
      case .contents: names.isEmpty ? .ownContents : .allContents
      }
    let job = ShelfVerifyJob(path, names: names, depth: depth, keys: try ArchiveOptions.keys(arguments, console))
    return await console.run(job) { result in
      let damaged = result.count("damaged")
      let sealed = result.count("sealed")
      let all = counted(result.count("points"), "backup")
      if damaged > 0 { return ["DAMAGED: \(damaged) of \(all) cannot be restored as they were, named above"] }
      if sealed > 0 { return ["NOT OPENED: \(sealed) of \(all), encrypted with another key, named above"] }
      return ["\(all), all whole, in \(durationText(result.duration("duration")))"]
    }
  }
}
