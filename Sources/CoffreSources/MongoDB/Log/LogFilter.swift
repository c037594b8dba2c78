import CoffreCore
import MongoKit

/// Takes the changes of documents of some collections out of a server's log. Transactions are taken apart: each change
/// stands alone, where the transaction ended.
struct LogFilter {
  /// By which the server knows the collections.
  private let taken: Set<[UInt8]>
  /// Of transactions whose end was not seen yet.
  private var pending: [[UInt8]: [BSONDocument]] = [:]
  /// Transactions of several shards that change nothing of ours, as far as their preparation was seen.
  private var foreign: Set<[UInt8]> = []

  init(_ taken: Set<[UInt8]>) { self.taken = taken }

  /// - Returns: what the entry becomes: nothing, itself, or several.
  /// - Throws: for a change that a restore would not understand.
  mutating func entries(of entry: BSONDocument) throws(MongoError) -> [BSONDocument] {
    guard entry["op"]?.text == "c" else { return try isTaken(entry) ? [entry] : [] }
    guard let command = entry["o"]?.document else { throw .malformed }
    let key = Self.transaction(of: entry)
    if command["abortTransaction"] != nil {
      pending[key] = nil
      foreign.remove(key)
      return []
    }
    // Its changes stand where it was prepared, which may be before the first entry that is read.
    if command["commitTransaction"] != nil, foreign.remove(key) == nil { throw Self.ofShards }
    guard let list = command["applyOps"]?.document else { return [] }
    var changes = pending[key] ?? []
    if changes.isEmpty, pending[key] == nil, Self.hasBegun(entry, command) {
      throw MongoError(
        .unexpected, saying: "the log of changes begins in the middle of a transaction", advice: "Run the backup again."
      )
    }
    try append(list, to: &changes)
    if command["partialTxn"]?.isTrue == true {
      pending[key] = changes
      return []
    }
    pending[key] = nil
    if command["prepare"]?.isTrue == true {
      guard changes.isEmpty else { throw Self.ofShards }
      foreign.insert(key)
    }
    return try Self.alone(changes, in: entry)
  }

  private static var ofShards: MongoError {
    MongoError(
      .unexpected, saying: "the log of changes has transactions of several shards", advice: "Back up through mongos.")
  }

  private func append(_ list: BSONDocument, to changes: inout [BSONDocument]) throws(MongoError) {
    for change in try Self.documents(of: list) {
      guard change["op"]?.text == "c", let inner = change["o"]?.document?["applyOps"]?.document else {
        if try isTaken(change) { changes.append(change) }
        continue
      }
      for change in try Self.documents(of: inner) where try isTaken(change) { changes.append(change) }
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

  /// Each with the time of the entry in which it took effect.
  private static func alone(_ changes: [BSONDocument], in entry: BSONDocument) throws(MongoError) -> [BSONDocument] {
    let common: Set<[UInt8]> = [Array("ts".utf8), Array("t".utf8), Array("v".utf8), Array("wall".utf8)]
    do throws(MalformedBSON) {
      let frame = try entry.rawFields().filter { common.contains($0.name) }
      var alone: [BSONDocument] = []
      for change in changes {
        alone.append(BSONDocument(rawFields: try change.rawFields().filter { !common.contains($0.name) } + frame))
      }
      return alone
    } catch {
      throw .malformed
    }
  }
}
