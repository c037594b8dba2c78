package import CoffreCore

/// What of a snapshot is restored, and how.
package struct RestoreRequest: Sendable {
  package var snapshot: StoredSnapshot
  /// A directory or file of the snapshot whose contents go to the target; empty for the whole.
  package var subpath: [PathBytes] = []
  package var includes = PatternList()
  package var excludes = PatternList()
  package var isDryRun = false
  /// Read everything back afterwards and compare.
  package var verifies = false
  /// Remove what the restored directories hold and the snapshot lacks.
  package var clears = false
  /// How many entries may come from directories that the snapshot names again: a few crafted trees that name each other
  /// could otherwise stand for more entries than any memory or disk holds.
  package var repetitionLimit = 1_000_000
  package var threadCount: Int

  package init(snapshot: StoredSnapshot, threadCount: Int) {
    self.snapshot = snapshot
    self.threadCount = threadCount
  }
}
