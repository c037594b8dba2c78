import CoffreArchives
import CoffreCore

enum ShelfListCommand: RunnableCommand {
  static let spec = CommandSpec(
    "shelf list", "show the backups on a shelf",
    arguments: [ShelfOptions.shelf],
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "also: a backup cannot be read"), ExitSpec(.noRepository, "it is no shelf"),
    ],
    examples: [ExampleSpec("coffre shelf list /srv/shelf")])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    let listing = try ShelfOptions.shelf(arguments).points()
    for lost in listing.unreadable { console.note("error: '\(displayed(lost.name))': \(lost.cause)") }
    let code = listing.unreadable.isEmpty ? ExitCode.done : .failed
    if console.isJSON {
      for point in listing.points { try console.print(ShelfJSON.line(point)) }
      return code
    }
    guard !listing.points.isEmpty else {
      try console.print("no backups")
      return code
    }
    var rows: [[Message]] = [["NAME", "TIME", "VARIANT", "FILES", "SIZE", "STORED", "HOST", "PATHS"]]
    for point in listing.points {
      let manifest = point.manifest
      let variant: Message = .word(manifest.variant.rawValue)
      rows.append([
        "\(point.text)", "\(manifest.takenAt)", manifest.isComplete ? variant : "\(variant), incomplete",
        "\(manifest.counts.files)", byteText(manifest.counts.bytes), byteText(point.archiveSize), "\(manifest.host)",
        "\(manifest.sources.map { displayed($0) }.joined(separator: ", "))",
      ])
    }
    try console.print(table: rows)
    try console.print(counted(listing.points.count, "backup"))
    return code
  }
}

extension ShelfPoint {
  var text: String { displayed(name) }
  /// Its own archive, as the shelf knows it.
  var archivePath: PathBytes { place.path(of: manifest.archive.files.first?.name ?? []) }
  /// Of its own archive, in bytes.
  var archiveSize: Int64 { manifest.archive.files.reduce(0) { $0 + $1.size } }
}

/// Points as JSON, one object a line.
enum ShelfJSON {
  static func line(_ point: ShelfPoint, type: String = "point", _ more: (inout JSONWriter) -> Void = { _ in })
    -> [UInt8]
  {
    var json = JSONWriter()
    json.beginObject()
    json.field("type") { $0.string(type) }
    json.field("v") { $0.number(UInt64(1)) }
    write(point, to: &json)
    more(&json)
    json.endObject()
    json.endLine()
    return json.output
  }

  static func write(_ point: ShelfPoint, to json: inout JSONWriter) {
    let manifest = point.manifest
    json.field("name") { $0.string(point.text) }
    json.field("takenAt") { $0.time(manifest.takenAt) }
    json.field("form") { $0.string(point.place.form.rawValue) }
    json.field("variant") { $0.string(manifest.variant.rawValue) }
    if let parent = manifest.parent { json.field("parent") { $0.string(displayed(parent.name)) } }
    json.field("needs") { $0.strings(point.needs.map { displayed($0) }) }
    json.field("complete") { $0.bool(manifest.isComplete) }
    json.field("host") { $0.string(manifest.host) }
    json.field("sources") { $0.strings(manifest.sources.map { displayed($0) }) }
    json.field("tags") { $0.strings(manifest.tags) }
    json.field("format") { $0.string(manifest.archive.format) }
    json.field("archive") { $0.string(displayed(point.archivePath)) }
    if let encryption = manifest.archive.encryption {
      json.field("encryption") { $0.string(encryption.kind) }
      json.field("recipients") { $0.strings(encryption.recipients) }
    }
    json.field("lacks") { $0.strings(manifest.archive.lacks) }
    json.field("entries") { $0.number(Int64(manifest.counts.entries)) }
    json.field("files") { $0.number(Int64(manifest.counts.files)) }
    json.field("bytes") { $0.number(manifest.counts.bytes) }
    json.field("stored") { $0.number(Int64(manifest.counts.stored)) }
    json.field("archiveBytes") { $0.number(point.archiveSize) }
    json.field("deleted") { $0.number(Int64(manifest.counts.deleted)) }
    json.field("renamed") { $0.number(Int64(manifest.counts.renamed)) }
    json.field("losses") { $0.number(Int64(manifest.counts.losses)) }
  }
}
