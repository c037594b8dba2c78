import CoffreCore
import CoffreSystem
import MongoKit

/// A folder that mongodump wrote, with a folder for each database, or the folder of one database: plain or, with `--gzip`,
/// each file compressed.
struct FolderDump: Sendable {
  struct Collection: Sendable {
    let database: String
    /// The file's name without what follows; as it stands in the definition, where there is one.
    let base: PathBytes
    /// `nil` where there are documents alone.
    var definition: PathBytes?
    /// `nil` for a view.
    var documents: PathBytes?
  }

  let path: PathBytes
  private(set) var collections: [Collection] = []

  private static let rows = Array(".bson".utf8)
  private static let definitions = Array(CollectionMetadata.suffix.utf8)
  private static let compressed = Array(".gz".utf8)
  private static let buckets = Array(MongoCollection.bucketPrefix.utf8)
  private static let log = Array(MongoLog.fileName.utf8)
  /// Of a collection's files whose documents would lie where the log does.
  private static let logBase = PathBytes(log.dropLast(rows.count))

  /// Looks at names alone.
  ///
  /// - Throws: for a folder without a collection, and one with a log of changes that says anything.
  init(_ path: PathBytes) throws(SourceError) {
    self.path = path
    try Self.refuseLog(in: path)
    let hasLog = !Self.logs(in: path).isEmpty
    collections = try Self.collections(in: path, of: Self.name(of: splitPath(path).name), butLog: hasLog)
    if collections.isEmpty {
      for name in try Self.entries(of: path) where Self.isFolder(joined(path, name)) {
        collections += try Self.collections(in: joined(path, name), of: Self.name(of: name), butLog: false)
      }
    } else {
      // The documents of each database are whole only with the log above. The path may be a link.
      for folder in [splitPath(path).folder, joined(path, Array("..".utf8))] { try Self.refuseLog(in: folder) }
    }
    guard !collections.isEmpty else {
      throw SourceError(
        .failed, "read", path, because: "there is no collection in it",
        advice: "Name a folder that mongodump wrote, or that of a database in it.")
    }
  }

  /// The log lies above the databases, without a definition: with one, it is a collection of that name.
  private static func logs(in folder: PathBytes) -> [(path: PathBytes, size: Int64)] {
    func found(_ name: PathBytes) -> (path: PathBytes, size: Int64)? {
      let path = joined(folder, name)
      guard let attributes = try? FileDescriptor.attributes(ofPath: path, .following) else { return nil }
      return (path, attributes.size)
    }
    let definition = logBase + definitions
    guard found(definition) == nil, found(definition + compressed) == nil else { return [] }
    return [log, log + compressed].compactMap(found)
  }

  /// It would have to be applied.
  private static func refuseLog(in folder: PathBytes) throws(SourceError) {
    guard let log = logs(in: folder).first(where: { $0.size > 0 }) else { return }
    throw SourceError(
      .failed, "read", log.path, because: "it has a log of changes, which is not applied here",
      advice: "Restore it with `mongorestore --oplogReplay`.")
  }

  private static func entries(of folder: PathBytes) throws(SourceError) -> [PathBytes] {
    do throws(SystemError) {
      return try FileDescriptor.openDirectory(path: folder).entryNames().sorted { $0.lexicographicallyPrecedes($1) }
    } catch {
      throw SourceError(error.isNoPermission ? .noPermission : .failed, "read", folder, because: error.cause)
    }
  }

  private static func isFolder(_ path: PathBytes) -> Bool {
    (try? FileDescriptor.attributes(ofPath: path, .following))?.kind == .directory
  }

  /// As it is without the escapes that mongodump writes.
  static func name(of file: PathBytes) -> String {
    displayed(PercentEncoding.decodedBytes(file[...]) ?? file)
  }

