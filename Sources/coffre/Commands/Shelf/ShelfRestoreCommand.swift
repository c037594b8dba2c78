import CoffreArchives
import CoffreCore
import CoffreSources
import CoffreSystem

enum ShelfRestoreCommand: RunnableCommand {
  private static let target = OptionSpec(
    "to", "t", .path("folder"), help: "where to restore", isRequired: true)

  static let spec = CommandSpec(
    "shelf restore", "bring a backup back from a shelf",
    arguments: [
      ArgumentSpec("shelf", help: "a folder that `coffre backup --to` wrote to, or any archive file"),
      ArgumentSpec("backup", .optional, help: "its name, the beginning of it, or 'latest'; none for a file"),
    ],
    options: [target] + PatternOptions.include.all + PatternOptions.exclude.all
      + [RestoreOptions.overwrite, RestoreOptions.sparse, RestoreOptions.dryRun] + ArchiveOptions.keys,
    exclusive: ArchiveOptions.exclusive,
    details:
      "Files appear under their absolute paths below the folder, exactly as they were: what had been deleted is not there. "
      + "The backup and every archive that it needs are checked before the first file is written; what is damaged or "
      + "missing is named. What is encrypted wants the key that it was made with.\n\n"
      + "Instead of a shelf any archive may stand there, whoever made it. It is unpacked into the folder, and nothing in "
      + "it leads out of there.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "something could not be restored"),
      ExitSpec(.usage, "also: several could be meant"), ExitSpec(.noRepository, "it is no shelf"), ExitSpec(.locked),
      ExitSpec(.wrongPassword, "it is encrypted and was not opened; nothing was written"),
      ExitSpec(.verificationFailed, "an archive is damaged or missing; nothing was written"), ExitSpec(.noSpace),
      ExitSpec(.noPermission), ExitSpec(.interrupted),
    ],
    examples: [
      ExampleSpec("coffre shelf restore /srv/shelf latest --to /tmp/restored"),
      ExampleSpec("coffre shelf restore /srv/shelf latest --to /tmp/photos --include '/srv/shop/photos'"),
      ExampleSpec("coffre shelf restore ./old-site.7z --to /tmp/restored", note: "a file that another program made"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let path = try absolutePath(of: arguments.bytes(argument: "shelf") ?? [])
    var settings = FolderRestoreSettings(target: try absolutePath(of: arguments.bytes(target) ?? []))
    settings.overwrite = OverwriteRule(rawValue: arguments.text(RestoreOptions.overwrite) ?? "") ?? .always
    settings.writesSparsely = arguments.isOn(RestoreOptions.sparse)
    settings.isDryRun = arguments.isOn(RestoreOptions.dryRun)
    var options = PointRestore.Options()
    options.keys = try ArchiveOptions.keys(arguments, console)
    options.choice = EntryChoice(
      includes: try PatternOptions.include.patterns(arguments),
      excludes: try PatternOptions.exclude.patterns(arguments))
    options.isDryRun = settings.isDryRun
    let shown = displayed(settings.target)
    let source: ShelfRestoreJob.Source
    if let name = arguments.bytes(argument: "backup") {
      source = .point(name, shelf: path)
    } else {
      let attributes = try FileDescriptor.attributes(ofPath: path, .following)
      guard attributes.kind != .directory else {
        throw UsageError(
          "no backup of the shelf is named", advice: "Give its name, or 'latest'; see `coffre shelf list`.")
      }
      guard !settings.isDryRun else {
        throw UsageError("'--dry-run' is for shelves", advice: "`coffre archive list` shows what an archive holds.")
      }
      source = .archive(path)
    }
    let job = ShelfRestoreJob(source, target: shown, options) { [settings] cancellation in
      try FolderRestore(settings, cancellation: cancellation)
    }
    return await console.run(job) { result in
      let files = counted(result.count("files"), "file")
      let size = byteText(result.bytes("bytes"))
      let entries = counted(result.count("entries"), "entry", "entries")
      if result.flag("dryRun") {
        return ["would restore \(files), \(size), \(entries) in all to '\(shown)'", "dry run: nothing was written"]
      }
      var lines: [Message] = [
        "restored \(files), \(size), \(entries) in all to '\(shown)' in \(durationText(result.duration("duration")))"
      ]
      if result.count("losses") > 0 {
        lines.append("INCOMPLETE: \(counted(result.count("losses"), "problem")), named above and in the journal")
      }
      return lines
    }
  }
}
