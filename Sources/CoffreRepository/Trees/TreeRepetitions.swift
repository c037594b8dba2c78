/// How often a walk met trees again: a hostile snapshot may name a few of them again and again, without end.
struct TreeRepetitions: Sendable {
  private let limit: Int
  private var trees = BlobIDSet()
  private var entries = 0
  private var distinctEntries = 0
  private var wasRefused = false

  /// - Parameter limit: entries in trees that were met before, beside those that so many distinct ones excuse.
  init(limit: Int) { self.limit = limit }

  /// Files differ by their inodes and times, so that trees of honest snapshots seldom repeat; empty ones do.
  mutating func allow(_ tree: TreeID, count: Int) -> Bool {
    guard !trees.insert(tree) else {
      distinctEntries += count
      return true
    }
    guard count == 0 || entries + count <= limit + 10 * distinctEntries else { return false }
    entries += count
    return true
  }

  mutating func isFirstRefusal() -> Bool {
    defer { wasRefused = true }
    return !wasRefused
  }
}
