import CoffreCore
import CoffreSystem
import MongoKit

/// Makes a collection of a snapshot under some name, puts its documents in, and compares them.
struct CollectionLoading: Sendable {
  let source: RestoreSource
  /// `nil` where the snapshot has its definition alone, or only that is wanted.
  let table: DatabaseManifest.Table?
  let changes: CollectionChanges?
  let definition: CollectionMetadata
  let target: MongoTarget
  let database: String
  /// What it is called here.
  let name: String
  /// Told what was made.
  let made: MadeCollections

  /// Of a batch, in bytes and documents: large enough that asking does not count, small enough for any memory.
  private static let batchSize = 2 << 20
  private static let batchCount = 10_000

  /// What a server sets by itself, and takes from nobody.
  private static let ownOptions: Set<String> = ["autoIndexId", "uuid", "flags"]
  private static let expiry = "expireAfterSeconds"

  private var isSeries: Bool { definition.kind == .timeseries }
  /// Where its documents go.
  private var rowsName: String { isSeries ? MongoCollection.bucketPrefix + name : name }
  /// Of stored functions, an owner of a database may change the documents alone; and no validator is there.
  private var isValidated: Bool { name != MongoCollection.functions }
  private var subject: String { "\(database).\(name)" }

  /// - Returns: what became of its documents; `nil` without any.
  func run(on connection: MongoConnection, _ cancellation: Cancellation) throws(SourceError) -> LoadedTable? {
    try create(on: connection)
    var loaded: LoadedTable?
    if let table {
      let uuid = target.facts.takesUUIDs ? try identity(on: connection) : nil
      let stored = try send(table, into: uuid, on: connection, cancellation)
      let asStored = LoadedTable(table: table, sent: stored.read, taken: stored.read.rows)
      loaded = asStored.difference == nil ? try compare(table, stored.sent, on: connection) : asStored
    }
    // A wrong one stops here: indexes take their time.
    if let loaded, loaded.difference != nil { return loaded }
    try makeIndexes(on: connection)
    try letExpire(on: connection)
    return loaded
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

  private func send(
    _ table: DatabaseManifest.Table, into uuid: [UInt8]?, on connection: MongoConnection, _ cancellation: Cancellation
  ) throws(SourceError) -> (read: SentRows, sent: SentRows) {
    let path = Array(table.path.utf8)
    var feed = DocumentFeed(try source.contents.read(path), of: path, progress: source.progress)
    let summer = RowSummer()
    var batch = Batch()
    var changes = changes
    var documents: [UInt8] = []
    var ends: [Int] = []
    while try feed.next(into: &documents, ends: &ends, upTo: Self.batchSize, count: Self.batchCount) {
      if cancellation.isCancelled {
        throw SourceError(.cancelled, "load the documents of", path, because: "the run was cancelled")
      }
      var start = 0
      for end in ends {
        summer.add(documents.span.extracting(start..<end))
        start = end
      }
      guard changes != nil else {
        try insert(documents.span, ends[...], into: uuid, on: connection)
        continue
      }
      try changes?.apply(to: documents.span, ends) { document throws(SourceError) in
        if batch.add(document) { try send(&batch, into: uuid, on: connection) }
      }
    }
    let read = SentRows(rows: summer.rows, bytes: summer.bytes, sum: summer.sum)
    guard changes != nil else { return (read, read) }
    try changes?.rest { document throws(SourceError) in
      if batch.add(document) { try send(&batch, into: uuid, on: connection) }
    }
    try send(&batch, into: uuid, on: connection)
    return (read, SentRows(rows: batch.summer.rows, bytes: batch.summer.bytes, sum: batch.summer.sum))
  }

  /// Documents that were changed on their way.
  private struct Batch {
    var documents: [UInt8] = []
    var ends: [Int] = []
    /// Over all that were ever in it.
    let summer = RowSummer()

    /// - Returns: whether it is full.
    mutating func add(_ document: Span<UInt8>) -> Bool {
      summer.add(document)
      append(document, to: &documents)
      ends.append(documents.count)
      return documents.count >= CollectionLoading.batchSize || ends.count >= CollectionLoading.batchCount
    }
  }

  private func send(
    _ batch: inout Batch, into uuid: [UInt8]?, on connection: MongoConnection
  ) throws(SourceError) {
    guard !batch.ends.isEmpty else { return }
    try insert(batch.documents.span, batch.ends[...], into: uuid, on: connection)
    batch.documents.removeAll(keepingCapacity: true)
    batch.ends.removeAll(keepingCapacity: true)
  }

  /// In their order, as they stand: what a validator says of them does not count.
  private func insert(
    _ documents: Span<UInt8>, _ ends: ArraySlice<Int>, into uuid: [UInt8]?, on connection: MongoConnection
  ) throws(SourceError) {
    var command = BSONBuilder()
    command.append("insert", .string(rowsName))
    command.append("ordered", true)
    if isValidated { command.append("bypassDocumentValidation", true) }
    if let uuid { command.append("collectionUUID", .binary(4, uuid)) }
    command.append("documents", documents: documents, ends: ends, from: 0)
    let whole = command.document
    try MongoTarget.asked("load the documents of", subject) { () throws(MongoError) in
      _ = try connection.run(whole, in: database)
    }
    try writeEmptyTimes(documents, ends, on: connection)
  }

  /// Where a document holds the timestamp of zero, inserting it means the time of now; a pipeline writes what it is told.
  private func writeEmptyTimes(
    _ documents: Span<UInt8>, _ ends: ArraySlice<Int>, on connection: MongoConnection
  ) throws(SourceError) {
    var start = 0
    for end in ends {
      defer { start = end }
      guard BSONDocument.hasEmptyTime(documents, start..<end) else { continue }
      var copy: [UInt8] = []
      append(documents.extracting(start..<end), to: &copy)
      guard let document = try? BSONDocument(copy), let id = document["_id"] else { continue }
      let update: BSONValue = ["q": ["_id": id], "u": [["$replaceWith": ["$literal": .document(document)]]]]
      var command = BSONBuilder()
      command.append("update", .string(rowsName))
      command.append("updates", [update])
      if isValidated { command.append("bypassDocumentValidation", true) }
      let whole = command.document
      try MongoTarget.asked("load the documents of", subject) { () throws(MongoError) in
        _ = try connection.run(whole, in: database)
      }
    }
  }

  /// What the server has now, read again: it changes what it takes without a word, as times of zero.
  private func compare(
    _ table: DatabaseManifest.Table, _ sent: SentRows, on connection: MongoConnection
  ) throws(SourceError) -> LoadedTable {
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
    guard summer.rows != sent.rows || summer.sum == sent.sum else {
      throw SourceError(
        .failed, "compare", Array(subject.utf8), because: "the server changed documents on their way",
        advice: "Restore to a server of the version that the backup was made from.")
    }
    guard changes != nil else { return LoadedTable(table: table, sent: sent, taken: summer.rows) }
    // The manifest knows the documents as they were copied.
    var changed = table
    changed.rows = sent.rows
    changed.rowSum = sent.sum
    return LoadedTable(table: changed, sent: sent, taken: summer.rows)
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
