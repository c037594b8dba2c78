import CoffreCore
import CoffreEngine
import CoffreSources
import CoffreSystem

enum RestoreCommand: RunnableCommand {
  private static let to = OptionSpec("to", "t", .path("folder"), help: "where to restore", isRequired: true)
  private static let overwrite = OptionSpec(
    "overwrite", nil, .choice("when", OverwriteRule.allCases.map(\.rawValue)), help: "what to do with files that exist",
    defaultValue: OverwriteRule.always.rawValue)
  private static let sparse = OptionSpec("sparse", help: "do not store long runs of zeros")
  private static let verify = OptionSpec("verify", help: "read everything back and compare")
  private static let dryRun = OptionSpec("dry-run", "n", help: "only tell what would be restored")

  static let spec = CommandSpec(
    "restore", "bring a snapshot back into a folder",
    arguments: [
      ArgumentSpec(
        "snapshot", help: "an id, its beginning, or 'latest'; ':PATH' behind it takes that folder's contents")
    ],
    options: [to] + PatternOptions.include.all + PatternOptions.exclude.all + [overwrite, verify, sparse, dryRun]
      + SnapshotOptions.all,
    details:
      "Files appear under their absolute paths below the folder; with ':PATH', that folder's contents appear in it. "
      + "Other files there are left alone. A file is replaced only when its new content is whole.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "something could not be restored"),
      ExitSpec(.usage, "also: 'latest' could mean several"), ExitSpec(.noRepository), ExitSpec(.locked),
      ExitSpec(.wrongPassword), ExitSpec(.noSpace), ExitSpec(.noPermission), ExitSpec(.interrupted),
    ],
    examples: [
      ExampleSpec("coffre restore latest -r /srv/backups --to /tmp/restored --verify"),
      ExampleSpec("coffre restore 3fa2c1d0:/etc/nginx -r /srv/backups --to /etc/nginx --overwrite if-changed"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let composition = try RepositoryComposition(arguments, console)
    let (snapshot, path) = SnapshotOptions.split(arguments.bytes(argument: "snapshot") ?? [])
    var options = RestoreJob.Options(snapshot: snapshot)
    options.subpath = path
    options.filter = SnapshotOptions.filter(arguments)
    options.includes = try PatternOptions.include.patterns(arguments)
    options.excludes = try PatternOptions.exclude.patterns(arguments)
    options.isDryRun = arguments.isOn(dryRun)
    options.verifies = arguments.isOn(verify)
    options.reportsItems = console.verbosity > 0
    var settings = FolderRestoreSettings(target: try absolutePath(of: arguments.bytes(to) ?? []))
    settings.overwrite = OverwriteRule(rawValue: arguments.text(overwrite) ?? "") ?? .always
    settings.writesSparsely = arguments.isOn(sparse)
    settings.isDryRun = options.isDryRun
    let target = displayed(settings.target)
    let job = RestoreJob(composition.access, target: target, options: options) { [settings] cancellation in
      try FolderRestore(settings, cancellation: cancellation)
    }
    let isDryRun = options.isDryRun
    let verifies = options.verifies
    return await console.run(job) { result in
      let size = byteText(result.bytes("bytesTotal"))
      let entries = counted(result.count("entries"), "entry", "entries")
      if isDryRun {
        let files = counted(result.count("files"), "file")
        return ["would restore \(files), \(size), \(entries) in all to '\(target)'", "dry run: nothing was written"]
      }
      let kept = result.count("filesSkipped")
      var lines: [Message] = [
        "restored \(result.count("filesRestored")) of \(counted(result.count("files"), "file")), \(size), \(entries) "
          + "in all to '\(target)' in \(durationText(result.duration("duration")))"
      ]
      if kept > 0 { lines.append("\(kept) were there already (\(byteText(result.bytes("bytesSkipped"))))") }
      if verifies {
        lines.append("read back and compared: \(counted(result.count("filesVerified"), "file")) as in the snapshot")
      }
      if result.exitCode != .done {
        lines.append("INCOMPLETE: \(counted(result.count("losses"), "problem")), named above and in the journal")
      }
      return lines
    }
  }
}
