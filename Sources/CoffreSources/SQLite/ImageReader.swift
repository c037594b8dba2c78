import CoffreCore
import CoffreSystem
import OpenSSLKit

/// How an image is cut: at fixed places. Pages are changed where they lie, so nothing ever moves, and the cut of a page is
/// the same in each backup (docs/decisions/0018-sqlite-images.md has the figures).
enum ImageChunks {
  /// In bytes: the largest page that SQLite knows, and a multiple of all others.
  static let size = 64 << 10
  /// Parts are read by several threads; each begins at a multiple of this.
  static let part: Int64 = 64 << 20

  static func partCount(of size: Int64) -> Int { max(1, Int((size + part - 1) / part)) }

  static func range(ofPart number: Int, of size: Int64) -> Range<Int64> {
    let start = Int64(number) * part
    return start..<min(size, start + part)
  }
}

/// A part of an image, in chunks.
final class ImageReader: PieceReader {
  private let copy: PrivateCopy
  private let range: Range<Int64>
  private let path: PathBytes
  private let finish: (Digest) -> Void
  private let hasher = SHA256Hasher()
  private var position: Int64
  private var isAtEnd = false
  private var unread = UnreadPiece()

  /// - Parameters:
  ///   - path: in the snapshot, for errors.
  ///   - finish: told the sum of what was given out, at the end.
  init(_ copy: PrivateCopy, _ range: Range<Int64>, path: PathBytes, finish: @escaping (Digest) -> Void) {
    self.copy = copy
    self.range = range
    self.path = path
    self.finish = finish
    position = range.lowerBound
    hasher.begin()
  }

  var attributes: EntryAttributes? { nil }
  func isUnchanged() throws(SourceError) -> Bool { true }

  func readPiece(into piece: inout [UInt8]) throws(SourceError) -> Bool {
    let count = Int(min(Int64(ImageChunks.size), range.upperBound - position))
    if piece.count != count { piece = makeBuffer(count) }
    guard count > 0 else {
      end()
      return false
    }
    let found: Int
    do throws(SystemError) {
      var span = piece.mutableSpan
      found = try copy.read(at: position, into: &span)
    } catch {
      throw SourceError(.notWhole, "read", path, because: error.cause)
    }
    guard found == count else {
      throw SourceError(.notWhole, "read", path, because: "the private copy ended before its end")
    }
    hasher.update(piece.span)
    position += Int64(count)
    return true
  }

  /// For whoever does not cut at pages.
  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    try unread.read(into: &buffer) { piece throws(SourceError) in try readPiece(into: &piece) }
  }

  private func end() {
    guard !isAtEnd else { return }
    isAtEnd = true
    finish(hasher.finish())
  }
}
