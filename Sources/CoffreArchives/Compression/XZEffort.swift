/// How hard xz tries, and how much memory that takes.
struct XZEffort: Sendable, Hashable {
  static let levels = 0...9
  /// Of one thread's encoder, by level, in bytes: what xz(1) lists.
  private static let encoders = [3, 9, 17, 32, 48, 94, 94, 186, 370, 674].map { Int64($0) << 20 }
  /// By level, in bytes; xz(1) again.
  private static let dictionaries = [256, 1024, 2048, 4096, 4096, 8192, 8192, 16384, 32768, 65536].map {
    Int64($0) << 10
  }

  var level: Int
  var threads: Int

  /// In bytes, about. Several threads compress a block each, of three dictionaries, and hold it three times.
  var memory: Int64 {
    let encoder = Self.encoders[level]
    guard threads > 1 else { return encoder }
    return Int64(threads) * (encoder + 3 * max(1 << 20, 3 * Self.dictionaries[level]))
  }

  /// As much of it as fits: with fewer threads, then at a lower level, where that is not somebody's wish.
  func fitting(into limit: Int64, keepingLevel: Bool) -> XZEffort {
    var effort = self
    while effort.memory > limit, effort.threads > 1 { effort.threads -= 1 }
    while effort.memory > limit, effort.level > Self.levels.lowerBound, !keepingLevel { effort.level -= 1 }
    return effort
  }
}
