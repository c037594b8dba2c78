import CoffreCore

/// One read of a pack: neighbouring blobs, with small gaps between them.
struct PackRun: Sendable, Hashable {
  private(set) var range: Range<Int64>
  /// Numbers in the index, by offset; those in the range that are wanted.
  private(set) var entries: [Int]

  /// - Parameters:
  ///   - entries: of one pack, by offset.
  ///   - limits: a blob that is larger is read alone.
  static func runs(of entries: [Int], in index: BlobIndex, _ limits: RunLimits) -> [PackRun] {
    var runs: [PackRun] = []
    for entry in entries {
      let location = index.location(ofEntry: entry)
      let start = Int64(location.offset)
      let end = start + Int64(location.length)
      if let last = runs.last, limits.allow(last.range, toReach: start..<end) {
        runs[runs.count - 1].range = last.range.lowerBound..<max(end, last.range.upperBound)
        runs[runs.count - 1].entries.append(entry)
      } else {
        runs.append(PackRun(range: start..<end, entries: [entry]))
      }
    }
    return runs
  }
}
