package import CoffreCore
import Synchronization

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

/// Counters of a running restore, written by all its threads.
package final class RestoreProgress: Sendable {
  package struct Counters: Sendable, Hashable {
    package var entriesTotal = 0
    package var filesTotal = 0
    package var filesDone = 0
    package var filesSkipped = 0
    package var bytesTotal: Int64 = 0
    package var bytesDone: Int64 = 0
    package var bytesSkipped: Int64 = 0
    package var filesVerified = 0
    package var entriesDeleted = 0
    /// Losses that are more than attributes.
    package var missing = 0
    package var losses = 0
    package var warnings = 0
  }

  private let counters = Mutex(Counters())
  private let events: any EventSink
  private let reportsItems: Bool

  package init(events: any EventSink, reportsItems: Bool) {
    self.events = events
    self.reportsItems = reportsItems
  }

  package var snapshot: Counters { counters.withLock { $0 } }

  func count(_ change: (inout Counters) -> Void) { counters.withLock { change(&$0) } }

  func warn(_ code: String, _ subject: String, _ message: Message, isLoss: Bool = true) {
    count { counters in
      counters.warnings += 1
      if isLoss { counters.losses += 1 }
      if isLoss, code != "metadata" { counters.missing += 1 }
    }
    events.take(.warning(JobWarning(code: code, subject: subject, message: message, isLoss: isLoss)))
  }

  func item(_ action: String, _ path: @autoclosure () -> PathBytes, size: Int64) {
    guard reportsItems else { return }
    events.take(.item(JobItem(action: action, path: displayed(path()), size: size)))
  }
}