  /// - Parameter butLog: whether what has the log's name is that.
  private static func collections(
    in folder: PathBytes, of database: String, butLog: Bool
  ) throws(SourceError) -> [Collection] {
    var found: [PathBytes: Collection] = [:]
    for name in try entries(of: folder) {
      var base = name
      if base.ends(with: compressed) { base.removeLast(compressed.count) }
      guard !butLog || base != log else { continue }
      if base.ends(with: definitions) {
        base.removeLast(definitions.count)
        found[base, default: Collection(database: database, base: base)].definition = joined(folder, name)
      } else if base.ends(with: rows) {
        base.removeLast(rows.count)
        // Of a time series, the definition has its name, and the documents that of its buckets.
        if base.starts(with: buckets) { base.removeFirst(buckets.count) }
        found[base, default: Collection(database: database, base: base)].documents = joined(folder, name)
      }
    }
    return found.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
      .filter { database != MongoGlobals.database || !MongoGlobals.collections.contains(Self.name(of: $0.base)) }
  }
}

extension PathBytes {
  fileprivate func ends(with suffix: PathBytes) -> Bool {
    count > suffix.count && self.suffix(suffix.count) == suffix[...]
  }
}

// MARK: Files

extension FolderDump {
  /// Of the largest definition that is read, in bytes: a validator may be long.
  private static let largest = 64 << 20

  /// A file of the dump, unpacked if it is compressed.
  static func open(_ path: PathBytes, _ cancellation: Cancellation) throws(SourceError) -> any ByteReader {
    // What the first bytes look like may be a document's length.
    guard path.ends(with: compressed) else {
      do throws(SystemError) {
        return try FileReader(try FileDescriptor.open(path, for: .reading)) { path }
      } catch {
        throw SourceError(error.isNoPermission ? .noPermission : .failed, "read", path, because: error.cause)
      }
    }
    return try DumpFile(path).open(cancellation) { () throws(SourceError) in
      throw SourceError(.failed, "read", path, because: "it is a dump of PostgreSQL")
    }
  }

  /// Reads all of it once: what it says of itself must be whole, and every file end where a document ends.
  ///
  /// - Parameter progress: told how many bytes of documents were read, as they are read.
  func read(
    _ cancellation: Cancellation, progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) -> [DumpedCollection] {
    var dumped: [DumpedCollection] = []
    for collection in collections {
      let definition = try Self.definition(of: collection, cancellation)
      guard definition.kind == .view || collection.documents != nil else {
        throw SourceError(
          .failed, "read", path, because: "the documents of '\(collection.database).\(definition.name)' are not in it",
          advice: "Take another copy of it, or another dump.")
      }
      var one = DumpedCollection(database: collection.database, name: definition.name, definition: definition)
      if let file = collection.documents, definition.kind != .view {
        one.documents = try Self.sum(of: file, cancellation, progress)
      }
      dumped.append(one)
    }
    return dumped
  }

  private static func definition(
    of collection: Collection, _ cancellation: Cancellation
  ) throws(SourceError) -> CollectionMetadata {
    let name = name(of: collection.base)
    var bytes = Array(#"{"options": {}, "indexes": []}"#.utf8)
    if let file = collection.definition {
      bytes = []
      let reader = try open(file, cancellation)
      var buffer = makeBuffer(64 << 10)
      while true {
        var span = buffer.mutableSpan
        let count = try reader.read(into: &span)
        if count == 0 { break }
        append(buffer.span.extracting(0..<count), to: &bytes)
        guard bytes.count <= largest else {
          throw SourceError(.hostile, "read", file, because: "it is larger than any definition")
        }
      }
    }
    guard let definition = CollectionMetadata(decoding: bytes, named: name) else {
      throw SourceError(
        .hostile, "read", collection.definition ?? [], because: "a definition in it is none",
        advice: "Take another copy of it, or another dump.")
    }
    return definition
  }

  private static func sum(
    of file: PathBytes, _ cancellation: Cancellation, _ progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) -> SentRows {
    var feed = DocumentFeed(try open(file, cancellation), of: file, progress: progress)
    let summer = RowSummer()
    var documents: [UInt8] = []
    var ends: [Int] = []
    while try feed.next(into: &documents, ends: &ends, upTo: 1 << 20, count: 10_000) {
      if cancellation.isCancelled {
        throw SourceError(.cancelled, "read", file, because: "the run was cancelled")
      }
      var start = 0
      for end in ends {
        summer.add(documents.span.extracting(start..<end))
        start = end
      }
    }
    return summer.total
  }
}
