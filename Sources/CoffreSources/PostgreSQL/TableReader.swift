import CoffreCore
import CoffreSystem
import PostgresKit

/// The rows of a table, or of a part of it, as lines of text, in chunks that end behind rows.
final class TableReader: PieceReader {
  private let copy: CopyOut
  private let lease: PostgresLease
  private let chunks: RowChunks
  private let explain: (PostgresError, _ rows: Int64) -> SourceError
  private let finish: (TablePart, [PostgresNotice]) throws(SourceError) -> Void
  private let summer = RowSummer()
  /// Bytes of the row at hand that were handed out.
  private var rowPosition = 0
  /// Of the row at hand, with its newline; 0 if there is none.
  private var rowLength = 0
  private var isAtEnd = false
  private var unread = UnreadPiece()

  /// - Parameters:
  ///   - lease: the connection that the COPY runs on; given back at its end.
  ///   - explain: names the table in an error, and the row behind those that came.
  ///   - finish: told what was read, when the server's count agrees, and what the server said meanwhile.
  init(
    _ copy: CopyOut, on lease: PostgresLease, chunks: RowChunks,
    explain: @escaping (PostgresError, _ rows: Int64) -> SourceError,
    finish: @escaping (TablePart, [PostgresNotice]) throws(SourceError) -> Void
  ) {
    self.copy = copy
    self.lease = lease
    self.chunks = chunks
    self.explain = explain
    self.finish = finish
  }

  var attributes: EntryAttributes? { nil }
  func isUnchanged() throws(SourceError) -> Bool { true }

  func readPiece(into piece: inout [UInt8]) throws(SourceError) -> Bool {
    piece.removeAll(keepingCapacity: true)
    guard !isAtEnd else { return false }
    do throws(PostgresError) {
      while try nextRow() {
        if rowPosition == 0, !piece.isEmpty, piece.count + rowLength > chunks.most { break }
        let isWhole = take(upTo: chunks.most, into: &piece)
        guard isWhole else { break }
        if endRow(chunk: piece.count) { break }
      }
    } catch {
      throw explain(error, summer.rows)
    }
    guard !piece.isEmpty else {
      try end()
      return false
    }
    return true
  }

  /// For whoever does not cut at rows.
  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    try unread.read(into: &buffer) { piece throws(SourceError) in try readPiece(into: &piece) }
  }

  /// - Returns: `false` behind the last row.
  private func nextRow() throws(PostgresError) -> Bool {
    if rowLength > 0 { return true }
    guard try copy.advance() else { return false }
    rowLength = copy.withRow { $0.count }
    rowPosition = 0
    return true
  }

  /// - Returns: whether the row's last byte was taken.
  private func take(upTo most: Int, into piece: inout [UInt8]) -> Bool {
    let range = rowPosition..<min(rowLength, rowPosition + most - piece.count)
    copy.withRow { append($0.extracting(range), to: &piece) }
    rowPosition = range.upperBound
    return rowPosition == rowLength
  }

  /// - Returns: whether the chunk ends here.
  private func endRow(chunk: Int) -> Bool {
    let digest = copy.withRow { summer.add($0) }
    defer { rowLength = 0 }
    return chunks.isCut(afterRow: digest.word3, length: rowLength, chunk: chunk)
  }

  private func end() throws(SourceError) {
    isAtEnd = true
    guard copy.serverCount == Int(summer.rows) else {
      throw explain(
        PostgresError(
          .unexpected, saying: "\(summer.rows) rows came, and the server says that it sent \(copy.serverCount ?? -1)"),
        summer.rows)
    }
    let notices = lease.connection.takeNotices()
    lease.giveBack()
    try finish(TablePart(rows: summer.rows, bytes: summer.bytes, rowSum: summer.sum), notices)
  }
}
