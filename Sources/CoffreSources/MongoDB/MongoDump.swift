import CoffreCore
import CoffreSystem
import MongoKit
import Synchronization

/// One database at the server's instant: what lies in its folder of the snapshot, and what became of each collection.
final class MongoDump: Sendable {
  /// A collection whose documents are taken.
  struct Rows: Sendable {
    let collection: MongoCollection
    /// A hint, in bytes.
    let size: Int64
    /// Whether it belongs to no database: users, roles.
    let isGlobal: Bool

    /// Whether changes of it are taken from the server's log, if that is needed.
    var isLogged: Bool { !isGlobal && !collection.isCapped }

    var fileName: PathBytes { MongoFileName.fileName(of: collection.rowsName, suffix: ".bson") }
  }

  let name: String
  let collections: [MongoCollection]
  let rows: [Rows]
  let definitions: [MongoCollection]
  private let instant: MongoInstant
  private let settings: DatabaseSettings
  private let facts: MongoFacts
  private let folder: PathBytes
  private let read = Mutex(Outcome())

  /// What was read so far, by the numbers of `rows`.
  private struct Outcome {
    var parts: [Int: TablePart] = [:]
    /// Collections that could not be read, and why.
    var lost: [Int: Message] = [:]
  }

  /// - Parameters:
  ///   - database: what is wanted of it.
  ///   - globals: what lies in its folder besides.
  ///   - folder: of the server, in the snapshot.
  init(
    _ database: MongoChoice.Database, globals: [MongoCollection], at instant: MongoInstant, _ facts: MongoFacts,
    settings: DatabaseSettings, below folder: PathBytes, on connection: MongoConnection
  ) throws(MongoError) {
    name = database.name
    self.instant = instant
    self.settings = settings
    self.facts = facts
    self.folder = joined(folder, EscapedName.fileName(of: database.name))
    collections = database.collections.map(\.collection)
    definitions = globals + database.collections.filter { $0.decision.takesStructure }.map(\.collection)
    var rows = globals.map { Rows(collection: $0, size: 0, isGlobal: true) }
    for wanted in database.collections where wanted.takesRows {
      let size = try MongoCollection.size(of: wanted.collection.rowsName, in: database.name, on: connection)
      rows.append(Rows(collection: wanted.collection, size: size ?? 0, isGlobal: false))
    }
    self.rows = rows
  }

  // MARK: What lies in the folder

  func entries() throws(SourceError) -> [MadeFolder.Entry] {
    var entries: [MadeFolder.Entry] = []
    for collection in definitions {
      let name = MongoFileName.fileName(of: collection.name, suffix: CollectionMetadata.suffix)
      let text = try definition(of: collection)
      entries.append(MadeFolder.Entry(name, .file(parts: 1) { _ throws(SourceError) in TextReader(text) }))
    }
    for number in rows.indices {
      entries.append(
        MadeFolder.Entry(
          rows[number].fileName, size: rows[number].size,
          .file(parts: 1) { [self] _ throws(SourceError) in try reader(of: number) }))
    }
    return entries
  }

  /// As it lies in its file.
  func definition(of collection: MongoCollection) throws(SourceError) -> [UInt8] {
    guard let text = CollectionMetadata(collection).encoded(uuid: collection.uuid) else {
      let name = MongoFileName.fileName(of: collection.name, suffix: CollectionMetadata.suffix)
      throw SourceError(
        .notWhole, "back up", joined(folder, name), because: "its definition holds a text that is no UTF-8")
    }
    return text
  }

  // MARK: Documents

  /// - Parameter number: of the collection, among `rows`.
  func reader(of number: Int) throws(SourceError) -> any ByteReader {
    let path = joined(folder, rows[number].fileName)
    let lease: MongoLease
    do throws(MongoError) {
      lease = try instant.lease()
    } catch {
      throw failure(error, of: number, path)
    }
    do throws(MongoError) {
      let cursor = try open(rows[number], on: lease.connection)
      let documents = FetchedDocuments(cursor, on: lease) { [self] error in failure(error, of: number, path) }
      return RowBatchReader(documents) { [self] part throws(SourceError) in
        read.withLock { $0.parts[number] = part }
      }
    } catch {
      lease.recover(from: error)
      throw failure(error, of: number, path)
    }
  }

  private func open(_ rows: Rows, on connection: MongoConnection) throws(MongoError) -> MongoCursor {
    let collection = rows.collection
    guard let log = instant.log else {
      return try open(collection, instant.readConcern(for: collection), on: connection)
    }
    if instant.lasts(for: rows.size) {
      do throws(MongoError) {
        return try open(collection, instant.readConcern(for: collection), on: connection)
      } catch {
        guard error.code == MongoError.snapshotTooOld else { throw error }
      }
    }
    if rows.isLogged { log.need() }
    return try open(collection, log.readConcern, on: connection)
  }

  private func open(
    _ collection: MongoCollection, _ concern: BSONValue?, on connection: MongoConnection
  ) throws(MongoError) -> MongoCursor {
    var command = BSONBuilder()
    command.append("find", .string(collection.rowsName))
    command.append("noCursorTimeout", true)
    if let concern { command.append("readConcern", concern) }
    // Under its name there may be another one by now, or none, which would show no documents and no error.
    if facts.takesUUIDs, let uuid = collection.uuid { command.append("collectionUUID", .binary(4, uuid)) }
    let cursor = try MongoCursor(command.document, in: name, on: connection)
    if !facts.takesUUIDs { try check(collection, on: connection) }
    return cursor
  }

  /// The cursor is there: from now on it ends with an error if its collection goes.
  private func check(_ collection: MongoCollection, on connection: MongoConnection) throws(MongoError) {
    let now = try connection.all(
      ["listCollections": 1, "filter": ["name": .string(collection.rowsName)]], in: name)
    guard let first = now.first, first["info"]?.document?["uuid"]?.bytes == collection.uuid else {
      throw MongoError(
        .unexpected, saying: "the collection was dropped or renamed while the backup ran",
        code: MongoError.otherCollection)
    }
  }

  /// A collection that cannot be read ends the run, unless a partial backup is better than none.
  private func failure(_ error: MongoError, of number: Int, _ path: PathBytes) -> SourceError {
    guard settings.allowsPartial, error.reason == .refused else {
      return SourceError(error, "read the documents of", path)
    }
    read.withLock { outcome in
      if outcome.lost[number] == nil { outcome.lost[number] = error.message }
    }
    return SourceError(.failed, "read the documents of", path, because: error.message)
  }

  // MARK: What became of it

  /// What was read of a collection; `nil` if it is known to be lost.
  ///
  /// - Throws: if it was not read and nobody said so.
  func part(of number: Int) throws(SourceError) -> TablePart? {
    let (part, isLost) = read.withLock { ($0.parts[number], $0.lost[number] != nil) }
    if isLost { return nil }
    guard let part else {
      throw SourceError(
        .notWhole, "prove", joined(folder, rows[number].fileName), because: "not all of it was read")
    }
    return part
  }

  /// Collections that could not be read; their failures were told when they happened.
  var lost: [DatabaseProbe.Missing] {
    let lost = read.withLock { $0.lost }
    return lost.sorted { $0.key < $1.key }.map {
      DatabaseProbe.Missing(
        object: "collection \(name).\(rows[$0.key].collection.name)",  // not for people: a name
        reason: $0.value, isLoss: true)
    }
  }
}
