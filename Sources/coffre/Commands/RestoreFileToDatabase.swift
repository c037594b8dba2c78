import CoffreCore
import CoffreEngine
import CoffreRepository
import CoffreSources
import CoffreSystem

/// `restore` of a file that a vendor's own tool wrote, to a database server.
enum RestoreFileToDatabase {
  /// Options that choose within a snapshot; a file is restored whole.
  private static let forSnapshots =
    SnapshotOptions.all + [
      RestoreDatabaseOptions.table, RestoreDatabaseOptions.dataOnly, RestoreDatabaseOptions.schemaOnly,
      RestoreDatabaseOptions.globals,
    ]

  /// Whether what is to be restored is a file: it is written as a path, or no snapshot is called so and the file is there.
  static func isMeant(by text: PathBytes) -> Bool {
    let shown = displayed(text)
    if ["/", "./", "../"].contains(where: { shown.hasPrefix($0) }) { return true }
    let (snapshot, _) = SnapshotOptions.split(text)
    let isID = snapshot == "latest" || !snapshot.isEmpty && snapshot.allSatisfy(\.isHexDigit)
    guard !isID else { return false }
    return (try? FileDescriptor.attributes(ofPath: text, .following)) != nil
  }

  static func run(
    _ path: PathBytes, to address: String, _ arguments: ParsedArguments, _ console: Console
  ) async throws -> ExitCode {
    // Of the server; its backup is made only if something is replaced.
    var unused = forSnapshots
    if !arguments.isGiven(RestoreDatabaseOptions.confirm) { unused.append(RestoreDatabaseOptions.name) }
    let order = try DatabaseRestoreOrder(address, path: [], arguments)
    if !order.driver.choosesInFiles { unused.append(RestoreDatabaseOptions.database) }
    if let option = unused.first(where: { arguments.isGiven($0) }) {
      throw UsageError(
        "'--\(option.name)' is for snapshots, and a file is restored whole",
        advice: "Leave it out, or name a snapshot.")
    }
    // Only what is replaced needs a place for its backup.
    let access =
      order.confirmed == nil ? nil : try RepositoryComposition(arguments, console).access.openedOnce()
    let file = try absolutePath(of: path)
    let name = displayed(file)
    let target = order.location.text
    let job = FileRestoreJob(name, target: target) { context in
      let restore = try order.openTarget(for: file, access, context)
      return FileRestoreJob.Work(size: restore.size) { progress in
        let (name, notes) = try restore.run(cancellation: context.cancellation, progress: progress)
        return FileRestoreJob.Outcome(target: name, notes: notes)
      }
    }
    return await console.run(job) { result in
      let size = byteText(result.bytes("bytes"))
      var lines: [Message] = [
        "restored '\(name)' to the database '\(result.text("target") ?? "")': \(size) in "
          + "\(durationText(result.duration("duration")))"
      ]
      lines += job.report.map { "\(HumanOutput.words(for: $0.subject)): \($0.message)" }
      let notes = result.count("notes")
      if notes > 0 { lines.append("\(counted(notes, "remark")), named above and in the journal") }
      return lines
    }
  }
}
