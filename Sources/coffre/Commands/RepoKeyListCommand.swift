import CoffreCore
import CoffreRepository

enum RepoKeyListCommand: RunnableCommand {
  static let spec = CommandSpec(
    "repo key list", "show the keys whose passwords open the repository",
    details: "The key whose password was given is marked with a star.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "also: a key is damaged"), ExitSpec(.noRepository), ExitSpec(.locked),
      ExitSpec(.wrongPassword),
    ],
    examples: [ExampleSpec("coffre repo key list -r /srv/backups")])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let composition = try RepositoryComposition(arguments, console)
    let (keys, unreadable, current) = try composition.reading(console) { repository in
      let (found, unreadable) = try repository.keys()
      return (found, unreadable, repository.keyID)
    }
    for error in unreadable { console.tell(error) }
    if console.isJSON {
      try console.print(console.speaksRestic ? ResticJSON.keys(keys, current: current) : json(keys, current))
    } else {
      try console.print(table: table(keys, current))
      try console.print(counted(keys.count, "key"))
    }
    return unreadable.isEmpty ? .done : .failed
  }

  private static func json(_ keys: [StoredKey], _ current: KeyID) -> [UInt8] {
    var json = JSONWriter()
    json.beginArray()
    for key in keys {
      json.beginObject()
      json.field("id") { $0.string(key.id.description) }
      json.field("shortId") { $0.string(key.id.short) }
      json.field("current") { $0.bool(key.id == current) }
      json.field("userName") { $0.string(key.file.username) }
      json.field("hostName") { $0.string(key.file.hostname) }
      if key.file.created != .missing { json.field("created") { $0.time(key.file.created) } }
      json.endObject()
    }
    json.endArray()
    json.endLine()
    return json.output
  }

  private static func table(_ keys: [StoredKey], _ current: KeyID) -> [[Message]] {
    let header: [Message] = ["", "ID", "USER", "HOST", "CREATED"]
    return [header]
      + keys.map { key in
        [
          key.id == current ? "*" : "", "\(key.id.short)", "\(key.file.username)", "\(key.file.hostname)",
          key.file.created == .missing ? "" : "\(key.file.created)",
        ]
      }
  }
}
