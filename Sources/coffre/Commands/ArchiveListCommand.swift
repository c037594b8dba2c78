import CoffreArchives
import CoffreCore
import CoffreSystem

enum ArchiveListCommand: RunnableCommand {
  static let spec = CommandSpec(
    "archive list", "list what an archive holds",
    arguments: [ArchiveOptions.archive],
    options: [NodeLine.long, NodeLine.readable] + ArchiveOptions.keys,
    exclusive: ArchiveOptions.exclusive,
    details: "In the order of the archive. Checksums of contents are not looked at: `archive test` does that.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed), ExitSpec(.usage), ExitSpec(.wrongPassword), ExitSpec(.toolMissing),
    ],
    examples: [ExampleSpec("coffre archive list site.tar.zst -l")])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let path = try absolutePath(of: arguments.bytes(argument: "archive") ?? [])
    let keys = try ArchiveOptions.keys(arguments, console)
    let reader = try OpenArchive.read(path, keys: keys, cancellation: console.cancellation)
    let output = LineBuffer(console)
    let line = NodeLine(arguments, console)
    while let entry = try reader.next() {
      try console.cancellation.check()
      if console.isJSON {
        try output.add(json(entry))
      } else {
        try output.add(line: line.text(entry))
      }
    }
    try output.flush()
    return .done
  }

  private static func json(_ entry: ArchiveEntry) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.field("type") { $0.string("entry") }
    writer.field("v") { $0.number(UInt64(1)) }
    writer.field("path") { $0.string(displayed(entry.path)) }
    writer.field("kind") { $0.string(entry.hardLinkOf == nil ? entry.attributes.kind.typeName : "hardlink") }
    if entry.attributes.kind == .file, entry.hasSize {
      writer.field("size") { $0.number(entry.attributes.size) }
    }
    writer.field("mode") { $0.number(UInt64(entry.attributes.permissions)) }
    writer.field("mtime") { $0.time(entry.attributes.modified) }
    writer.field("uid") { $0.number(UInt64(entry.attributes.userID)) }
    writer.field("gid") { $0.number(UInt64(entry.attributes.groupID)) }
    if !entry.userName.isEmpty { writer.field("user") { $0.string(entry.userName) } }
    if !entry.groupName.isEmpty { writer.field("group") { $0.string(entry.groupName) } }
    if entry.attributes.kind == .symlink {
      writer.field("target") { $0.string(displayed(entry.details.linkTarget)) }
    }
    if let original = entry.hardLinkOf { writer.field("target") { $0.string(displayed(original)) } }
    writer.field("encrypted") { $0.bool(entry.isEncrypted) }
    writer.endObject()
    writer.endLine()
    return writer.takeOutput()
  }
}
