import CoffreCore
import CoffreSystem
import MongoKit

/// A collection that was loaded as it was copied, while the log is laid over it: used by one thread at a time.
///
/// A document that a log names is taken out of the collection, changed, and put in again; so the bytes go the way that all
/// others went. Changes may be laid over a document that has seen them (docs/decisions/0021-mongodb.md).
final class CollectionReplay {
  let writer: DocumentWriter
  private(set) var batch = ChangeBatch()
  /// What the collection must hold, from what was put in and taken out.
  private let summer: RowSummer
  /// Of documents that were changed, and are not there.
  private var lost: Set<[UInt8]> = []

  /// So many of `lost` are remembered: more, and a log that does not fit is not told from one that does.
  private static let mostLost = 100_000

  /// - Parameter sent: what was put in so far.
  init(_ writer: DocumentWriter, after sent: SentRows) {
    self.writer = writer
    summer = RowSummer(after: sent)
  }

  var expected: SentRows { summer.total }

  func add(_ change: LoggedChange) { batch.add(change) }

  /// Makes the documents what the batch says, and begins another.
  func flush(on connection: MongoConnection) throws(SourceError) {
    let batch = batch
    self.batch = ChangeBatch()
    var missing = Set(batch.identities)
    try changeFound(batch, &missing, on: connection)
    var out = Outgoing(isNew: true)
    for identity in batch.identities where missing.contains(identity) {
      try take(batch, identity, after: nil, &out, on: connection)
    }
    try send(&out, on: connection)
  }

  /// - Throws: if changes spoke of documents that never came.
  func end() throws(SourceError) {
    guard lost.isEmpty else { throw RestoreLog.damaged }
  }

  // MARK: A batch

  /// What waits to be written.
  private struct Outgoing {
    /// Whether the documents were not there.
    let isNew: Bool
    var removed: [[UInt8]] = []
    var documents: [UInt8] = []
    var ends: [Int] = []

    var isFull: Bool {
      documents.count >= DocumentWriter.batchSize || removed.count + ends.count >= DocumentWriter.batchCount
    }
  }

  private func changeFound(
    _ batch: ChangeBatch, _ missing: inout Set<[UInt8]>, on connection: MongoConnection
  ) throws(SourceError) {
    let cursor = try writer.find(batch.identities[...], on: connection)
    var out = Outgoing(isNew: false)
    var documents: [UInt8] = []
    var ends: [Int] = []
    while try writer.asked({ () throws(MongoError) in try cursor.next(&documents, &ends) }) {
      var start = 0
      for end in ends {
        defer { start = end }
        guard let former = try? BSONDocument(Array(documents[start..<end])), let identity = former.identity else {
          throw RestoreLog.damaged
        }
        // For the server, 1 and 1.0 are one key.
        guard missing.remove(identity) != nil else { continue }
        let bytes = former.bytes
        summer.remove(bytes.span)
        out.removed.append(identity)
        try take(batch, identity, after: former, &out, on: connection)
      }
      documents.removeAll(keepingCapacity: true)
      ends.removeAll(keepingCapacity: true)
    }
    try send(&out, on: connection)
  }

  private func take(
    _ batch: ChangeBatch, _ identity: [UInt8], after former: BSONDocument?, _ out: inout Outgoing,
    on connection: MongoConnection
  ) throws(SourceError) {
    let outcome: ChangeBatch.Outcome
    do throws(DocumentDiff.Failure) {
      outcome = try batch.outcome(of: identity, after: former)
    } catch {
      throw RestoreLog.damaged
    }
    lost.remove(identity)
    switch outcome {
    case .document(let document):
      let bytes = document.bytes
      summer.add(bytes.span)
      append(bytes.span, to: &out.documents)
      out.ends.append(out.documents.count)
    case .removed: break
    case .lost: if lost.count < Self.mostLost { lost.insert(identity) }
    }
    if out.isFull { try send(&out, on: connection) }
  }

  private func send(_ out: inout Outgoing, on connection: MongoConnection) throws(SourceError) {
    let sent = out
    out = Outgoing(isNew: sent.isNew)
    try writer.remove(sent.removed[...], on: connection)
    guard !sent.ends.isEmpty else { return }
    let documents = sent.documents.span
    guard sent.isNew else { return try writer.insert(documents, sent.ends[...], on: connection) }
    // Another one may be there with a key that is equal for the server: it is newer, and the log comes to it.
    for number in try writer.insertMissing(documents, sent.ends[...], on: connection) {
      summer.remove(documents.extracting((number == 0 ? 0 : sent.ends[number - 1])..<sent.ends[number]))
    }
  }
}
