import CoffreCore
import CoffreSystem

/// Rows of a table, or of a part of it, that a server sends many at a time.
protocol RowBatches: AnyObject {
  /// Fetches some rows.
  ///
  /// - Parameters:
  ///   - bytes: gets the rows at its end, one behind the other.
  ///   - ends: gets where each ends in `bytes`.
  /// - Returns: `false` behind the last row.
  func next(_ bytes: inout [UInt8], _ ends: inout [Int]) throws(SourceError) -> Bool

  /// Called once, behind the last row: the server's own count is compared, and its connection given back.
  func end(after rows: Int64) throws(SourceError)
}

/// Rows one behind the other, in chunks that end behind rows.
final class RowBatchReader: PieceReader {
  /// What is kept for the next batch, in bytes: one huge row must not be kept for ever.
  private static let mostKept = 8 << 20

  private let batches: any RowBatches
  private let chunks: RowChunks
  private let finish: (TablePart) throws(SourceError) -> Void
  private let summer = RowSummer()
  /// Rows that were fetched, where they end, and how far they were handed out.
  private var rows: [UInt8] = []
  private var ends: [Int] = []
  private var row = 0
  private var position = 0
  private var isAtEnd = false
  private var unread = UnreadPiece()

  /// - Parameter finish: told what was read, when the server agrees.
  init(
    _ batches: any RowBatches, chunks: RowChunks = RowChunks(),
    finish: @escaping (TablePart) throws(SourceError) -> Void
  ) {
    self.batches = batches
    self.chunks = chunks
    self.finish = finish
  }

  var attributes: EntryAttributes? { nil }
  func isUnchanged() throws(SourceError) -> Bool { true }

  func readPiece(into piece: inout [UInt8]) throws(SourceError) -> Bool {
    piece.removeAll(keepingCapacity: true)
    guard !isAtEnd else { return false }
    while try hasRow() {
      if position == start, !piece.isEmpty, piece.count + (ends[row] - position) > chunks.most { break }
      let end = min(ends[row], position + chunks.most - piece.count)
      append(rows.span.extracting(position..<end), to: &piece)
      position = end
      guard end == ends[row] else { break }
      if endRow(chunk: piece.count) { break }
    }
    guard !piece.isEmpty else {
      isAtEnd = true
      try batches.end(after: summer.rows)
      try finish(TablePart(rows: summer.rows, bytes: summer.bytes, rowSum: summer.sum))
      return false
    }
    return true
  }

  /// For whoever does not cut at rows.
  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    try unread.read(into: &buffer) { piece throws(SourceError) in try readPiece(into: &piece) }
  }

  /// Of the row at hand, in `rows`.
  private var start: Int { row > 0 ? ends[row - 1] : 0 }

  /// - Returns: `false` behind the last row.
  private func hasRow() throws(SourceError) -> Bool {
    if row < ends.count { return true }
    if rows.capacity > Self.mostKept { rows = [] } else { rows.removeAll(keepingCapacity: true) }
    ends.removeAll(keepingCapacity: true)
    row = 0
    position = 0
    return try batches.next(&rows, &ends)
  }

  /// - Returns: whether the chunk ends here.
  private func endRow(chunk: Int) -> Bool {
    let range = start..<ends[row]
    let digest = summer.add(rows.span.extracting(range))
    row += 1
    return chunks.isCut(afterRow: digest.word3, length: range.count, chunk: chunk)
  }
}
