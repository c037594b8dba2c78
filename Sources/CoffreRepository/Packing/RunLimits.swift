import CoffreCore

/// How much of a pack is read at once, and how much of it in vain. Reading on costs less than asking anew.
struct RunLimits: Sendable {
  private let gap: Int64
  private let run: Int64

  /// - Parameter nearby: what is best in a folder of this machine. Elsewhere each request costs a round trip: there a
  ///   pack of the usual size is read at once.
  init(of store: any Store, nearby: (gap: Int64, run: Int64)) {
    (gap, run) = store.traits.localFolder == nil ? (4 << 20, 32 << 20) : nearby
  }

  func allow(_ range: Range<Int64>, toReach next: Range<Int64>) -> Bool {
    next.lowerBound - range.upperBound <= gap && next.upperBound - range.lowerBound <= run
  }
}
