import CoffreCore

/// Where the rows of a table are cut into chunks: behind a row that its own hash chooses, so that the cuts stay where
/// they are when rows are added, changed or removed elsewhere.
///
/// A row is chosen as likely as it is long: chunks have about the same size whatever the rows look like.
struct RowChunks: Sendable {
  /// In bytes. A chunk is not shorter, unless it is the last of its part.
  var least = 32 << 10
  /// Aimed at behind `least`.
  var usual = 96 << 10
  /// No chunk is longer; a longer row makes several.
  var most = 4 << 20

  /// - Parameter hash: uniformly distributed, of the row alone.
  func isCut(afterRow hash: UInt64, length: Int, chunk: Int) -> Bool {
    guard chunk >= least else { return false }
    let (threshold, isSure) = (UInt64.max / UInt64(usual)).multipliedReportingOverflow(by: UInt64(length))
    return isSure || hash < threshold
  }
}
