package import CoffreCore
import OpenSSLKit

/// Counts and sums the rows that pass; used by one thread at a time.
package final class RowSummer {
  private static let newline = UInt8(ascii: "\n")
  private let hasher = SHA256Hasher()
  // Nobody else's, to the letter: the runtime would watch each access to it, and there is one for each row.
  private var state: SentRows
  /// Bytes of a row whose end is still to come; 0 if there is none.
  private var begun = 0
  package var sum: RowSum { state.sum }
  package var rows: Int64 { state.rows }
  /// Of the rows with their newlines.
  package var bytes: Int64 { state.bytes }

  package init() { state = SentRows() }

  /// Goes on from what was summed up before.
  init(after former: SentRows) { state = former }

  /// What it came to.
  var total: SentRows { state }

  /// Adds a row; a newline at its end counts as a byte, and not into the sum.
  ///
  /// - Returns: the digest of the row's line without its newline.
  @discardableResult
  package func add(_ line: Span<UInt8>) -> Digest {
    let digest = hasher.hash(line.extracting(0..<lengthOfLine(line)))
    count(digest, bytes: line.count)
    return digest
  }

  private func count(_ digest: Digest, bytes: Int) {
    state.sum.add(digest)
    state.rows += 1
    state.bytes += Int64(bytes)
  }

  /// Adds a piece of a row; nothing else is done before its last piece.
  ///
  /// - Returns: the digest of the row's line without its newline, if the piece is its last one.
  func add(piece: Span<UInt8>, endsRow: Bool) -> Digest? {
    if begun == 0 {
      if endsRow { return add(piece) }
      hasher.begin()
    }
    begun += piece.count
    hasher.update(piece.extracting(0..<(endsRow ? lengthOfLine(piece) : piece.count)))
    guard endsRow else { return nil }
    let digest = hasher.finish()
    count(digest, bytes: begun)
    begun = 0
    return digest
  }

  /// Takes a row out again that was added before, as it was then.
  package func remove(_ line: Span<UInt8>) {
    let digest = hasher.hash(line.extracting(0..<lengthOfLine(line)))
    state.sum.remove(digest)
    state.rows -= 1
    state.bytes -= Int64(line.count)
  }

  /// Without a newline at the end.
  private func lengthOfLine(_ line: Span<UInt8>) -> Int {
    let isEnded = line.count > 0 && line[line.count - 1] == Self.newline
    return isEnded ? line.count - 1 : line.count
  }
}
