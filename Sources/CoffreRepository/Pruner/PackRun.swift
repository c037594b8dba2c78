import CoffreCore

/// One read of a pack: neighbouring blobs, with small gaps between them.
struct PackRun: Sendable, Hashable {
  private(set) var range: Range<Int64>
  /// Numbers in the index, by offset; those in the range that are wanted.
  private(set) var entries: [Int]

  /// Reading on costs less than asking anew.
  private static let largestGap: Int64 = 256 << 10
  private static let largestRun: Int64 = 8 << 20

  /// - Parameter entries: of one pack, by offset.
  static func runs(of entries: [Int], in index: BlobIndex) -> [PackRun] {
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
