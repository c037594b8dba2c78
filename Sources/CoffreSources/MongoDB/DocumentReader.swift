import CoffreCore
import CoffreSystem
import MongoKit
import OpenSSLKit

/// The documents of a collection, one behind the other, in chunks that end behind documents.
final class DocumentReader: PieceReader {
  private let cursor: MongoCursor
  private let lease: MongoLease
  private let chunks: RowChunks
  private let explain: (MongoError) -> SourceError
  private let finish: (TablePart) throws(SourceError) -> Void
  private let summer = RowSummer()
  private let fileHasher = SHA256Hasher()
  /// Documents that were fetched, where they end, and how far they were handed out.
  private var documents: [UInt8] = []
  private var ends: [Int] = []
  private var document = 0
  private var position = 0
  private var isAtEnd = false
  private var unread = UnreadPiece()

  /// - Parameters:
  ///   - lease: the connection that the documents come by; given back at their end.
  ///   - explain: names the collection in an error.
  ///   - finish: told what was read, at the end.
  init(
    _ cursor: MongoCursor, on lease: MongoLease, chunks: RowChunks = RowChunks(),
    explain: @escaping (MongoError) -> SourceError, finish: @escaping (TablePart) throws(SourceError) -> Void
  ) {
    self.cursor = cursor
    self.lease = lease
    self.chunks = chunks
    self.explain = explain
    self.finish = finish
    fileHasher.begin()
  }

  var attributes: EntryAttributes? { nil }
  func isUnchanged() throws(SourceError) -> Bool { true }

  func readPiece(into piece: inout [UInt8]) throws(SourceError) -> Bool {
    piece.removeAll(keepingCapacity: true)
    guard !isAtEnd else { return false }
    do throws(MongoError) {
      while try hasDocument() {
        let isBegun = document > 0 ? position > ends[document - 1] : position > 0
        if !isBegun, !piece.isEmpty, piece.count + (ends[document] - position) > chunks.most { break }
        let end = min(ends[document], position + chunks.most - piece.count)
        append(documents.span.extracting(position..<end), to: &piece)
        position = end
        guard end == ends[document] else { break }
        if endDocument(chunk: piece.count) { break }
      }
    } catch {
      lease.recover(from: error)
      throw explain(error)
    }
    guard !piece.isEmpty else {
      isAtEnd = true
      lease.giveBack()
      try finish(TablePart(rows: summer.rows, bytes: summer.bytes, sha256: fileHasher.finish(), rowSum: summer.sum))
      return false
    }
    fileHasher.update(piece.span)
    return true
  }

  /// For whoever does not cut at documents.
  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    try unread.read(into: &buffer) { piece throws(SourceError) in try readPiece(into: &piece) }
  }

  /// - Returns: `false` behind the last document.
  private func hasDocument() throws(MongoError) -> Bool {
    if document < ends.count { return true }
    // One huge batch must not be kept for ever.
    if documents.capacity > 8 << 20 { documents = [] } else { documents.removeAll(keepingCapacity: true) }
    ends.removeAll(keepingCapacity: true)
    document = 0
    position = 0
    return try cursor.next(&documents, &ends)
  }

  /// - Returns: whether the chunk ends here.
  private func endDocument(chunk: Int) -> Bool {
    let start = document > 0 ? ends[document - 1] : 0
    let length = ends[document] - start
    let digest = summer.add(documents.span.extracting(start..<ends[document]))
    document += 1
    return chunks.isCut(afterRow: digest.word3, length: length, chunk: chunk)
  }
}
