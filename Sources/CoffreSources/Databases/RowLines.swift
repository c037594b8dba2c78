import CoffreSystem

/// Finds the rows in pieces of a file of lines, which may be cut anywhere.
package struct RowLines: Sendable {
  private static let newline = UInt8(ascii: "\n")
  /// The beginning of a row whose end has not come yet.
  private var begun: [UInt8] = []

  package init() {}

  /// Whether the last piece ended in the middle of a row.
  package var isInRow: Bool { !begun.isEmpty }

  /// Takes the next piece.
  ///
  /// - Parameter row: told each row that is whole now, without its newline; answers whether it wants more.
  /// - Returns: `false` once `row` wanted no more.
  package mutating func take<Failure: Error>(
    _ piece: Span<UInt8>, _ row: (Span<UInt8>) throws(Failure) -> Bool
  ) throws(Failure) -> Bool {
    var start = 0
    while let end = firstIndex(of: Self.newline, in: piece, from: start) {
      let part = piece.extracting(start..<end)
      start = end + 1
      guard begun.isEmpty else {
        append(part, to: &begun)
        let whole = begun
        begun = []
        guard try row(whole.span) else { return false }
        continue
      }
      guard try row(part) else { return false }
    }
    append(piece.extracting(start..<piece.count), to: &begun)
    return true
  }

  /// Gives the last row, if it has no newline.
  package mutating func end<Failure: Error>(_ row: (Span<UInt8>) throws(Failure) -> Void) throws(Failure) {
    guard isInRow else { return }
    let last = begun
    begun = []
    try row(last.span)
  }
}
