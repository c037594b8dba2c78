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
  /// What is left of the piece that the connection lends.
  private var lent = 0..<0
  /// Of the row at hand as far as it has come, with its newline.
  private var rowLength = 0
  /// Of the row at hand, if it has come to its end.
  private var rowDigest: Digest?
  /// The beginning of a row that has no room behind other rows.
  private var begun: [UInt8] = []
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
    swap(&piece, &begun)
    do throws(PostgresError) {
      try fill(&piece)
    } catch {
      throw explain(error, summer.rows)
    }
    guard !piece.isEmpty else {
      try end()
      return false
    }
    return true
  }

  private func fill(_ piece: inout [UInt8]) throws(PostgresError) {
    /// Where the row at hand begins, or goes on.
    var start = 0
    while try hasMore() {
      let room = chunks.most - piece.count
      guard lent.count <= room else {
        if start == 0 {
          take(room, into: &piece)
        } else {
          begun.append(contentsOf: piece[start...])
          piece.removeSubrange(start...)
        }
        return
      }
      take(lent.count, into: &piece)
      guard let digest = rowDigest else { continue }
      if chunks.isCut(afterRow: digest.word3, length: endRow(), chunk: piece.count) { return }
      start = piece.count
    }
  }

  /// For whoever does not cut at rows.
  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    try unread.read(into: &buffer) { piece throws(SourceError) in try readPiece(into: &piece) }
  }

  /// - Returns: `false` behind the last row.
  private func hasMore() throws(PostgresError) -> Bool {
    guard lent.isEmpty else { return true }
    guard try copy.advance() else { return false }
    let endsRow = copy.endsRow
    (lent, rowDigest) = copy.withPiece { (0..<$0.count, summer.add(piece: $0, endsRow: endsRow)) }
    rowLength += lent.count
    return true
  }

  private func take(_ count: Int, into piece: inout [UInt8]) {
    let (taken, left) = (lent.prefix(count), lent.dropFirst(count))
    copy.withPiece { append($0.extracting(taken), to: &piece) }
    lent = left
  }

  /// - Returns: how long the row was.
  private func endRow() -> Int {
    defer { (rowLength, rowDigest) = (0, nil) }
    return rowLength
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
