import CoffreCore
import CoffreSystem
import MongoKit

/// One database of a snapshot: the definitions of its collections, and which of them have documents.
struct DatabaseContents: Sendable {
  struct Item: Sendable {
    let definition: CollectionMetadata
    /// `nil` for views, and where the documents are not in the snapshot or not wanted.
    let table: DatabaseManifest.Table?
  }

  /// As the log has it, of the server that was backed up.
  let name: String

  /// Without views.
  let collections: [Item]
  let views: [Item]

  /// Of the largest definition that is read, in bytes: a validator may be long.
  private static let largest = 64 << 20

  /// - Parameters:
  ///   - chosen: the only collections that are wanted; none for all.
  init(
    _ database: DatabaseManifest.Database, in source: RestoreSource, _ content: ObjectPatterns.Content,
    chosen: [ChosenTable]
  ) throws(SourceError) {
    name = database.name
    var tables: [String: DatabaseManifest.Table] = [:]
    for table in database.tables { tables[table.name.name] = table }
    let wanted = Set(chosen.map(\.table.name.name))
    var items: [Item] = []
    for entry in try source.contents.entries(of: Array(database.path.utf8)) {
      let name = displayed(entry.name)
      guard name.hasSuffix(CollectionMetadata.suffix) else { continue }
      let definition = try Self.read("\(database.path)/\(name)", in: source)
      // Users and roles are of no database.
      if database.name == MongoGlobals.database, MongoGlobals.collections.contains(definition.name) { continue }
      guard wanted.isEmpty || wanted.contains(definition.name) else { continue }
      let table = content == .structureOnly || definition.kind == .view ? nil : tables[definition.name]
      items.append(Item(definition: definition, table: table))
    }
    let found = Set(items.map(\.definition.name))
    if let table = database.tables.first(where: {
      (wanted.isEmpty || wanted.contains($0.name.name)) && !found.contains($0.name.name)
    }) {
      throw SourceError(
        .failed, "bring back", Array("\(database.name).\(table.name.name)".utf8),
        because: "the snapshot has its documents alone",
        advice: "Restore the snapshot's files with --target, and load the documents with mongorestore.")
    }
    collections = items.filter { $0.definition.kind != .view }.sorted {
      ($1.table?.bytes ?? 0) < ($0.table?.bytes ?? 0)
    }
    views = items.filter { $0.definition.kind == .view }
  }

  private static func read(_ path: String, in source: RestoreSource) throws(SourceError) -> CollectionMetadata {
    let reader = try source.contents.read(Array(path.utf8))
    var bytes: [UInt8] = []
    var buffer = makeBuffer(64 << 10)
    while true {
      var span = buffer.mutableSpan
      let count = try reader.read(into: &span)
      if count == 0 { break }
      source.progress(Int64(count))
      append(buffer.span.extracting(0..<count), to: &bytes)
      guard bytes.count <= largest else {
        throw SourceError(.hostile, "read", Array(path.utf8), because: "it is larger than any definition")
      }
    }
    guard let definition = CollectionMetadata(decoding: bytes) else {
      throw SourceError(
        .failed, "read", Array(path.utf8), because: "it is not what a backup writes",
        advice: "Check the repository with `coffre repo check --read-data`, or restore another snapshot.")
    }
    return definition
  }
}

extension DatabaseContents {
  /// Views need nothing but their definitions.
  static func makeViews(
    _ items: [Item], in database: String, on connection: MongoConnection, made: MadeCollections
  ) throws(SourceError) {
    for item in items {
      try makeView(item.definition, in: database, on: connection)
      made.add(item.definition.name, in: database)
    }
  }

  static func makeView(
    _ definition: CollectionMetadata, in database: String, on connection: MongoConnection
  ) throws(SourceError) {
    var command = BSONBuilder()
    command.append("create", .string(definition.name))
    do throws(MalformedBSON) {
      try command.append(contentsOf: definition.options)
    } catch {
      throw SourceError(.hostile, "make", Array(definition.name.utf8), because: "a definition is no document")
    }
    try MongoTarget.run(command.document, in: database, on: connection, "make the views of")
  }
}
