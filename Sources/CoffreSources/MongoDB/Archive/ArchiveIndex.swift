import CoffreCore
import CoffreSystem
import MongoKit

/// What lies where in an archive, found by reading all of it once: it must be whole, and each collection have its checksum.
struct ArchiveIndex: Sendable {
  struct Collection: Sendable {
    var dumped: DumpedCollection
    /// Where the documents lie in the file.
    var places: [Range<Int64>] = []
  }

  /// Without what belongs to no database.
  let collections: [Collection]
  let serverVersion: String

  /// What is seen of a collection while it is read.
  private final class Seen {
    var places: [Range<Int64>] = []
    let summer = RowSummer()
    var sum = CRC64()
    var isEnded = false
  }

  /// - Parameter progress: told how many bytes were read, as they are read.
  init(_ file: ArchiveFile, _ cancellation: Cancellation, progress: @escaping @Sendable (Int64) -> Void)
    throws(SourceError)
  {
    let scanner = try ArchiveScanner(file, cancellation, progress: progress)
    let head = try scanner.document()
    guard head["version"]?.text == MongoArchive.version, let version = head["server_version"]?.text else {
      throw scanner.damaged("it is an archive of a kind that is not known")
    }
    serverVersion = version
    var listed: [Collection] = []
    while let document = try scanner.next() {
      guard let database = document["db"]?.text, let name = document["collection"]?.text,
        let text = document["metadata"]?.text,
        let definition = CollectionMetadata(decoding: Array(text.utf8), named: name),
        definition.name.hasSameBytes(as: name)
      else { throw scanner.damaged("a definition in it is none") }
      listed.append(Collection(dumped: DumpedCollection(database: database, name: name, definition: definition)))
    }
    let seen = try Self.read(scanner)
    // Of no database, as mongodump has it.
    if let log = seen[Self.key("", "oplog")], log.summer.rows > 0 {
      throw SourceError(
        .failed, "read", file.name, because: "it has a log of changes, which is not applied here",
        advice: "Restore it with `mongorestore --oplogReplay`.")
    }
    var collections: [Collection] = []
    for var collection in listed {
      let (database, name) = (collection.dumped.database, collection.dumped.name)
      let definition = collection.dumped.definition
      let found = seen[Self.key(database, definition.rowsName)]
      guard definition.kind == .view || found?.isEnded == true else {
        throw scanner.damaged("'\(Self.place(database, name))' does not end in it")
      }
      guard database != MongoGlobals.database || !MongoGlobals.collections.contains(name) else { continue }
      if let found {
        collection.places = found.places
        collection.dumped.documents = found.summer.total
      }
      collections.append(collection)
    }
    self.collections = collections
  }

  private static func key(_ database: String, _ collection: String) -> [UInt8] {
    Array(place(database, collection).utf8)
  }

  private static func place(_ database: String, _ collection: String) -> String { "\(database).\(collection)" }

  private static func read(_ scanner: ArchiveScanner) throws(SourceError) -> [[UInt8]: Seen] {
    var all: [[UInt8]: Seen] = [:]
    while let header = try scanner.header() {
      guard let database = header["db"]?.text, let collection = header["collection"]?.text else {
        throw scanner.damaged("documents in it belong to no collection")
      }
      let key = key(database, collection)
      let seen = all[key] ?? Seen()
      all[key] = seen
      guard !seen.isEnded else { throw scanner.damaged("'\(place(database, collection))' goes on behind its end") }
      if header["EOF"]?.isTrue == true {
        guard header["CRC"]?.integer == Int64(bitPattern: seen.sum.value) else {
          throw scanner.damaged("the checksum of '\(place(database, collection))' is wrong")
        }
        seen.isEnded = true
      }
      let start = scanner.position
      while try scanner.pass({ document in
        seen.summer.add(document)
        seen.sum.update(document)
      }) {}
      if scanner.position > start {
        guard !seen.isEnded else { throw scanner.damaged("'\(place(database, collection))' goes on behind its end") }
        seen.places.append(start..<scanner.position)
      }
      try scanner.passTerminator()
    }
    guard all.values.allSatisfy(\.isEnded) else { throw scanner.damaged("it ends too early") }
    return all
  }
}
