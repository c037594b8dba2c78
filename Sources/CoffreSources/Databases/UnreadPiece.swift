import CoffreCore
import CoffreSystem

/// What is left of a reader's last piece, for whoever takes its bytes without regard to where they are best cut.
struct UnreadPiece {
  private var rest: ArraySlice<UInt8> = []

  /// Fills `buffer` from the front.
  ///
  /// - Parameter next: replaces the content of its argument by the next piece; answers `false` at the end.
  /// - Returns: how many bytes; 0 at the end only.
  mutating func read(
    into buffer: inout MutableSpan<UInt8>, _ next: (inout [UInt8]) throws(SourceError) -> Bool
  ) throws(SourceError) -> Int {
    if rest.isEmpty {
      var piece: [UInt8] = []
      guard try next(&piece) else { return 0 }
      rest = piece[...]
    }
    let count = min(buffer.count, rest.count)
    copy(rest.span.extracting(0..<count), into: &buffer)
    rest = rest.dropFirst(count)
    return count
  }
}
