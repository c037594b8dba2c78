import CoffreCore

/// Which blobs a copy brings, by their entry numbers in the source's index: each once, for all groups of snapshots.
struct CopyPlan: Sendable {
  /// One bit an entry.
  private var known: [UInt64]
  /// Of the group at hand.
  private(set) var entries: [Int] = []
  /// Of the group at hand, in the source's packs.
  private(set) var bytes: Int64 = 0

  /// - Parameter entryCount: of the source's index.
  init(entryCount: Int) { known = [UInt64](repeating: 0, count: entryCount / 64 + 1) }

  mutating func add(_ entry: Int, length: UInt32) {
    let bit = UInt64(1) << UInt64(entry & 63)
    guard known[entry >> 6] & bit == 0 else { return }
    known[entry >> 6] |= bit
    entries.append(entry)
    bytes += Int64(length)
  }

  /// Hands over the group's entries and begins the next.
  mutating func takeGroup() -> [Int] {
    defer { (entries, bytes) = ([], 0) }
    return entries
  }
}

/// One read: wanted blobs of one pack that lie near each other.
struct BlobRun: Sendable {
  let pack: PackID
  private(set) var entries: [Int]
  private(set) var range: Range<Int64>

  private static let largestGap: Int64 = 128 << 10
  private static let largestRun: Int64 = 8 << 20

  /// The reads of a group, pack after pack and each from its beginning to its end.
  static func runs(of entries: [Int], in index: BlobIndex) -> [BlobRun] {
    var runs: [BlobRun] = []
    let sorted = entries.map { (entry: $0, pack: index.packNumber(ofEntry: $0), at: index.location(ofEntry: $0)) }
      .sorted { ($0.pack, $0.at.offset) < ($1.pack, $1.at.offset) }
    for (entry, _, location) in sorted {
      let start = Int64(location.offset)
      let end = start + Int64(location.length)
      if var last = runs.last, last.pack == location.pack, start - last.range.upperBound <= largestGap,
        end - last.range.lowerBound <= largestRun
      {
        last.entries.append(entry)
        last.range = last.range.lowerBound..<max(end, last.range.upperBound)
        runs[runs.count - 1] = last
      } else {
        runs.append(BlobRun(pack: location.pack, entries: [entry], range: start..<end))
      }
    }
    return runs
  }
}
