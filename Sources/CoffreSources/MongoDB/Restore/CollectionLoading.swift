import CoffreCore
import CoffreSystem
import MongoKit

/// Makes a collection of a snapshot under some name, puts its documents in, and compares them. Between the two a log of
/// changes may be laid over it.
struct CollectionLoading: Sendable {
  let source: RestoreSource
  /// `nil` where the snapshot has its definition alone, or only that is wanted.
  let table: DatabaseManifest.Table?
  /// Whether a log of changes lies in the snapshot: then the documents were copied while others changed them.
  let hasLog: Bool
  let definition: CollectionMetadata
  let target: MongoTarget
  let database: String
  /// What it is called here.
  let name: String
  /// Told what was made.
  let made: MadeCollections

  /// What a server sets by itself, and takes from nobody.
  private static let ownOptions: Set<String> = ["autoIndexId", "uuid", "flags"]
  private static let expiry = "expireAfterSeconds"

  private var isSeries: Bool { definition.kind == .timeseries }
  /// Where its documents go.
  private var rowsName: String { isSeries ? MongoCollection.bucketPrefix + name : name }
  /// Of stored functions, an owner of a database may change the documents alone; and no validator is there.
  private var isValidated: Bool { name != MongoCollection.functions }
  private var subject: String { "\(database).\(name)" }

  /// A collection whose documents are those of the snapshot.
  struct Loaded: Sendable {
    let table: DatabaseManifest.Table
    /// As the collection must have them.
    var expected: SentRows
    let writer: DocumentWriter
  }

  /// Makes the collection and puts the documents in.
  ///
  /// - Returns: `nil` without any.
  func load(
    on connection: MongoConnection, _ cancellation: Cancellation
  ) throws(SourceError) -> Loaded? {
    try create(on: connection)
    guard let table else { return nil }
    let writer = DocumentWriter(
      database: database, collection: rowsName, uuid: target.facts.takesUUIDs ? try identity(on: connection) : nil,
      isValidated: isValidated)
    let (read, sent) = try send(table, by: writer, on: connection, cancellation)
    try LoadedTable.check([LoadedTable(table: table, sent: read, taken: read.rows)], of: [table], in: database)
    return Loaded(table: table, expected: sent, writer: writer)
  }

  /// Compares the documents, and makes the indexes.
  ///
  /// - Parameter loaded: `nil` for a collection without documents.
  func finish(_ loaded: Loaded?, on connection: MongoConnection) throws(SourceError) -> LoadedTable? {
    var result: LoadedTable?
    if let loaded {
      let compared = try compare(loaded, on: connection)
      // A wrong one stops here: indexes take their time.
      try LoadedTable.check([compared], of: [compared.table], in: database)
      result = compared
    }
    try makeIndexes(on: connection)
    try letExpire(on: connection)
    return result
  }

  private func create(on connection: MongoConnection) throws(SourceError) {
    // It cannot be dropped: where there was one, it was emptied.
    if name == MongoCollection.functions, try identity(on: connection) != nil { return }
    var command = BSONBuilder()
    command.append("create", .string(name))
    // What expires must not go before it was compared.
    let later = Self.ownOptions.union(isSeries ? [Self.expiry] : [])
    try read { () throws(MalformedBSON) in
      try command.append(contentsOf: try definition.options.without(later))
    }
    try MongoTarget.run(command.document, in: database, on: connection, "make the collections of")
    made.add(name, in: database)
  }

  /// By which the server knows what was made: what is dropped while we insert into it is not made again by that.
  private func identity(on connection: MongoConnection) throws(SourceError) -> [UInt8]? {
    let answers = try MongoTarget.asked("load the documents of", subject) { () throws(MongoError) in
      try connection.all(["listCollections": 1, "filter": ["name": .string(rowsName)]], in: database)
    }
    return answers.first?["info"]?.document?["uuid"]?.bytes
  }

  /// A definition that lies in a snapshot, which anybody may have written.
  private func read(_ body: () throws(MalformedBSON) -> Void) throws(SourceError) {
    do throws(MalformedBSON) {
      try body()
    } catch {
      throw SourceError(.hostile, "make", Array(subject.utf8), because: "a definition is no document")
    }
  }

  // MARK: Documents

