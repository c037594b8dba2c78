import CoffreCore
import CoffreEngine
import CoffreRepository

enum SnapshotShowCommand: RunnableCommand {
  static let spec = CommandSpec(
    "snapshot show", "show all that is known of one snapshot",
    arguments: [ArgumentSpec("snapshot", help: "an id, its beginning, or 'latest'")], options: SnapshotOptions.all,
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "also: its tree is missing or damaged"), ExitSpec(.noRepository),
      ExitSpec(.locked), ExitSpec(.wrongPassword),
    ],
    examples: [ExampleSpec("coffre snapshot show latest -r /srv/backups --host shop")])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let composition = try RepositoryComposition(arguments, console)
    let view = try composition.reading(console) { repository in
      let stored = try repository.findSnapshot(
        arguments.text(argument: "snapshot") ?? "", filter: SnapshotOptions.filter(arguments)
      ) { console.note("warning: \($0.text)") }
      return SnapshotView(
        stored: stored, present: try repository.snapshotIDs(),
        treeProblem: try treeProblem(of: stored, in: repository, console.cancellation))
    }
    if console.isJSON {
      try console.print(view.json)
    } else {
      try console.print(table: view.rows)
    }
    return view.treeProblem == nil ? .done : .failed
  }

  /// - Returns: why the snapshot's top folder cannot be read; `nil` if it can, which is tried.
  private static func treeProblem(
    of stored: StoredSnapshot, in repository: Repository, _ cancellation: Cancellation
  ) throws -> Message? {
    do {
      let index = try repository.loadIndex(.fingerprints, cancellation: cancellation).index
      _ = try BlobLoader(repository: repository, index: index).nodes(
        of: stored.snapshot.tree, for: "snapshot \(stored.id.short)")
      return nil
    } catch let error as RepositoryError {
      return error.text
    } catch let error as StoreError where error.concernsOneObject {
      return error.text
    }
  }
}

/// One snapshot as it is shown.
private struct SnapshotView {
  let stored: StoredSnapshot
  /// All snapshots of the repository.
  let present: Set<SnapshotID>
  let treeProblem: Message?

  private var snapshot: Snapshot { stored.snapshot }

  // MARK: For people

  /// What is not known is left out.
  var rows: [[Message]] {
    var rows: [(Message, [Message])] = [
      ("snapshot", ["\(stored.id)"]), ("time", [time(snapshot.time)]), ("host", texts([snapshot.hostname])),
    ]
    if !snapshot.username.isEmpty {
      rows.append(("user", ["\(snapshot.username) (\(snapshot.userID):\(snapshot.groupID))"]))
    }
    rows += [
      ("program", texts([snapshot.programVersion])), ("paths", texts(snapshot.paths)),
      ("excludes", texts(snapshot.excludes)), ("tags", texts([snapshot.tags.joined(separator: ",")])),
      ("parent", reference(snapshot.parent)), ("original", reference(snapshot.original)),
      (
        "tree", ["\(snapshot.tree)", treeProblem.map { "CANNOT BE READ: \($0)" } ?? "present, its top folder is sound"]
      ),
    ]
    if let summary = snapshot.summary { rows += summaryRows(summary) }
    return rows.flatMap { title, values in
      values.enumerated().map { number, value in [number == 0 ? title : "", value] }
    }
  }

  private func summaryRows(_ summary: SnapshotSummary) -> [(Message, [Message])] {
    let duration = Duration.seconds(max(0, summary.end.seconds - summary.start.seconds))
    let added = byteText(Int64(clamping: summary.dataAdded))
    let packed = byteText(Int64(clamping: summary.dataAddedPacked))
    return [
      ("backup", ["\(time(summary.start)) to \(time(summary.end)), \(duration)"]),
      (
        "files",
        [
          "\(summary.totalFiles): \(summary.newFiles) new, \(summary.changedFiles) changed, "
            + "\(summary.unmodifiedFiles) unmodified"
        ]
      ),
      (
        "folders",
        [
          "\(summary.newDirectories) new, \(summary.changedDirectories) changed, "
            + "\(summary.unmodifiedDirectories) unmodified"
        ]
      ),
      ("size", [byteText(Int64(clamping: summary.totalBytes))]),
      (
        "added",
        ["\(added), stored as \(packed), data blobs: \(summary.dataBlobs), tree blobs: \(summary.treeBlobs)"]
      ),
    ]
  }

  private func texts(_ texts: [String]) -> [Message] { texts.filter { !$0.isEmpty }.map { "\($0)" } }

  /// With its zone, in which a forget counts days.
  private func time(_ time: Timestamp) -> Message {
    let zone = Timestamp(seconds: 0, nanoseconds: 0, utcOffset: time.utcOffset).description.dropFirst(19)
    return time.utcOffset == 0 ? "\(time) UTC" : "\(time) \(zone)"  // not for people
  }

  private func reference(_ id: SnapshotID?) -> [Message] {
    guard let id else { return [] }
    return [present.contains(id) ? "\(id)" : "\(id), forgotten"]
  }

  // MARK: For programs

  var json: [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.field("type") { $0.string("snapshot") }
    json.field("v") { $0.number(UInt64(1)) }
    json.field("id") { $0.string(stored.id.description) }
    json.field("shortId") { $0.string(stored.id.short) }
    json.field("snapshot") { $0.raw(snapshot.encoded()) }
    if let parent = snapshot.parent { json.field("parentPresent") { $0.bool(present.contains(parent)) } }
    if let original = snapshot.original { json.field("originalPresent") { $0.bool(present.contains(original)) } }
    json.field("treePresent") { $0.bool(treeProblem == nil) }
    if let treeProblem { json.field("treeProblem") { $0.string(treeProblem.description) } }
    json.endObject()
    json.endLine()
    return json.output
  }
}
