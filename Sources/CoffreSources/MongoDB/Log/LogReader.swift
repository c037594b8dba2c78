import CoffreCore
import CoffreSystem
import MongoKit

/// The changes that a backup keeps of a server's log, one behind the other.
final class LogReader: ByteReader {
  private let cursor: MongoCursor
  private let lease: MongoLease
  private let path: PathBytes
  private var filter: LogFilter
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

  /// - Returns: `false` at the end.
  private func next(_ piece: inout [UInt8]) throws(MongoError) -> Bool {
    piece.removeAll(keepingCapacity: true)
    var documents: [UInt8] = []
    var ends: [Int] = []
    while !isAtEnd, piece.isEmpty {
      documents.removeAll(keepingCapacity: true)
      ends.removeAll(keepingCapacity: true)
      guard try cursor.next(&documents, &ends) else {
        isAtEnd = true
        lease.giveBack()
        break
      }
      var start = 0
      for end in ends {
        guard let entry = try? BSONDocument(Array(documents[start..<end])) else { throw .malformed }
        for kept in try filter.entries(of: entry) { piece.append(contentsOf: kept.bytes) }
        start = end
      }
    }
    return !piece.isEmpty
  }
}