  /// - Returns: what the snapshot has, and what the collection has.
  private func send(
    _ table: DatabaseManifest.Table, by writer: DocumentWriter, on connection: MongoConnection,
    _ cancellation: Cancellation
  ) throws(SourceError) -> (read: SentRows, sent: SentRows) {
    let path = Array(table.path.utf8)
    var feed = DocumentFeed(try source.contents.read(path), of: path, progress: source.progress)
    let sent = RowSummer()
    let left = RowSummer()
    var documents: [UInt8] = []
    var ends: [Int] = []
    while try feed.next(
      into: &documents, ends: &ends, upTo: DocumentWriter.batchSize, count: DocumentWriter.batchCount)
    {
      if cancellation.isCancelled {
        throw SourceError(.cancelled, "load the documents of", path, because: "the run was cancelled")
      }
      var start = 0
      for end in ends {
        sent.add(documents.span.extracting(start..<end))
        start = end
      }
      guard hasLog else {
        try writer.insert(documents.span, ends[...], on: connection)
        continue
      }
      // Copied twice, since it was removed and came again: what it is at the end, the log says.
      for number in try writer.insertMissing(documents.span, ends[...], on: connection) {
        let document = documents.span.extracting((number == 0 ? 0 : ends[number - 1])..<ends[number])
        sent.remove(document)
        left.add(document)
      }
    }
    var read = sent.total
    read.merge(left.total)
    return (read, sent.total)
  }

  /// What the server has now, read again: it changes what it takes without a word, as times of zero.
  private func compare(
    _ loaded: Loaded, on connection: MongoConnection
  ) throws(SourceError) -> LoadedTable {
    let expected = loaded.expected
    var command: BSONDocument = ["find": .string(rowsName), "noCursorTimeout": true]
    if target.facts.isReplicaSet || target.facts.isRouter {
      // A change of which most of the set know, so that they know of all before it, too.
      let nothing: BSONDocument =
        isValidated
        ? ["collMod": .string(name)]
        : ["delete": .string(name), "deletes": [["q": ["_id": ["$in": []]], "limit": 1]]]
      try MongoTarget.run(nothing, in: database, on: connection, "load the documents of")
      command = ["find": .string(rowsName), "noCursorTimeout": true, "readConcern": ["level": "majority"]]
    }
    let wanted = command
    let summer = RowSummer()
    try MongoTarget.asked("compare", subject) { () throws(MongoError) in
      let cursor = try MongoCursor(wanted, in: database, on: connection)
      var documents: [UInt8] = []
      var ends: [Int] = []
      while try cursor.next(&documents, &ends) {
        var start = 0
        for end in ends {
          summer.add(documents.span.extracting(start..<end))
          start = end
        }
        documents.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
      }
    }
    guard summer.rows != expected.rows || summer.sum == expected.sum else {
      throw SourceError(
        .failed, "compare", Array(subject.utf8), because: "the server changed documents on their way",
        advice: "Restore to a server of the version that the backup was made from.")
    }
    // The manifest knows the documents as they were copied.
    var table = loaded.table
    if hasLog { (table.rows, table.rowSum) = (expected.rows, expected.sum) }
    return LoadedTable(table: table, sent: expected, taken: summer.rows)
  }

  // MARK: Indexes

  private func makeIndexes(on connection: MongoConnection) throws(SourceError) {
    var wanted: [BSONValue] = []
    try read { () throws(MalformedBSON) in
      for index in definition.indexes {
        // It is there already.
        let fields = try index["key"]?.document?.fields() ?? []
        if fields.count == 1, fields[0].name == "_id", index["name"]?.text == "_id_" { continue }
        if index["clustered"]?.isTrue == true { continue }
        wanted.append(.document(try index.without(["ns"])))
      }
    }
    guard !wanted.isEmpty else { return }
    try MongoTarget.run(
      ["createIndexes": .string(name), "indexes": .list(wanted)], in: database, on: connection, "make the indexes of")
  }

  private func letExpire(on connection: MongoConnection) throws(SourceError) {
    guard isSeries, let time = definition.options[Self.expiry] else { return }
    try MongoTarget.run(
      ["collMod": .string(name), Self.expiry: time], in: database, on: connection, "make the collections of")
  }
}
