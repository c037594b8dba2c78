package import CoffreCore
import OpenSSLKit

/// Counts and sums the rows that pass; used by one thread at a time.
package final class RowSummer {
  private static let newline = UInt8(ascii: "\n")
  private let hasher = SHA256Hasher()
  package private(set) var sum = RowSum()
  package private(set) var rows: Int64 = 0
  /// Of the rows with their newlines.
  package private(set) var bytes: Int64 = 0

  package init() {}

  /// Goes on from what was summed up before.
  init(after former: SentRows) {
    sum = former.sum
    rows = former.rows
    bytes = former.bytes
  }

  /// What it came to.
  var total: SentRows { SentRows(rows: rows, bytes: bytes, sum: sum) }

  /// Adds a row; a newline at its end counts as a byte, and not into the sum.
  ///
  /// - Returns: the digest of the row's line without its newline.
  @discardableResult
  package func add(_ line: Span<UInt8>) -> Digest {
    let digest = digest(of: line)
    sum.add(digest)
    rows += 1
    bytes += Int64(line.count)
    return digest
  }

  /// Takes a row out again that was added before, as it was then.
  package func remove(_ line: Span<UInt8>) {
    sum.remove(digest(of: line))
    rows -= 1
    bytes -= Int64(line.count)
  }

  private func digest(of line: Span<UInt8>) -> Digest {
    let isEnded = line.count > 0 && line[line.count - 1] == Self.newline
    return hasher.hash(line.extracting(0..<(isEnded ? line.count - 1 : line.count)))
  }
}
