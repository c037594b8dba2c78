import CoffreCore
import MongoKit

/// The documents of a collection.
final class FetchedDocuments: RowBatches {
  private let cursor: MongoCursor
  private let lease: MongoLease
  private let explain: (MongoError) -> SourceError

  /// - Parameters:
  ///   - lease: the connection that the documents come by; given back at their end.
  ///   - explain: names the collection in an error.
  init(_ cursor: MongoCursor, on lease: MongoLease, explain: @escaping (MongoError) -> SourceError) {
    self.cursor = cursor
    self.lease = lease
    self.explain = explain
  }

  func next(_ bytes: inout [UInt8], _ ends: inout [Int]) throws(SourceError) -> Bool {
    do throws(MongoError) {
      return try cursor.next(&bytes, &ends)
    } catch {
      lease.recover(from: error)
      throw explain(error)
    }
  }

  /// A cursor that came to its end says so; there is no count beside it.
  func end(after rows: Int64) throws(SourceError) { lease.giveBack() }
}
