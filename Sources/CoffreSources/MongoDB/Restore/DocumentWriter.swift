import CoffreCore
import CoffreSystem
import MongoKit

/// Writes documents into a collection that a restore makes, as they stand: what a validator says of them does not count.
struct DocumentWriter: Sendable {
  /// Of a batch, in bytes and documents: large enough that asking does not count, small enough for any memory.
  static let batchSize = 2 << 20
  static let batchCount = 10_000

  let database: String
  /// In which the documents of it are: of a time series that of its buckets.
  let collection: String
  /// By which the server knows it, so that what is dropped meanwhile is not made again; `nil` if it takes none.
  let uuid: [UInt8]?
  /// Of stored functions, an owner of a database may change the documents alone; and no validator is there.
  let isValidated: Bool

  private var subject: String { "\(database).\(collection)" }

  /// Inserts them in their order.
  func insert(
    _ documents: Span<UInt8>, _ ends: ArraySlice<Int>, on connection: MongoConnection
  ) throws(SourceError) {
    let command = insertion(of: documents, ends, isOrdered: true)
    try asked { () throws(MongoError) in try connection.run(command, in: database) }
    try writeEmptyTimes(documents, ends, but: [], on: connection)
  }

  /// Inserts those whose keys nobody has.
  ///
  /// - Returns: the numbers of the others, in their order.
  func insertMissing(
    _ documents: Span<UInt8>, _ ends: ArraySlice<Int>, on connection: MongoConnection
  ) throws(SourceError) -> [Int] {
    let command = insertion(of: documents, ends, isOrdered: false)
    let present = try asked { () throws(MongoError) in try connection.insertMissing(command, in: database) }
    try writeEmptyTimes(documents, ends, but: Set(present), on: connection)
    return present
  }

  /// Removes documents that are there.
  ///
  /// - Parameter identities: `BSONDocument.identity` of each.
  func remove(_ identities: ArraySlice<[UInt8]>, on connection: MongoConnection) throws(SourceError) {
    guard !identities.isEmpty else { return }
    var command = BSONBuilder()
    command.append("delete", .string(collection))
    if let uuid { command.append("collectionUUID", .binary(4, uuid)) }
    command.append(
      "deletes",
      .list(
        identities.map { identity -> BSONValue in ["q": ["_id": Self.value(of: identity)], "limit": 1] }))
    let whole = command.document
    let answer = try asked { () throws(MongoError) in try connection.run(whole, in: database) }
    guard answer["n"]?.integer == Int64(identities.count) else {
      throw SourceError(
        .failed, "load the documents of", Array(subject.utf8), because: "somebody else changes it meanwhile",
        advice: "Restore under a name that nobody uses.")
    }
  }

  /// Documents by their keys, in no particular order.
  func find(_ identities: ArraySlice<[UInt8]>, on connection: MongoConnection) throws(SourceError) -> MongoCursor {
    try asked { () throws(MongoError) in
      try MongoCursor(
        [
          "find": .string(collection), "filter": ["_id": ["$in": .list(identities.map(Self.value))]],
          "noCursorTimeout": true,
        ], in: database, on: connection)
    }
  }

  @discardableResult
  func asked<Result>(_ body: () throws(MongoError) -> Result) throws(SourceError) -> Result {
    try MongoTarget.asked("load the documents of", subject, body)
  }

  /// An `_id`, byte by byte.
  private static func value(of identity: [UInt8]) -> BSONValue {
    .other(identity.first ?? 0, Array(identity.dropFirst()))
  }

  // MARK: Commands

  private func insertion(of documents: Span<UInt8>, _ ends: ArraySlice<Int>, isOrdered: Bool) -> BSONDocument {
    var command = BSONBuilder()
    command.append("insert", .string(collection))
    command.append("ordered", .bool(isOrdered))
    if isValidated { command.append("bypassDocumentValidation", true) }
    if let uuid { command.append("collectionUUID", .binary(4, uuid)) }
    command.append("documents", documents: documents, ends: ends, from: 0)
    return command.document
  }

  /// Where a document holds the timestamp of zero, inserting it means the time of now; a pipeline writes what it is told.
  private func writeEmptyTimes(
    _ documents: Span<UInt8>, _ ends: ArraySlice<Int>, but left: Set<Int>, on connection: MongoConnection
  ) throws(SourceError) {
    var start = 0
    for (number, end) in ends.enumerated() {
      defer { start = end }
      guard !left.contains(number), BSONDocument.hasEmptyTime(documents, start..<end) else { continue }
      var copy: [UInt8] = []
      append(documents.extracting(start..<end), to: &copy)
      guard let document = try? BSONDocument(copy), let id = document["_id"] else { continue }
      let update: BSONValue = ["q": ["_id": id], "u": [["$replaceWith": ["$literal": .document(document)]]]]
      var command = BSONBuilder()
      command.append("update", .string(collection))
      command.append("updates", [update])
      if isValidated { command.append("bypassDocumentValidation", true) }
      let whole = command.document
      try asked { () throws(MongoError) in _ = try connection.run(whole, in: database) }
    }
  }
}
