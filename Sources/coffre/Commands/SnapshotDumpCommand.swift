import CoffreArchives
import CoffreCore
import CoffreEngine
import CoffreSystem

enum SnapshotDumpCommand: RunnableCommand {
  private static let formats = ArchiveFormats.forFolders.map(\.traits.name)

  private static let archive = OptionSpec(
    "archive", "a", .choice("format", formats), help: "what a folder becomes", defaultValue: formats.first)
  private static let target = OptionSpec(
    "target", "o", .path("file"), help: "write to this file, which appears when it is whole", defaultText: "stdout")

  static let spec = CommandSpec(
    "snapshot dump", "print a file, or a folder as an archive",
    arguments: [
      ArgumentSpec("snapshot", help: "an id, its beginning, or 'latest'; ':PATH' behind it takes that file or folder"),
      ArgumentSpec("path", .optional, help: "a file or folder of the snapshot, or of the folder behind ':'"),
    ],
    options: [archive, target] + SnapshotOptions.all,
    details: "A file comes as it is. A folder becomes an archive: tar keeps everything, extended attributes and hard "
      + "links too; zip keeps files, folders and symbolic links, with times to the second. Names in the archive begin "
      + "at the snapshot's root, or behind ':' at that folder. Everything is checked before it is written; if "
      + "something is damaged, the command fails and names it, and what it wrote so far is not whole.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "damaged, or the reader went away"), ExitSpec(.noRepository),
      ExitSpec(.locked), ExitSpec(.wrongPassword), ExitSpec(.noSpace),
    ],
    examples: [
      ExampleSpec("coffre snapshot dump latest:/etc/fstab -r /srv/backups"),
      ExampleSpec("coffre snapshot dump latest:/srv/site -r /srv/backups | tar -x --xattrs -C /tmp/site"),
      ExampleSpec("coffre snapshot dump 3fa2c1d0:/home/ada -r /srv/backups --archive zip --target ada.zip"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let (snapshot, root) = SnapshotOptions.split(arguments.bytes(argument: "snapshot") ?? [])
    guard let format = ArchiveFormats.named(arguments.text(archive) ?? "") else {
      throw UsageError("no archive format is named", advice: "Give --archive.")
    }
    let file = arguments.bytes(target)
    guard file != nil || !console.isJSON else {
      throw UsageError("--json and the dump would both go to stdout", advice: "Give --target, or leave --json out.")
    }
    var options = DumpJob.Options(
      snapshot: snapshot, format: format, target: try file.map { .file(try absolutePath(of: $0)) } ?? .standardOutput)
    options.filter = SnapshotOptions.filter(arguments)
    options.root = root
    options.path = components(of: arguments.bytes(argument: "path") ?? [])
    options.isTerminal = file == nil && Terminal.isTerminal(.output)
    let job = DumpJob(try RepositoryComposition(arguments, console).access, options: options)
    return await console.run(job) { result in
      // What was dumped to stdout has nothing beside it there.
      guard let file else { return [] }
      let size = byteText(result.bytes("bytesWritten"))
      let time = durationText(result.duration("duration"))
      let entries = counted(result.count("entries"), "entry", "entries")
      let isFile = result.text("archive")?.isEmpty ?? true
      var lines: [Message] = [
        isFile
          ? "wrote '\(displayed(file))': \(size) in \(time)"
          : "wrote '\(displayed(file))': \(entries), \(size) in \(time)"
      ]
      let leftOut = result.count("leftOut")
      if leftOut > 0 {
        lines.append("not in it: \(counted(leftOut, "entry", "entries")), the first of each kind named above")
      }
      return lines
    }
  }
}
