package import CoffreCore
import OpenSSLKit

/// Counts and sums the rows that pass; used by one thread at a time.
package final class RowSummer {
  private static let newline = UInt8(ascii: "\n")
  private let hasher = SHA256Hasher()
  // Nobody else's, to the letter: the runtime would watch each access to it, and there is one for each row.
  private var state: SentRows
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
    let digest = digest(of: line)
    state.sum.add(digest)
    state.rows += 1
    state.bytes += Int64(line.count)
    return digest
  }

  /// Takes a row out again that was added before, as it was then.
  package func remove(_ line: Span<UInt8>) {
    let digest = digest(of: line)
    state.sum.remove(digest)
    state.rows -= 1
    state.bytes -= Int64(line.count)
  }

  private func digest(of line: Span<UInt8>) -> Digest {
    let isEnded = line.count > 0 && line[line.count - 1] == Self.newline
    return hasher.hash(line.extracting(0..<(isEnded ? line.count - 1 : line.count)))
  }
}
