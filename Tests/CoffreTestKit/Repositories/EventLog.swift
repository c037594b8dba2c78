package import CoffreCore
import Synchronization

/// Keeps every event for the test to look at.
package final class EventLog: EventSink {
  private let events = Mutex([JobEvent]())

  package init() {}

  package func take(_ event: JobEvent) { events.withLock { $0.append(event) } }

  package var warnings: [JobWarning] {
    events.withLock { events in
      events.compactMap { if case .warning(let warning) = $0 { warning } else { nil } }
    }
  }

  package var notes: [String] {
    events.withLock { events in
      events.compactMap { if case .note(let text) = $0 { text.description } else { nil } }
    }
  }

  package var losses: [JobWarning] { warnings.filter(\.isLoss) }

  /// One line for each warning: `code subject: message`.
  package var text: String {
    warnings.map { "\($0.code) \($0.subject): \($0.message)" }.joined(separator: "\n")
  }

  package func has(_ code: String, _ subject: String) -> Bool {
    warnings.contains { $0.code == code && $0.subject == subject }
  }
}
