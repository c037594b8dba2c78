import CoffreArchives
import CoffreCore
import CoffreEngine
import CoffreSources
import CoffreSystem

enum ArchiveExtractCommand: RunnableCommand {
  private static let to = OptionSpec("to", "t", .path("folder"), help: "where to put it", isRequired: true)
  static let mostBytes = OptionSpec(
    "max-size", nil, .size("size"), help: "stop if it unpacks to more than this",
    defaultText: "2000 times its own size, but at least 256 MiB")

  static let spec = CommandSpec(
    "archive extract", "bring back what an archive holds",
    arguments: [ArchiveOptions.archive],
    options: [to] + PatternOptions.include.all + PatternOptions.exclude.all
      + [RestoreOptions.overwrite, RestoreOptions.sparse, mostBytes] + ArchiveOptions.keys,
    exclusive: ArchiveOptions.exclusive,
    details:
      "Any tar, zip, 7z, rar or cpio, and single files in gz, bz2, xz, zst, lz4 or lzma, found by content, also in age, "
      + "AES or gpg. Nothing is ever written outside the folder, whatever the names and links in the archive say, and no "
      + "file appears under its name before its checksum was right; where only the whole archive has one, at the end.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "damaged, or something could not be brought back"), ExitSpec(.usage),
      ExitSpec(.wrongPassword), ExitSpec(.toolMissing), ExitSpec(.noSpace), ExitSpec(.noPermission),
      ExitSpec(.interrupted),
    ],
    examples: [
      ExampleSpec("coffre archive extract site.tar.zst --to /srv/again"),
      ExampleSpec("coffre archive extract papers.7z --to /tmp/papers -p /etc/coffre/archive --include '*.pdf'"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let path = try absolutePath(of: arguments.bytes(argument: "archive") ?? [])
    let target = try absolutePath(of: arguments.bytes(to) ?? [])
    let keys = try ArchiveOptions.keys(arguments, console)
    let choice = EntryChoice(
      includes: try PatternOptions.include.patterns(arguments),
      excludes: try PatternOptions.exclude.patterns(arguments))
    var limits = ArchiveExtraction.Limits()
    limits.mostBytes = arguments.size(mostBytes)
    var settings = FolderRestoreSettings(target: target)
    settings.overwrite = OverwriteRule(rawValue: arguments.text(RestoreOptions.overwrite) ?? "") ?? .always
    settings.writesSparsely = arguments.isOn(RestoreOptions.sparse)
    let job = ArchiveJob("archive-extract", subjects: [displayed(path), displayed(target)], phase: "extract") {
      [settings, limits] report in
      let start = ContinuousClock.now
      let open = {
        try OpenArchive.read(path, limits: limits, keys: keys, cancellation: report.context.cancellation)
      }
      let reader = try open()
      let place = try FolderRestore(settings, cancellation: report.context.cancellation)
      defer { place.close() }
      let counters = try ArchiveExtraction(
        reader, limits: limits, cancellation: report.context.cancellation, choice: choice, again: open,
        note: { report.note($0) },
        progress: { report.progress(files: $0.files, bytes: $0.bytes) }
      ).extract(into: place)
      return ArchiveSummary.result(reader, counters, took: ContinuousClock.now - start)
    }
    return await console.run(job) { result in
      ArchiveSummary.lines(of: result, doing: "brought back to '\(displayed(target))'")
    }
  }
}
