import CoffreCore
import CoffreSystem

/// A collection in a dump of mongodump's, and what its documents came to when they were read.
struct DumpedCollection: Sendable {
  let database: String
  let name: String
  let definition: CollectionMetadata
  var documents = SentRows()
}

/// A dump as if it were a snapshot: with a manifest that was made by reading it.
final class MongoDumpContents: SnapshotContents {
  private let dump: PathBytes
  private let serverVersion: String
  private let collections: [DumpedCollection]
  private let documents: @Sendable (Int) throws(SourceError) -> any ByteReader
  /// In the order of their first collections; their numbers are the names of their folders.
  private let databases: [String]

  /// - Parameters:
  ///   - dump: a file or folder, for people.
  ///   - documents: opens those of the collection with a number.
  init(
    _ dump: PathBytes, of version: String, _ collections: [DumpedCollection],
    documents: @escaping @Sendable (Int) throws(SourceError) -> any ByteReader
  ) {
    self.dump = dump
    serverVersion = version
    self.collections = collections
    self.documents = documents
    var databases: [String] = []
    for collection in collections where !databases.contains(where: { $0.hasSameBytes(as: collection.database) }) {
      databases.append(collection.database)
    }
    self.databases = databases
  }

  private func definitionName(_ number: Int) -> String { "\(number)\(CollectionMetadata.suffix)" }
  private func rowsName(_ number: Int) -> String { "\(number).bson" }

  func entries(of folder: PathBytes) throws(SourceError) -> [SnapshotEntry] {
    var entries: [SnapshotEntry] = []
    for (number, collection) in collections.enumerated() where path(of: collection) == folder {
      entries.append(SnapshotEntry(name: Array(definitionName(number).utf8), kind: .file, size: 0))
      if collection.definition.kind != .view {
        entries.append(SnapshotEntry(name: Array(rowsName(number).utf8), kind: .file, size: collection.documents.bytes))
      }
    }
    return entries
  }

  func read(_ path: PathBytes) throws(SourceError) -> any ByteReader {
    if path == Array(DatabaseManifest.fileName.utf8) { return TextReader(manifest.encoded()) }
    for (number, collection) in collections.enumerated() {
      let folder = self.path(of: collection)
      if path == joined(folder, Array(definitionName(number).utf8)) {
        guard let text = collection.definition.encoded(uuid: nil) else { break }
        return TextReader(text)
      }
      if path == joined(folder, Array(rowsName(number).utf8)) {
        return try documents(number)
      }
    }
    throw gone(path)
  }

  func open(_ path: PathBytes) throws(SourceError) -> any SnapshotFile { throw gone(path) }

  private func gone(_ path: PathBytes) -> SourceError {
    SourceError(.vanished, "read", path, because: "the dump has no such file")
  }

  private func path(of collection: DumpedCollection) -> PathBytes {
    let number = databases.firstIndex { $0.hasSameBytes(as: collection.database) } ?? 0
    return Array("\(number)".utf8)
  }

  private var manifest: DatabaseManifest {
    var made: [DatabaseManifest.Database] = databases.enumerated().map {
      DatabaseManifest.Database(name: $0.element, path: "\($0.offset)")
    }
    for (number, collection) in collections.enumerated() where collection.definition.kind != .view {
      guard let place = databases.firstIndex(where: { $0.hasSameBytes(as: collection.database) }) else { continue }
      made[place].tables.append(
        DatabaseManifest.Table(
          name: DatabaseManifest.TableName(name: collection.name), path: "\(place)/\(rowsName(number))",
          rows: collection.documents.rows, bytes: collection.documents.bytes, rowSum: collection.documents.sum,
          key: ["_id"]))
    }
    return DatabaseManifest(
      kind: .mongodb, server: DatabaseManifest.Server(version: serverVersion, name: displayed(dump)),
      databases: made, isComplete: true)
  }
}
