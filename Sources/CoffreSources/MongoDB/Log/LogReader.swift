import CoffreCore
import CoffreSystem
import MongoKit

/// The changes that a backup keeps of a server's log, one behind the other.
final class LogReader: ByteReader {
  private let cursor: MongoCursor
  private let lease: MongoLease
  private let path: PathBytes
  private var filter: LogFilter
  private var kept = LogFilter.Kept.nothing
  /// Of the batch at hand, and how many of its entries were looked at.
  private var documents: [UInt8] = []
  private var ends: [Int] = []
  private var entry = 0
  private var isAtEnd = false
  private var unread = UnreadPiece()

  /// - Parameter lease: the connection that the entries come by; given back at their end.
  init(_ cursor: MongoCursor, on lease: MongoLease, of collections: Set<[UInt8]>, path: PathBytes) {
    self.cursor = cursor
    self.lease = lease
    self.path = path
    filter = LogFilter(collections)
  }

  var attributes: EntryAttributes? { nil }
  func isUnchanged() throws(SourceError) -> Bool { true }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    try unread.read(into: &buffer) { piece throws(SourceError) in
      do throws(MongoError) {
        return try next(&piece)
      } catch {
        lease.recover(from: error)
        throw SourceError(error, "read the log of changes for", path)
      }
    }
  }

  /// Of what is handed out at once, in bytes.
  private static let enough = 1 << 20

  /// - Returns: `false` at the end.
  private func next(_ piece: inout [UInt8]) throws(MongoError) -> Bool {
    piece.removeAll(keepingCapacity: true)
    while piece.count < Self.enough {
      if let change = try kept.next() {
        piece += change.bytes
      } else if let entry = try nextEntry() {
        kept = try filter.entries(of: entry)
      } else {
        break
      }
    }
    return !piece.isEmpty
  }

  /// - Returns: `nil` behind the last one.
  private func nextEntry() throws(MongoError) -> BSONDocument? {
    while entry == ends.count {
      guard !isAtEnd else { return nil }
      documents.removeAll(keepingCapacity: true)
      ends.removeAll(keepingCapacity: true)
      entry = 0
      guard try cursor.next(&documents, &ends) else {
        isAtEnd = true
        lease.giveBack()
        return nil
      }
    }
    let start = entry > 0 ? ends[entry - 1] : 0
    guard let found = try? BSONDocument(Array(documents[start..<ends[entry]])) else { throw .malformed }
    entry += 1
    return found
  }
}
