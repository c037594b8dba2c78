import CoffreCore
import CoffreEngine
import CoffreRepository

enum RepoUnlockCommand: RunnableCommand {
  private static let removeAll = OptionSpec("remove-all", help: "remove every lock, also those still held")

  static let spec = CommandSpec(
    "repo unlock", "remove locks that nobody holds any more", options: [removeAll],
    details: "A lock is dead if it was not refreshed for half an hour, or if its process is gone from this machine.",
    exits: [ExitSpec(.done), ExitSpec(.failed), ExitSpec(.noRepository), ExitSpec(.wrongPassword)],
    examples: [ExampleSpec("coffre repo unlock -r /srv/backups")])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let composition = try RepositoryComposition(arguments, console)
    let access = composition.access
    let (removed, left) = try access.open().unlock(
      all: arguments.isOn(removeAll), machine: access.machine, record: access.lockRecord)
    if console.isJSON {
      var json = JSONWriter()
      json.beginObject()
      json.field("type") { $0.string("unlocked") }
      json.field("v") { $0.number(UInt64(1)) }
      json.field("removed") { $0.strings(removed.map(\.id.description)) }
      json.field("left") { $0.strings(left.map(\.id.description)) }
      json.endObject()
      json.endLine()
      try console.print(json.output)
      return .done
    }
    for lock in removed { try console.print("removed lock \(lock.id.short) of \(lock.holder)") }
    for lock in left {
      try console.print("left lock \(lock.id.short) of \(lock.holder): it may still be held")
    }
    if removed.isEmpty { try console.print("no dead locks") }
    return .done
  }
}
