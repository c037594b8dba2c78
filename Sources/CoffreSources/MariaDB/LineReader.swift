import CoffreCore
import CoffreSystem
import MariaDBKit
import OpenSSLKit

/// The rows of a table, or of a part of it, as lines of text, in chunks that end behind rows.
final class LineReader: PieceReader {
  /// Lines that are fetched at once, in bytes; a longer one comes alone.
  private static let batch = 64 << 10

  private let stream: RowStream
  private let lease: MariaDBLease
  private let chunks: RowChunks
  private let explain: (MariaDBError, _ rows: Int64) -> SourceError
  private let finish: (TablePart) throws(SourceError) -> Void
  private let summer = RowSummer()
  private let fileHasher = SHA256Hasher()
  /// Lines that were fetched, where they end, and how far they were handed out.
  private var lines: [UInt8] = []
  private var ends: [Int] = []
  private var line = 0
  private var position = 0
  private var isAtEnd = false
  private var unread = UnreadPiece()

  /// - Parameters:
  ///   - lease: the connection that the rows come by; given back at their end.
  ///   - explain: names the table in an error, and how many rows came before it.
  ///   - finish: told what was read, when the server's count agrees.
  init(
    _ stream: RowStream, on lease: MariaDBLease, chunks: RowChunks = RowChunks(),
    explain: @escaping (MariaDBError, _ rows: Int64) -> SourceError,
    finish: @escaping (TablePart) throws(SourceError) -> Void
  ) {
    self.stream = stream
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
    do throws(MariaDBError) {
      while try hasLine() {
        let isBegun = line > 0 ? position > ends[line - 1] : position > 0
        if !isBegun, !piece.isEmpty, piece.count + (ends[line] - position) > chunks.most { break }
        let end = min(ends[line], position + chunks.most - piece.count)
        append(lines.span.extracting(position..<end), to: &piece)
        position = end
        guard end == ends[line] else { break }
        if endLine(chunk: piece.count) { break }
      }
    } catch {
      lease.recover(from: error)
      throw explain(error, summer.rows)
    }
    guard !piece.isEmpty else {
      try end()
      return false
    }
    fileHasher.update(piece.span)
    return true
  }

  /// For whoever does not cut at rows.
  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    try unread.read(into: &buffer) { piece throws(SourceError) in try readPiece(into: &piece) }
  }

  /// - Returns: `false` behind the last row.
  private func hasLine() throws(MariaDBError) -> Bool {
    if line < ends.count { return true }
    // One huge row must not be kept for ever.
    if lines.capacity > 4 << 20 { lines = [] } else { lines.removeAll(keepingCapacity: true) }
    ends.removeAll(keepingCapacity: true)
    line = 0
    position = 0
    return try stream.append(to: &lines, ends: &ends, upTo: Self.batch)
  }

  /// - Returns: whether the chunk ends here.
  private func endLine(chunk: Int) -> Bool {
    let start = line > 0 ? ends[line - 1] : 0
    let length = ends[line] - start
    let digest = summer.add(lines.span.extracting(start..<ends[line]))
    line += 1
    return chunks.isCut(afterRow: digest.word3, length: length, chunk: chunk)
  }

  /// The server counts the rows that it sends, too.
  private func end() throws(SourceError) {
    isAtEnd = true
    do throws(MariaDBError) {
      let counted = try lease.connection.execute("SELECT FOUND_ROWS()")[0, 0].flatMap { Int64($0) }  // not for people
      guard counted == summer.rows else {
        throw MariaDBError(
          .unexpected, saying: "\(summer.rows) rows came, and the server says that it sent \(counted ?? -1)")
      }
      try lease.giveBack()
    } catch {
      throw explain(error, summer.rows)
    }
    try finish(TablePart(rows: summer.rows, bytes: summer.bytes, sha256: fileHasher.finish(), rowSum: summer.sum))
  }
}
