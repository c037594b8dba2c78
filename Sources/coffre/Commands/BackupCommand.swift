import CoffreCore
import CoffreEngine
import CoffreRepository
import CoffreSources
import CoffreSystem

enum BackupCommand: RunnableCommand {
  private static let tag = OptionSpec("tag", nil, .text("tag"), help: "give the snapshot a tag", isRepeatable: true)
  private static let host = OptionSpec(
    "host", nil, .text("name"), help: "the host the snapshot belongs to", defaultText: "this machine",
    environment: ["COFFRE_HOST", "RESTIC_HOST"])
  private static let exclude = OptionSpec(
    "exclude", nil, .text("pattern"), help: "leave out what matches; '!' takes back", isRepeatable: true)
  private static let excludeFile = OptionSpec(
    "exclude-file", nil, .path("file"), help: "read patterns from a file, one a line", isRepeatable: true)
  private static let excludeCaches = OptionSpec(
    "exclude-caches", help: "leave out folders marked by a CACHEDIR.TAG")
  private static let oneFileSystem = OptionSpec(
    "one-file-system", help: "stay on the file systems of the sources")
  private static let stdin = OptionSpec("stdin", help: "back up what standard input brings")
  private static let stdinFilename = OptionSpec(
    "stdin-filename", nil, .path("name"), help: "name of the streamed file in the snapshot", defaultValue: "stdin")
  private static let stdinFromCommand = OptionSpec(
    "stdin-from-command", nil, .command("command"), help: "back up what a command prints, if it ends well")
  private static let parent = OptionSpec(
    "parent", nil, .text("snapshot"), help: "compare with this snapshot", defaultText: "the newest that fits")
  private static let force = OptionSpec("force", "f", help: "read all files, changed or not")
  private static let dryRun = OptionSpec("dry-run", "n", help: "only tell what would be stored")
  private static let strictChanges = OptionSpec(
    "strict-changes", help: "count files that change while read as losses (exit 3)")

  static let spec = CommandSpec(
    "backup", "store files and folders as a new snapshot",
    arguments: [ArgumentSpec("source", .many(atLeast: 0), help: "files and folders")],
    options: [
      exclude, excludeFile, excludeCaches, oneFileSystem, tag, host, parent, force, dryRun, strictChanges, stdin,
      stdinFilename, stdinFromCommand,
    ],
    exclusive: [["stdin", "stdin-from-command"], ["parent", "force"]],
    details: "All paths of one command make one snapshot. Unchanged files are not read again.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "also: no source can be read"), ExitSpec(.usage),
      ExitSpec(.partial, "a snapshot exists, but something could not be read"),
      ExitSpec(.noRepository), ExitSpec(.locked), ExitSpec(.wrongPassword),
      ExitSpec(.destinationUnreachable), ExitSpec(.sourceUnreadable, "the command of a stream failed"),
      ExitSpec(.noSpace), ExitSpec(.noPermission), ExitSpec(.interrupted), ExitSpec(.terminated),
    ],
    examples: [
      ExampleSpec("coffre backup -r /srv/backups /home /etc --exclude '*.tmp'"),
      ExampleSpec(
        "coffre backup -r /srv/backups --stdin-from-command --stdin-filename shop.sql -- pg_dump shop",
        note: "fails if pg_dump does"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let composition = try RepositoryComposition(arguments, console)
    let patterns = try excludes(arguments)
    var options = BackupJob.Options()
    options.hostName = arguments.text(host)
    options.tags = arguments.texts(tag).flatMap { $0.split(separator: ",").map(String.init) }
    options.excludes = patterns.patterns.map(\.text)
    options.isDryRun = arguments.isOn(dryRun)
    options.changesAreLosses = arguments.isOn(strictChanges)
    options.reportsItems = console.verbosity > 0
    options.program = Program.nameAndVersion
    if arguments.isOn(force) { options.parent = .none }
    if let id = arguments.text(parent) { options.parent = .snapshot(id) }
    let sources = arguments.allBytes(argument: "source")
    let job: BackupJob
    if let stream = try stream(arguments, sources) {
      options.parent = .none
      let name = arguments.bytes(stdinFilename) ?? []
      job = BackupJob(composition.access, subjects: [displayed(name)], options: options) { _, cancellation in
        try StreamSession(stream, fileName: name, cancellation: cancellation)
      }
    } else {
      let settings = try files(arguments, sources, patterns)
      job = BackupJob(composition.access, subjects: sources.map { displayed($0) }, options: options) { repository, _ in
        var settings = settings
        if let own = repository.store.traits.localFolder { settings.ownFolders.append(own) }
        return try FilesSession(settings)
      }
    }
    return await console.run(job) { summary(of: $0, isDryRun: arguments.isOn(dryRun), at: composition.location) }
  }

  private static func stream(_ arguments: ParsedArguments, _ sources: [PathBytes]) throws -> StreamSession.Origin? {
    let isCommand = arguments.isOn(stdinFromCommand)
    guard isCommand || arguments.isOn(stdin) else { return nil }
    guard isCommand || sources.isEmpty else {
      throw UsageError("--stdin and paths exclude each other", advice: "Make two backups.")
    }
    return isCommand ? .command(arguments.trailingCommand) : .standardInput
  }

  private static func files(_ arguments: ParsedArguments, _ sources: [PathBytes], _ patterns: PatternList) throws
    -> FilesSettings
  {
    guard !sources.isEmpty else {
      throw UsageError("nothing to back up is named", advice: "Name files and folders, or give --stdin.")
    }
    for source in sources where displayed(source).contains("://") {
      throw UsageError(
        "'\(displayed(source))' is no path, and this program knows no such source",
        advice: "Give files and folders; a path with '://' in it is written './…'.")
    }
    var settings = FilesSettings(targets: sources, workingDirectory: try currentDirectory())
    settings.excludes = patterns
    settings.staysOnFileSystems = arguments.isOn(oneFileSystem)
    if arguments.isOn(excludeCaches) { settings.markers.append(.cacheDirectory) }
    return settings
  }

  private static func excludes(_ arguments: ParsedArguments) throws -> PatternList {
    var texts = arguments.texts(exclude)
    for file in arguments.allBytes(excludeFile) { texts += try PatternFile.read(file) }
    return try patternList(texts, option: "exclude")
  }

  private static func summary(of result: JobResult, isDryRun: Bool, at location: PathBytes) -> [Message] {
    let files: Message =
      "\(counted(result.count("totalFilesProcessed"), "file")), \(byteText(result.bytes("totalBytesProcessed"))): "
      + "\(result.count("filesNew")) new, \(result.count("filesChanged")) changed, "
      + "\(result.count("filesUnmodified")) unmodified"
    let size = byteText(result.bytes("dataAdded"))
    let stored = byteText(result.bytes("dataAddedPacked"))
    let time = durationText(result.duration("duration"))
    guard !isDryRun, let id = result.text("snapshotId") else {
      return [files, "would add \(size), \(stored) stored, in \(time)", "dry run: nothing was stored"]
    }
    let losses = result.count("losses")
    return [
      files, "added \(size), \(stored) stored, in \(time)",
      losses > 0
        ? "snapshot \(id.prefix(8)) saved, INCOMPLETE: \(counted(losses, "entry", "entries")) could not be read"
        : "snapshot \(id.prefix(8)) saved",
    ]
  }
}
