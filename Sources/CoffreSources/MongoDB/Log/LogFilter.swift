import CoffreCore
import MongoKit

/// Takes the changes of documents of some collections out of a server's log. Transactions are taken apart: each change
/// stands alone, where the transaction ended.
struct LogFilter {
  /// By which the server knows the collections.
  private let taken: Set<[UInt8]>
  /// Of transactions whose end was not seen yet.
  private var pending: [[UInt8]: LoggedTransaction] = [:]
  /// Transactions of several shards that change nothing of ours, as far as their preparation was seen.
  private var foreign: Set<[UInt8]> = []

  private let most: Int

  /// - Parameter most: of what is kept in memory of a transaction, in bytes.
  init(_ taken: Set<[UInt8]>, most: Int = LoggedTransaction.usualMost) {
    self.taken = taken
    self.most = most
  }

  /// What an entry becomes: nothing, itself, or several.
  struct Kept {
    private var single: BSONDocument?
    private var transaction: LoggedTransaction?

    static var nothing: Kept { Kept() }

    fileprivate init(_ single: BSONDocument? = nil) { self.single = single }
    fileprivate init(_ transaction: LoggedTransaction) { self.transaction = transaction }

    /// - Returns: `nil` behind the last one.
    mutating func next() throws(MongoError) -> BSONDocument? {
      if let transaction { return try transaction.next() }
      defer { single = nil }
      return single
    }
  }

  /// In bytes.
  var sizeInMemory: Int { pending.values.reduce(0) { $0 + $1.sizeInMemory } }

  /// - Throws: for a change that a restore would not understand.
  mutating func entries(of entry: BSONDocument) throws(MongoError) -> Kept {
    guard entry["op"]?.text == "c" else { return Kept(try isTaken(entry) ? entry : nil) }
    guard let command = entry["o"]?.document else { throw .malformed }
    let key = Self.transaction(of: entry)
    if command["abortTransaction"] != nil {
      pending[key] = nil
      foreign.remove(key)
      return .nothing
    }
    // Its changes stand where it was prepared, which may be before the first entry that is read.
    if command["commitTransaction"] != nil, foreign.remove(key) == nil { throw Self.ofShards }
    guard let list = command["applyOps"]?.document else { return .nothing }
    if pending[key] == nil, Self.hasBegun(entry, command) {
      throw MongoError(
        .unexpected, saying: "the log of changes begins in the middle of a transaction", advice: "Run the backup again."
      )
    }
    let changes = pending[key] ?? LoggedTransaction(most: most)
    try append(list, to: changes)
    if command["partialTxn"]?.isTrue == true {
      // Handed out at once, half of it would stay where the log is read to the middle of it.
      pending[key] = changes
      return .nothing
    }
    pending[key] = nil
    if command["prepare"]?.isTrue == true {
      guard changes.count == 0 else { throw Self.ofShards }
      foreign.insert(key)
    }
    try changes.end(in: entry)
    return Kept(changes)
  }

  private static var ofShards: MongoError {
    MongoError(
      .unexpected, saying: "the log of changes has transactions of several shards", advice: "Back up through mongos.")
  }

  private func append(_ list: BSONDocument, to changes: LoggedTransaction) throws(MongoError) {
    for change in try Self.documents(of: list) {
      guard change["op"]?.text == "c", let inner = change["o"]?.document?["applyOps"]?.document else {
        if try isTaken(change) { try changes.append(change) }
        continue
      }
      for change in try Self.documents(of: inner) where try isTaken(change) { try changes.append(change) }
    }
  }

  private static func documents(of list: BSONDocument) throws(MongoError) -> [BSONDocument] {
    guard let values = try? list.values() else { throw .malformed }
    let documents = values.compactMap(\.document)
    guard documents.count == values.count else { throw .malformed }
    return documents
  }

  /// Whether it changes a document of ours, in a way that is known.
  private func isTaken(_ change: BSONDocument) throws(MongoError) -> Bool {
    guard let collection = change["ui"]?.bytes, taken.contains(collection) else { return false }
    switch change["op"]?.text {
    case "n", "c": return false
    case "i", "d", "u":
      do throws(LoggedChange.Failure) {
        _ = try LoggedChange(change)
        return true
      } catch {
        throw MongoError(
          .unexpected, saying: "the log of changes has one that is not known: \(error.what)",
          advice: "Raise minSnapshotHistoryWindowInSeconds above the time that a backup takes: then no log is needed.")
      }
    case let other:
      throw MongoError(.unexpected, saying: "the log of changes has one that is not known: \(other ?? "")")
    }
  }

  /// Session and number.
  private static func transaction(of entry: BSONDocument) -> [UInt8] {
    var key = entry["lsid"]?.document?.bytes ?? []
    if case .int64(let number) = entry["txnNumber"] { key += Array("\(number)".utf8) }
    return key
  }

  /// Whether the transaction has entries before this one.
  private static func hasBegun(_ entry: BSONDocument, _ command: BSONDocument) -> Bool {
    guard entry["txnNumber"] != nil, entry["multiOpType"] == nil else { return false }
    return entry["prevOpTime"]?.document?["ts"]?.timestamp ?? 0 != 0
  }
}
