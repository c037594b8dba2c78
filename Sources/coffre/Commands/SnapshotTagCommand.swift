import CoffreCore
import CoffreEngine
import CoffreRepository
import CoffreSystem

enum SnapshotTagCommand: RunnableCommand {
  private static let add = OptionSpec(
    "add", nil, .text("tags"), help: "give these tags, joined by commas", isRepeatable: true)
  private static let remove = OptionSpec(
    "remove", nil, .text("tags"), help: "take these tags away, joined by commas", isRepeatable: true)
  private static let set = OptionSpec(
    "set", nil, .text("tags"), help: "replace all tags by these; '' leaves none", isRepeatable: true, mayBeEmpty: true)
  private static let dryRun = OptionSpec("dry-run", "n", help: "only tell what would be changed")

  static let spec = CommandSpec(
    "snapshot tag", "change the tags of snapshots",
    arguments: [
      ArgumentSpec(
        "snapshot", .many(atLeast: 0), help: "ids, their beginnings, or 'latest'; without: all that the filters find")
    ],
    options: [add, remove, set] + SnapshotOptions.all + [dryRun],
    details: """
      A snapshot whose tags change gets a new id; it remembers its first one as 'original'. The old file is removed once \
      the new one is saved.
      """,
    exits: [
      ExitSpec(.done), ExitSpec(.failed), ExitSpec(.usage),
      ExitSpec(.partial, "an old file could not be removed, or a snapshot not be read"), ExitSpec(.noRepository),
      ExitSpec(.locked), ExitSpec(.wrongPassword),
    ],
    examples: [
      ExampleSpec("coffre snapshot tag -r /srv/backups 3fa2c1d0 --add keep,before-upgrade"),
      ExampleSpec("coffre snapshot tag -r /srv/backups --host shop --tag old --remove old"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    var options = TagJob.Options(try change(arguments))
    options.names = arguments.texts(argument: "snapshot")
    options.filter = SnapshotOptions.filter(arguments)
    options.isDryRun = arguments.isOn(dryRun)
    if !options.names.isEmpty { try SnapshotOptions.checkNames(options.names, options.filter) }
    let composition = try RepositoryComposition(arguments, console)
    let job = TagJob(composition.access, options: options) { show($0, console) }
    return await console.run(job) { summary($0) }
  }

  private static func change(_ arguments: ParsedArguments) throws(UsageError) -> TagJob.Change {
    let tags = { (option: OptionSpec) in
      arguments.texts(option).flatMap { SnapshotOptions.tagList($0) }.filter { !$0.isEmpty }
    }
    let adding = tags(add)
    let removing = tags(remove)
    if arguments.isGiven(set) {
      guard !arguments.isGiven(add), !arguments.isGiven(remove) else {
        throw UsageError(
          "'--set' replaces all tags and excludes '--add' and '--remove'",
          advice: "Give either --set, or --add and --remove.")
      }
      return .set(tags(set))
    }
    guard !adding.isEmpty || !removing.isEmpty else {
      throw UsageError("no tag is given", advice: "Give --add, --remove or --set.")
    }
    if let both = adding.first(where: { tag in removing.contains { $0.hasSameBytes(as: tag) } }) {
      throw UsageError("'\(both)' is to be added and removed", advice: "Give it to only one of --add and --remove.")
    }
    return .modify(adding: adding, removing: removing)
  }

  private static func show(_ changed: TagJob.Retagged, _ console: Console) {
    guard console.isJSON else {
      guard !console.isQuiet else { return }
      let tags = changed.tags.joined(separator: ",")
      let old = changed.old.id.short
      let new: Message = changed.newID.map { "\(old) is now \($0.short)" } ?? "\(old) would be changed"
      try? console.print(tags.isEmpty ? "\(new), without tags" : "\(new), with tags \(tags)")
      return
    }
    if console.speaksRestic {
      guard let new = changed.newID else { return }
      let line = ResticJSON.line("changed") { json in
        ResticJSON.text("old_snapshot_id", changed.old.id.description, &json)
        ResticJSON.text("new_snapshot_id", new.description, &json)
      }
      return (try? console.print(line)) ?? ()
    }
    var json = JSONWriter()
    json.beginObject()
    json.field("type") { $0.string("changed") }
    json.field("time") { $0.time(Clock.now()) }
    json.field("v") { $0.number(UInt64(1)) }
    json.field("oldId") { $0.string(changed.old.id.description) }
    if let new = changed.newID { json.field("newId") { $0.string(new.description) } }
    json.field("oldTags") { $0.strings(changed.old.tags) }
    json.field("tags") { $0.strings(changed.tags) }
    json.endObject()
    json.endLine()
    try? console.print(json.output)
  }

  private static func summary(_ result: JobResult) -> [Message] {
    let snapshots = counted(result.count("snapshots"), "snapshot")
    let changed = result.count("snapshotsChanged")
    var lines: [Message] = []
    if result.flag("dryRun") {
      lines = ["would change the tags of \(changed) of \(snapshots)", "dry run: nothing was changed"]
    } else if changed == 0 {
      lines = ["nothing to change in \(snapshots)"]
    } else {
      lines = ["changed the tags of \(changed) of \(snapshots) in \(durationText(result.duration("duration")))"]
    }
    let left = result.count("snapshotsNotRemoved")
    if left > 0 { lines.append("INCOMPLETE: \(counted(left, "old file")) could not be removed, named above") }
    let unreadable = result.count("snapshotsUnreadable")
    if unreadable > 0 { lines.append("INCOMPLETE: \(counted(unreadable, "snapshot")) could not be read, named above") }
    return lines
  }
}
