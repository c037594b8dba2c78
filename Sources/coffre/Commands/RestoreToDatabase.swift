import CoffreCore
import CoffreEngine
import CoffreRepository
import CoffreSources

/// `restore` where the target is a database server.
enum RestoreToDatabase {
  /// - Parameter address: of the server, or of a database there.
  static func run(to address: String, _ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    try refuseOptions(RestoreOptions.forFolders, for: "folders", arguments)
    let composition = try RepositoryComposition(arguments, console)
    let (snapshot, path) = SnapshotOptions.split(arguments.bytes(argument: "snapshot") ?? [])
    let order = try DatabaseRestoreOrder(address, path: path, arguments)
    let places = try DatabaseBackup.places(
      of: order.location.kind, at: path, named: arguments.text(RestoreDatabaseOptions.name))
    var options = DatabaseRestoreJob.Options(snapshot: snapshot, folders: places)
    options.filter = SnapshotOptions.filter(arguments)
    options.takesEverything = order.takesEverything
    let target = order.location.text
    // One opening serves the safety backup too.
    let access = composition.access.openedOnce()
    let job = DatabaseRestoreJob(access, target: target, options: options) { context in
      try order.openTarget(access, context)
    }
    return await console.run(job) { result in
      let size = byteText(result.bytes("bytes"))
      var lines: [Message] = [
        "restored \(result.text("folder") ?? "") to '\(target)': \(size) in \(durationText(result.duration("duration")))"
      ]
      lines += job.report.map { "\(HumanOutput.words(for: $0.subject)): \($0.message)" }
      let notes = result.count("notes")
      if notes > 0 { lines.append("\(counted(notes, "remark")), named above and in the journal") }
      return lines
    }
  }

  /// What has no meaning for the target must not seem to have one.
  ///
  /// - Parameter kind: what the options are for.
  static func refuseOptions(
    _ options: [OptionSpec], for kind: String, _ arguments: ParsedArguments
  ) throws(UsageError) {
    guard let option = options.first(where: { arguments.isGiven($0) }) else { return }
    throw UsageError(
      "'--\(option.name)' is for \(.word(kind)), and --to names something else",
      advice: "Leave it out, or give another target.")
  }
}
