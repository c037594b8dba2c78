import CoffreCore
import Synchronization

/// What one row tells, handed on with the row's name; what became of it is remembered.
final class RowEvents: EventSink {
  private struct State: Sendable {
    var warnings = 0
    var losses = 0
    var firstLoss: Message?
  }

  private let label: String
  private let events: any EventSink
  private let tellsNotes: Bool
  private let state = Mutex(State())

  init(_ label: String, _ events: any EventSink, tellsNotes: Bool) {
    self.label = label
    self.events = events
    self.tellsNotes = tellsNotes
  }

  func take(_ event: JobEvent) {
    switch event {
    case .warning(let warning): warn(warning)
    case .note(let text): if tellsNotes { note(text) }
    case .started, .progress, .item, .part, .finished, .failed: break
    }
  }

  func note(_ text: Message) { events.take(.note("row \(label): \(text)")) }

  func warn(_ code: String, _ message: Message, isLoss: Bool = false) {
    warn(JobWarning(code: code, subject: "", message: message, isLoss: isLoss))
  }

  /// What a source says.
  func tell(_ notes: [SourceNote]) {
    for told in notes {
      if told.isGood {
        note(told.message)
      } else {
        warn(JobWarning(code: "source-note", subject: told.subject, message: told.message, isLoss: told.isLoss))
      }
    }
  }

  private func warn(_ warning: JobWarning) {
    state.withLock { state in
      state.warnings += 1
      guard warning.isLoss else { return }
      state.losses += 1
      if state.firstLoss == nil {
        state.firstLoss =
          warning.subject.isEmpty ? warning.message : "'\(warning.subject)': \(warning.message)"
      }
    }
    let row = #"row \#(label)"#
    events.take(
      .warning(
        JobWarning(
          code: warning.code, subject: warning.subject.isEmpty ? row : row + ": " + warning.subject,
          message: warning.message, isLoss: warning.isLoss)))
  }

  var warnings: Int { state.withLock { $0.warnings } }
  var losses: Int { state.withLock { $0.losses } }
  var firstLoss: Message? { state.withLock { $0.firstLoss } }
}
