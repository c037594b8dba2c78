import CoffreCore

/// One read of a pack: neighbouring blobs, with small gaps between them.
struct PackRun: Sendable, Hashable {
  private(set) var range: Range<Int64>
  /// Numbers in the index, by offset; those in the range that are wanted.
  private(set) var entries: [Int]

  /// Reading on costs less than asking anew.
  private static let largestGap: Int64 = 256 << 10
  /// Enough that the way to a far store counts little; from a local folder less costs nothing and stays in the processor's
  /// cache.
  static func largestSize(in store: any Store) -> Int64 { store.traits.localFolder == nil ? 8 << 20 : 1 << 20 }

  /// - Parameters:
  ///   - entries: of one pack, by offset.
  ///   - largestRun: in bytes; a blob that is larger is read alone.
  static func runs(of entries: [Int], in index: BlobIndex, upTo largestRun: Int64) -> [PackRun] {
    var runs: [PackRun] = []
    for entry in entries {
      let location = index.location(ofEntry: entry)
      let start = Int64(location.offset)
      let end = start + Int64(location.length)
      if let last = runs.last, start - last.range.upperBound <= largestGap, end - last.range.lowerBound <= largestRun {
        runs[runs.count - 1].range = last.range.lowerBound..<max(end, last.range.upperBound)
        runs[runs.count - 1].entries.append(entry)
      } else {
        runs.append(PackRun(range: start..<end, entries: [entry]))
      }
    }
    return runs
  }
}
