import CoffreArchives
import CoffreCore
import CoffreEngine
import CoffreSources
import CoffreSystem

enum ArchiveCreateCommand: RunnableCommand {
  private static let formats = ArchiveFormats.all.map(\.traits.name)

  private static let format = OptionSpec(
    "format", "f", .choice("format", formats), help: "what is written", defaultText: "what the file's name ends in")
  private static let level = OptionSpec(
    "level", "l", .text("level"), help: "how hard to compress: a number of the format's own, or 'auto'",
    defaultValue: "auto")
  private static let threads = OptionSpec(
    "threads", nil, .integer("count", 1...64), help: "how many threads compress", defaultText: "one per processor")
  private static let replace = OptionSpec("replace", help: "replace a file that exists")
  private static let noVerify = OptionSpec("no-verify", help: "do not read the archive back before it gets its name")

  static let spec = CommandSpec(
    "archive create", "write files and folders into an archive",
    arguments: [
      ArgumentSpec("archive", help: "the file to make"),
      ArgumentSpec("source", .many(atLeast: 1), help: "files and folders"),
    ],
    options: [format, level, threads] + ArchiveEncryptionOptions.all
      + [ArchiveOptions.passwordFile, ArchiveOptions.passwordCommand, replace, noVerify]
      + PatternOptions.exclude.all
      + [
        BackupOptions.oneFileSystem, BackupOptions.excludeIfPresent, BackupOptions.excludeCaches,
        BackupOptions.allowRunningDatabase,
      ],
    exclusive: ArchiveOptions.exclusive,
    details:
      "The file appears under its name when it is whole, on the disk, and was read back; until then an older one stays. "
      + "tar and its kinds hold everything, zip and 7z files, folders and symbolic links; what a format cannot hold is said "
      + "once. gz, zst, xz and raw hold the bytes of one file; raw is known by its name alone. With 'auto', what does not "
      + "shrink is stored.\n\n"
      + "--encrypt native takes the password of zip or 7z (AES-256; in zip the names stay readable). 'age' is opened by "
      + "`age -d`, with --recipient or a password; 'aes' by Tink (AES256_GCM_HKDF_1MB) and --key-file; 'gpg' by gpg. What "
      + "is encrypted for recipients cannot be opened here: its bytes are read back, its contents are not.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed), ExitSpec(.usage), ExitSpec(.partial, "something could not be read"),
      ExitSpec(.sourceUnreadable), ExitSpec(.verificationFailed, "the archive could not be read back"),
      ExitSpec(.toolMissing), ExitSpec(.noSpace), ExitSpec(.noPermission), ExitSpec(.interrupted),
    ],
    examples: [
      ExampleSpec("coffre archive create site.tar.zst /srv/site"),
      ExampleSpec("coffre archive create papers.7z ~/papers --encrypt native -p /etc/coffre/archive"),
      ExampleSpec("coffre archive create site.tar.gz.age /srv/site --encrypt age --recipients-file keys.txt"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let path = try absolutePath(of: arguments.bytes(argument: "archive") ?? [])
    let format = try chosenFormat(arguments, path)
    if (try? FileDescriptor.attributes(ofPath: path, .following))?.kind == .directory {
      throw UsageError("'\(displayed(path))' is a folder", advice: "Give the path of a file.")
    }
    var settings = ArchiveSettings()
    settings.threadCount = arguments.integer(threads) ?? processorCount
    settings.level = try chosenLevel(arguments)
    var work = ArchiveCreation(
      path: path, format: format, settings: settings, files: try files(arguments, besides: path))
    work.replaces = arguments.isOn(replace)
    work.verifies = !arguments.isOn(noVerify)
    try work.checkName(with: ArchiveEncryptionOptions.kind(arguments))
    work.protection = try ArchiveEncryptionOptions.protection(
      arguments, for: format, password: ArchiveOptions.password(arguments, console, mayAsk: true), console)
    if !work.replaces, (try? FileDescriptor.attributes(ofPath: path)) != nil {
      throw SystemError.alreadyExists(path)
    }
    let sources = arguments.allBytes(argument: "source").map { displayed($0) }
    let job = ArchiveJob("archive-create", subjects: [displayed(path)] + sources, phase: "archive") { [work] report in
      try work.run(report)
    }
    return await console.run(job) { result in
      let entries = counted(result.count("entries"), "entry", "entries")
      let size = byteText(result.bytes("size"))
      let time = durationText(result.duration("duration"))
      var lines: [Message] = [
        "wrote '\(displayed(path))': \(entries), \(byteText(result.bytes("bytes"))) in \(size), in \(time)"
      ]
      if result.flag("verified") { lines.append("read back: it is whole") }
      let leftOut = result.count("leftOut")
      if leftOut > 0 {
        lines.append("not in it: \(counted(leftOut, "entry", "entries")), the first of each kind named above")
      }
      return lines
    }
  }

  private static func chosenFormat(_ arguments: ParsedArguments, _ path: PathBytes) throws -> any ArchiveFormat {
    if let name = arguments.text(format), let format = ArchiveFormats.named(name) { return format }
    var name = splitPath(path).name
    // The end that tells of an encryption stands behind the format's.
    for end in [".age", ".aes", ".gpg"] where displayed(name).lowercased().hasSuffix(end) {
      name = Array(name.dropLast(end.utf8.count))
    }
    guard let format = ArchiveFormats.meant(by: name) else {
      throw UsageError(
        "the name '\(displayed(name))' does not tell which format is meant",
        advice: "Give --format, or a name that ends in one of \(alternatives(formats)).")
    }
    return format
  }

  private static func chosenLevel(_ arguments: ParsedArguments) throws -> ArchiveSettings.Level {
    let text = arguments.text(level) ?? "auto"
    if text == "auto" { return .automatic }
    guard let number = Int(text) else {
      throw UsageError("'\(text)' of '--level' is no level", advice: "Give a number, or 'auto'.")
    }
    return .exactly(number)
  }

  private static func files(_ arguments: ParsedArguments, besides archive: PathBytes) throws -> FilesSettings {
    let sources = arguments.allBytes(argument: "source")
    var settings = FilesSettings(targets: sources, workingDirectory: try currentDirectory())
    settings.excludes = try PatternOptions.exclude.patterns(arguments)
    settings.takesRunningDatabases = arguments.isOn(BackupOptions.allowRunningDatabase)
    settings.staysOnFileSystems = arguments.isOn(BackupOptions.oneFileSystem)
    settings.markers = try arguments.allBytes(BackupOptions.excludeIfPresent).map { try BackupCommand.marker($0) }
    if arguments.isOn(BackupOptions.excludeCaches) { settings.markers.append(.cacheDirectory) }
    settings.ownFolders = try StateFolders.chosen(by: arguments).all
    return settings
  }
}
