import CoffreCore
import CoffreEngine
import CoffreRepository
import CoffreSources
import CoffreSystem

enum RestoreCommand: RunnableCommand {
  static let spec = RestoreOptions.spec

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    guard let place = arguments.bytes(RestoreOptions.to) ?? arguments.bytes(RestoreOptions.target) else {
      throw UsageError("'--to <folder>' is missing", advice: "Run `coffre restore --help`.")
    }
    if DatabaseLocation.kind(of: displayed(place)) != nil {
      if let file = arguments.bytes(argument: "snapshot"), RestoreFileToDatabase.isMeant(by: file) {
        try RestoreToDatabase.refuseOptions(RestoreOptions.forFolders, for: "folders", arguments)
        return try await RestoreFileToDatabase.run(file, to: displayed(place), arguments, console)
      }
      return try await RestoreToDatabase.run(to: displayed(place), arguments, console)
    }
    try RestoreToDatabase.refuseOptions(RestoreDatabaseOptions.all, for: "databases", arguments)
    return try await restore(to: place, arguments, console)
  }

  private static func restore(to place: PathBytes, _ arguments: ParsedArguments, _ console: Console) async throws
    -> ExitCode
  {
    let composition = try RepositoryComposition(arguments, console)
    let (snapshot, path) = SnapshotOptions.split(arguments.bytes(argument: "snapshot") ?? [])
    var options = RestoreJob.Options(snapshot: snapshot)
    options.subpath = path
    options.filter = SnapshotOptions.filter(arguments)
    options.includes = try PatternOptions.include.patterns(arguments)
    options.excludes = try PatternOptions.exclude.patterns(arguments)
    options.isDryRun = arguments.isOn(RestoreOptions.dryRun)
    options.verifies = arguments.isOn(RestoreOptions.verify)
    options.clears = arguments.isOn(RestoreOptions.delete)
    options.reportsItems = console.verbosity > 0
    var settings = FolderRestoreSettings(target: try absolutePath(of: place))
    settings.overwrite = OverwriteRule(rawValue: arguments.text(RestoreOptions.overwrite) ?? "") ?? .always
    settings.writesSparsely = arguments.isOn(RestoreOptions.sparse)
    settings.isDryRun = options.isDryRun
    settings.clears = options.clears
    settings.ownFolders = try StateFolders.chosen(by: arguments).all
    settings.extendedAttributes.includes = try PatternOptions.list(arguments, RestoreOptions.includeXattr)
    settings.extendedAttributes.excludes = try PatternOptions.list(arguments, RestoreOptions.excludeXattr)
    let target = displayed(settings.target)
    let job = RestoreJob(composition.access, target: target, options: options) { [settings] repository, cancellation in
      var settings = settings
      if let own = repository.store.traits.localFolder { settings.ownFolders.append(own) }
      return try FolderRestore(settings, cancellation: cancellation)
    }
    return await console.run(job) { summary(of: $0, target: target) }
  }

  private static func summary(of result: JobResult, target: String) -> [Message] {
    let size = byteText(result.bytes("bytesTotal"))
    let entries = counted(result.count("entries"), "entry", "entries")
    let deleted = result.count("filesDeleted")
    if result.flag("dryRun") {
      let files = counted(result.count("files"), "file")
      var lines: [Message] = ["would restore \(files), \(size), \(entries) in all to '\(target)'"]
      if deleted > 0 { lines.append("would delete \(counted(deleted, "entry", "entries"))") }
      return lines + ["dry run: nothing was written"]
    }
    let kept = result.count("filesSkipped")
    var lines: [Message] = [
      "restored \(result.count("filesRestored")) of \(counted(result.count("files"), "file")), \(size), \(entries) "
        + "in all to '\(target)' in \(durationText(result.duration("duration")))"
    ]
    if kept > 0 { lines.append("\(kept) were there already (\(byteText(result.bytes("bytesSkipped"))))") }
    if deleted > 0 { lines.append("deleted \(counted(deleted, "entry", "entries")) that the snapshot lacks") }
    if result.flag("verified") {
      lines.append("read back and compared: \(counted(result.count("filesVerified"), "file")) as in the snapshot")
    }
    if result.exitCode != .done {
      lines.append("INCOMPLETE: \(counted(result.count("losses"), "problem")), named above and in the journal")
    }
    return lines
  }
}
