package import CoffreCore
import Synchronization

/// What is counted while work goes on.
package protocol WorkCounters: Sendable {
  var warnings: Int { get set }

  init()

  /// Counts what was told.
  mutating func add(_ warning: JobWarning)
}

extension WorkCounters {
  package mutating func add(_ warning: JobWarning) { warnings += 1 }
}

/// How far work is, and where it tells what it finds; shared by all its threads.
package final class WorkProgress<Counters: WorkCounters>: Sendable {
  let events: any EventSink
  private let reportsItems: Bool
  private let counters = Mutex(Counters())

  package init(events: any EventSink, reportsItems: Bool = false) {
    self.events = events
    self.reportsItems = reportsItems
  }

  package var snapshot: Counters { counters.withLock { $0 } }

  package func count(_ change: (inout Counters) -> Void) { counters.withLock { change(&$0) } }

  func note(_ text: Message) { events.take(.note(text)) }

  func warn(_ code: String, _ subject: String, _ message: Message, isLoss: Bool = true) {
    let warning = JobWarning(code: code, subject: subject, message: message, isLoss: isLoss)
    count { $0.add(warning) }
    events.take(.warning(warning))
  }

  /// One entry that was taken, left out or changed.
  func item(_ action: String, _ path: @autoclosure () -> PathBytes, size: Int64) {
    if reportsItems { events.take(.item(JobItem(action: action, path: displayed(path()), size: size))) }
  }
}
