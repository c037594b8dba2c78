import CoffreArchives
import CoffreCore

enum ShelfShowCommand: RunnableCommand {
  private static let entries = OptionSpec("entries", help: "list every entry, and where its content lies")
  private static let changes = OptionSpec("changes", help: "list what is gone and what was renamed since the parent")

  static let spec = CommandSpec(
    "shelf show", "show one backup on a shelf",
    arguments: [
      ShelfOptions.shelf, ArgumentSpec("backup", help: "its name, the beginning of it, or 'latest'"),
    ],
    options: [entries, changes],
    exits: [
      ExitSpec(.done), ExitSpec(.failed), ExitSpec(.usage, "also: several could be meant"),
      ExitSpec(.noRepository, "it is no shelf"), ExitSpec(.verificationFailed, "it is damaged"),
    ],
    examples: [ExampleSpec("coffre shelf show /srv/shelf latest --changes")])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let shelf = try ShelfOptions.shelf(arguments)
    let point = try shelf.choose(arguments.bytes(argument: "backup") ?? [], from: try shelf.points())
    let lines = LineBuffer(console)
    if console.isJSON {
      try lines.add(ShelfJSON.line(point))
    } else {
      for line in facts(of: point) { try lines.add(line) }
    }
    let contents = shelf.contents(of: point)
    if arguments.isOn(entries) {
      try contents.forEachEntry { entry, owner in try lines.add(self.line(entry, owner, console)) }
    }
    if arguments.isOn(changes) {
      try contents.forEachDeleted { path in
        if console.isJSON {
          try lines.add(change("deleted", [("path", path)]))
        } else {
          try lines.add(line: "- /" + visible(displayed(path)))
        }
      }
      try contents.forEachRenaming { renaming in
        if console.isJSON {
          try lines.add(change("renamed", [("from", renaming.old), ("to", renaming.new)]))
        } else {
          try lines.add(line: "> /\(visible(displayed(renaming.old))) → /\(visible(displayed(renaming.new)))")
        }
      }
    }
    try lines.flush()
    return .done
  }

  private static func facts(of point: ShelfPoint) -> [Message] {
    let manifest = point.manifest
    let counts = manifest.counts
    let variant: Message = .word(manifest.variant.rawValue)
    var lines: [Message] = [
      "name:      \(point.text)", "taken:     \(manifest.takenAt)", "host:      \(manifest.host)",
      "sources:   \(manifest.sources.map { displayed($0) }.joined(separator: ", "))", "variant:   \(variant)",
    ]
    if let parent = manifest.parent { lines.append("follows:   \(displayed(parent.name))") }
    if !point.needs.isEmpty {
      lines.append("needs:     \(point.needs.map { displayed($0) }.joined(separator: ", "))")
    }
    lines += [
      "holds:     \(counted(counts.entries, "entry", "entries")), \(counted(counts.files, "file")), "
        + "\(byteText(counts.bytes))",
      "stored:    \(counted(counts.stored, "entry", "entries")), \(byteText(counts.storedBytes))",
      "archive:   \(displayed(point.archivePath)), \(byteText(point.archiveSize))",
    ]
    if let encryption = manifest.archive.encryption {
      let names = encryption.recipients.joined(separator: ", ")
      lines.append(
        names.isEmpty
          ? "encrypted: \(encryption.kind)" : "encrypted: \(encryption.kind), for \(names)")
    }
    if !manifest.archive.lacks.isEmpty {
      lines.append("lacks:     \(manifest.archive.lacks.joined(separator: ", ")), which only the manifest holds")
    }
    if manifest.parent != nil { lines.append("since then: \(counts.deleted) deleted, \(counts.renamed) renamed") }
    if !manifest.isComplete {
      lines.append("INCOMPLETE: \(counted(counts.losses, "entry", "entries")) could not be read")
    }
    return lines
  }

  private static func line(_ entry: ShelfEntry, _ owner: PathBytes?, _ console: Console) -> [UInt8] {
    guard console.isJSON else {
      let place = owner.map { "  " + visible(displayed($0)) } ?? ""
      return Array(
        "\(entry.attributes.modified.forPeople)  \(entry.attributes.size)  /\(visible(displayed(entry.path)))\(place)\n"
          .utf8)
    }
    var json = JSONWriter()
    json.beginObject()
    json.field("type") { $0.string("entry") }
    json.field("v") { $0.number(UInt64(1)) }
    json.field("path") { $0.string("/" + displayed(entry.path)) }
    json.field("kind") { $0.string(entry.attributes.kind.typeName) }
    json.field("size") { $0.number(entry.attributes.size) }
    json.field("modified") { $0.time(entry.attributes.modified) }
    if let content = entry.content { json.field("sha256") { $0.digest(content.sha256) } }
    if let owner { json.field("in") { $0.string(displayed(owner)) } }
    json.endObject()
    json.endLine()
    return json.output
  }

  private static func change(_ type: String, _ paths: [(String, PathBytes)]) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.field("type") { $0.string(type) }
    json.field("v") { $0.number(UInt64(1)) }
    for (name, path) in paths { json.field(name) { $0.string("/" + displayed(path)) } }
    json.endObject()
    json.endLine()
    return json.output
  }
}
