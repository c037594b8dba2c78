import CoffreCore
import CoffreRepository
import CoffreSystem

enum SnapshotCatCommand: RunnableCommand {
  private enum Kind: String, CaseIterable {
    case config, snapshot, index, key, lock, tree, blob, pack
    case packHeader = "pack-header"
    case masterKey = "masterkey"

    var objects: ObjectKind? {
      switch self {
      case .snapshot: .snapshot
      case .index: .index
      case .key: .key
      case .lock: .lock
      case .pack, .packHeader: .pack
      case .config, .tree, .blob, .masterKey: nil
      }
    }

    var needsID: Bool { self != .config && self != .masterKey }
  }

  private static let reveal = OptionSpec(
    "reveal-secret", help: "with 'masterkey': print the key that opens everything, for ever")

  static let spec = CommandSpec(
    "snapshot cat", "print an object of the repository",
    arguments: [
      ArgumentSpec("kind", help: "\(alternatives(Kind.allCases.map(\.rawValue)))"),
      ArgumentSpec("id", .optional, help: "its id or the beginning of it; of a tree: a snapshot, ':PATH' behind it"),
    ],
    options: [reveal] + SnapshotOptions.all,
    details:
      "For finding out what is wrong with a repository. Documents are shown on several lines, with --json on one; "
      + "blobs, trees and packs come byte by byte. Everything is checked before it is printed.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "not there, or damaged"), ExitSpec(.usage), ExitSpec(.noRepository),
      ExitSpec(.wrongPassword),
    ],
    examples: [
      ExampleSpec("coffre snapshot cat snapshot latest -r /srv/backups"),
      ExampleSpec("coffre snapshot cat tree latest:/etc -r /srv/backups"),
      ExampleSpec("coffre snapshot cat pack-header 025c1d06 -r /srv/backups"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let word = arguments.text(argument: "kind") ?? ""
    guard let kind = Kind(rawValue: word) else {
      throw UsageError(
        "there are no objects of kind '\(word)'", advice: "Write one of \(alternatives(Kind.allCases.map(\.rawValue)))."
      )
    }
    let id = arguments.bytes(argument: "id")
    guard (id != nil) == kind.needsID else {
      throw UsageError(
        kind.needsID ? "'\(word)' needs an id" : "'\(word)' takes no id: there is only one",
        advice: kind.needsID ? "Write it behind the kind." : "Leave the id out.")
    }
    guard kind != .masterKey || arguments.isOn(reveal) else {
      throw UsageError(
        "the master key opens everything in the repository, for ever, whatever its passwords become",
        advice: "Give --reveal-secret if it must be shown.")
    }
    try RepositoryComposition(arguments, console).reading(console) { repository in
      switch kind {
      case .config: try print(document: repository.configDocument(), console)
      case .masterKey: try print(document: repository.revealedMasterKey(), console)
      case .snapshot:
        let found = try repository.findSnapshot(displayed(id ?? []), filter: SnapshotOptions.filter(arguments)) {
          console.note("warning: \($0.text)")
        }
        let object = try repository.findObject(.snapshot, try prefix(Array(found.id.description.utf8)))
        try print(document: repository.document(.snapshot, object), console)
      case .tree: try printTree(id ?? [], SnapshotOptions.filter(arguments), repository, console)
      case .blob: try printBlob(try prefix(id ?? []), repository, console)
      case .pack: try printPack(try prefix(id ?? []), repository, console)
      case .packHeader: try printHeader(try prefix(id ?? []), repository, console)
      case .index, .key, .lock:
        guard let objects = kind.objects else { return }
        let object = try repository.findObject(objects, try prefix(id ?? []))
        try print(document: repository.document(objects, object), console)
      }
    }
    return .done
  }

  private static func prefix(_ bytes: [UInt8]) throws -> IDPrefix {
    guard let prefix = IDPrefix(displayed(bytes).lowercased()) else {
      throw UsageError("'\(displayed(bytes))' is no id", advice: "Give its hexadecimal digits, or the first of them.")
    }
    return prefix
  }

  private static func print(document json: [UInt8], _ console: Console) throws {
    let text = console.isJSON ? json.filter { $0 != 0x0A } : JSONIndenting.indented(json)
    try console.print(text + [0x0A])
  }

  private static func printTree(
    _ id: [UInt8], _ filter: SnapshotFilter, _ repository: Repository, _ console: Console
  ) throws {
    let (text, path) = SnapshotOptions.split(id)
    let snapshot = try repository.findSnapshot(text, filter: filter) { console.note("warning: \($0.text)") }
    let index = try repository.loadIndex(cancellation: console.cancellation).index
    let loader = BlobLoader(repository: repository, index: index)
    var bytes: [UInt8] = []
    let tree = try loader.tree(at: path, in: snapshot)
    try loader.load(tree, .tree, for: "snapshot \(snapshot.id.short)", into: &bytes)
    try console.print(bytes)
  }

  private static func printBlob(_ prefix: IDPrefix, _ repository: Repository, _ console: Console) throws {
    let index = try repository.loadIndex(cancellation: console.cancellation).index
    let (id, kind) = try index.findBlob(prefix)
    var bytes: [UInt8] = []
    try BlobLoader(repository: repository, index: index).load(id, kind, for: "this command", into: &bytes)
    try console.print(bytes)
  }

  private static func printPack(_ prefix: IDPrefix, _ repository: Repository, _ console: Console) throws {
    guard !Terminal.isTerminal(.output) else {
      throw UsageError("a pack would go to the terminal", advice: "Send it to a file or a program.")
    }
    try console.print(repository.wholeObject(.pack, repository.findObject(.pack, prefix)))
  }

  private static func printHeader(_ prefix: IDPrefix, _ repository: Repository, _ console: Console) throws {
    let object = try repository.findObject(.pack, prefix)
    let header = try repository.packHeader(of: object, with: repository.makeCodec())
    var json = JSONWriter()
    json.beginObject()
    json.field("id") { $0.digest(object.id) }
    json.field("size") { $0.number(object.sizeInBytes) }
    json.field("blobs") { json in
      json.beginArray()
      for (offset, entry) in header.withOffsets() {
        json.beginObject()
        json.field("id") { $0.digest(entry.id) }
        json.field("type") { $0.string(entry.kind.name) }
        json.field("offset") { $0.number(offset) }
        json.field("length") { $0.number(UInt64(entry.length)) }
        if let length = entry.uncompressedLength { json.field("uncompressed_length") { $0.number(UInt64(length)) } }
        json.endObject()
      }
      json.endArray()
    }
    json.endObject()
    try print(document: json.output, console)
  }
}
