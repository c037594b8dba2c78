package import CoffreCore
import Synchronization

/// The counters of work on a shelf, and who is told of what happens.
package final class ShelfProgress: Sendable {
  package struct Counters: Sendable, Hashable {
    /// What is being done.
    package var phase: Message
    package var entries = 0
    package var files = 0
    package var filesTotal: Int?
    package var bytes: Int64 = 0
    package var bytesTotal: Int64?
    package var filesNew = 0
    package var filesChanged = 0
    package var filesUnmodified = 0
    package var warnings = 0
    package var losses = 0
    package var currentItem = ""

    package init(phase: Message) { self.phase = phase }
  }

  private let counters: Mutex<Counters>
  package let events: any EventSink
  private let reportsItems: Bool

  package init(_ phase: Message, events: any EventSink, reportsItems: Bool = false) {
    counters = Mutex(Counters(phase: phase))
    self.events = events
    self.reportsItems = reportsItems
  }

  package var snapshot: Counters { counters.withLock { $0 } }

  package func count(_ change: (inout Counters) -> Void) { counters.withLock { change(&$0) } }

  /// Begins another part of the work, with totals of its own.
  func begin(_ phase: Message, files: Int? = nil, bytes: Int64? = nil) {
    count { counters in
      counters.phase = phase
      counters.files = 0
      counters.bytes = 0
      counters.filesTotal = files
      counters.bytesTotal = bytes
    }
  }

  package func warn(_ code: String, _ subject: PathBytes, _ message: Message, isLoss: Bool) {
    count { counters in
      counters.warnings += 1
      if isLoss { counters.losses += 1 }
    }
    events.take(.warning(JobWarning(code: code, subject: displayed(subject), message: message, isLoss: isLoss)))
  }

  /// What a source says at its end.
  func tell(_ notes: [SourceNote]) {
    for note in notes where !note.isGood {
      warn("source-note", Array(note.subject.utf8), note.message, isLoss: note.isLoss)
    }
  }

  func item(_ action: String, _ path: PathBytes, size: Int64) {
    guard reportsItems else { return }
    events.take(.item(JobItem(action: action, path: displayed(path), size: size)))
  }
}
