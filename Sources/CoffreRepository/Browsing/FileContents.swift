package import CoffreCore
import CoffreSystem
import Synchronization

/// The content of one file of a snapshot, read from anywhere by any number of threads.
package final class FileContents: Sendable {
  private let blobs: [BlobID]
  /// Where each blob ends in the file.
  private let ends: [Int64]
  private let view: RepositoryView
  /// Where the last reading ended: one that goes on from about there is sequential, and the next blob will be wanted.
  private let lastEnd = Atomic<Int64>(0)

  init(_ blobs: [BlobID], ends: [Int64], view: RepositoryView) {
    self.blobs = blobs
    self.ends = ends
    self.view = view
  }

  /// In bytes.
  package var size: Int64 { ends.last ?? 0 }

  /// Fills `buffer` from the front with what lies at `offset`.
  ///
  /// - Parameter user: who needs it, for the error.
  /// - Returns: how many bytes; fewer than asked for at the end only. A part that is damaged is an error, whatever else
  ///   could be read.
  package func read(
    at offset: Int64, into buffer: inout MutableSpan<UInt8>, for user: @autoclosure () -> Message
  ) throws -> Int {
    guard offset >= 0, offset < size else { return 0 }
    var filled = 0
    var number = firstBlob(endingBehind: offset)
    while filled < buffer.count, number < blobs.count {
      let start = number == 0 ? 0 : ends[number - 1]
      let bytes = try view.blob(blobs[number], for: user())
      guard Int64(bytes.count) == ends[number] - start else {
        throw RepositoryError.damaged(
          object: "blob \(blobs[number].short)", problem: "it is not as long as the index says")
      }
      let from = Int(offset + Int64(filled) - start)
      let count = min(bytes.count - from, buffer.count - filled)
      copy(bytes.span.extracting(from..<(from + count)), into: &buffer, at: filled)
      filled += count
      number += 1
    }
    noteReading(of: offset..<(offset + Int64(filled)), lastBlob: number - 1)
    return filled
  }

  private func firstBlob(endingBehind offset: Int64) -> Int {
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The kernel's own reading ahead comes in pieces that may overtake each other a little.
  private static let slack: Int64 = 1 << 20

  private func noteReading(of range: Range<Int64>, lastBlob: Int) {
    let before = lastEnd.exchange(range.upperBound, ordering: .relaxed)
    guard abs(range.lowerBound - before) <= Self.slack, before > 0, lastBlob + 1 < blobs.count else { return }
    view.expectSoon(blobs[lastBlob + 1])
  }
}
