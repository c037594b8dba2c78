package import CoffreCore
import Synchronization

/// How far a repair is, and where it tells what it finds; shared by its threads.
package final class RepairProgress: Sendable {
  package struct Counters: Sendable, Hashable {
    package var phase: Message = "index"
    package var packs = 0
    package var packsTotal = 0
    package var bytes: Int64 = 0
    package var bytesTotal: Int64 = 0
    package var warnings = 0
  }

  private let counters = Mutex(Counters())
  let events: any EventSink

  package init(events: any EventSink) { self.events = events }

  package var snapshot: Counters { counters.withLock { $0 } }

  func count(_ change: (inout Counters) -> Void) { counters.withLock { change(&$0) } }

  func warn(_ code: String, _ subject: String, _ message: Message, isLoss: Bool) {
    count { $0.warnings += 1 }
    events.take(.warning(JobWarning(code: code, subject: subject, message: message, isLoss: isLoss)))
  }
}
