import CoffreCore
import CoffreEngine
import CoffreRepository

enum RepoCopyCommand: RunnableCommand {
  private static let dryRun = OptionSpec("dry-run", "n", help: "only tell what would be copied")

  static let spec = CommandSpec(
    "repo copy", "copy snapshots from another repository",
    arguments: [
      ArgumentSpec("snapshot", .many(atLeast: 0), help: "ids, their beginnings, or 'latest'; all without any")
    ],
    options: FromRepositoryOptions.all + SnapshotOptions.all
      + [BackupOptions.compression, BackupOptions.packSize, dryRun],
    exclusive: FromRepositoryOptions.exclusive,
    details: """
      Copies into the repository of --repo what it lacks, out of the one of --from-repo, which is only read. Everything \
      is verified on the way and sealed anew: the two need not share password, version or compression. Snapshots that \
      were copied before are left out, also those that restic copied; a copy that was cut off goes on when it is run again.

      A snapshot of which anything in the source is damaged or missing is named and not copied; the others are. Then the \
      command ends with 3, or with 1 if none of the snapshots could be had.
      """,
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "also: none of the snapshots could be copied"), ExitSpec(.usage),
      ExitSpec(.partial, "some snapshots could not be copied: the source is damaged"), ExitSpec(.noRepository),
      ExitSpec(.locked), ExitSpec(.wrongPassword), ExitSpec(.noSpace), ExitSpec(.interrupted),
    ],
    examples: [
      ExampleSpec("coffre repo copy -r /mnt/second --from-repo /srv/backups"),
      ExampleSpec(
        "coffre repo copy latest -r /mnt/second --from-repo /srv/backups --host shop", note: "the newest of one host"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let destination = try RepositoryComposition(arguments, console)
    let source = try RepositoryComposition.other(arguments, console)
    guard source.location != destination.location else {
      throw UsageError(
        "--from-repo and --repo name the same place", advice: "Copy from one repository into another.")
    }
    var options = CopyJob.Options()
    options.snapshots = arguments.texts(argument: "snapshot")
    options.filter = SnapshotOptions.filter(arguments)
    options.compression = CompressionMode(rawValue: arguments.text(BackupOptions.compression) ?? "") ?? .auto
    options.packSize = arguments.integer(BackupOptions.packSize).map { $0 << 20 }
    options.isDryRun = arguments.isOn(dryRun)
    options.reportsItems = console.verbosity > 0
    let job = CopyJob(from: source.access, to: destination.access, options: options)
    let location = displayed(destination.location)
    return await console.run(job) { summary(of: $0, isDryRun: arguments.isOn(dryRun), location) }
  }

  private static func summary(of result: JobResult, isDryRun: Bool, _ location: String) -> [Message] {
    let (copied, there, failed) = (
      result.count("snapshotsCopied"), result.count("snapshotsThere"), result.count("snapshotsFailed")
    )
    let blobs = counted(result.count("blobs"), "blob")
    let read = byteText(result.bytes("bytesRead"))
    var lines: [Message] = []
    if copied == 0 {
      lines.append("nothing to copy: \(counted(there, "snapshot")) there already")
    } else if isDryRun {
      lines.append("would copy \(counted(copied, "snapshot")); \(there) there already")
      lines.append("would read \(blobs), \(read)")
    } else {
      let stored = byteText(result.bytes("dataAddedPacked"))
      lines.append("copied \(counted(copied, "snapshot")); \(there) there already")
      lines.append("read \(blobs), \(read); stored \(stored), in \(durationText(result.duration("duration")))")
    }
    if failed > 0 {
      lines.append("NOT COPIED: \(counted(failed, "snapshot")), because the source is damaged")
      lines.append("next: coffre repo check --read-data on the source; a new backup into it stores again what was lost")
    } else if copied > 0, !isDryRun {
      lines.append("next: coffre repo check -r \(location)")
    }
    return lines
  }
}
