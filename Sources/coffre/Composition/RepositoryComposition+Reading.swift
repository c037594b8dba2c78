import CoffreCore
import CoffreEngine
import CoffreRepository

extension RepositoryComposition {
  /// Opens the repository for a question and holds a shared lock meanwhile, where one can be written.
  ///
  /// Questions answer at once and leave no journal; whatever takes long or changes something is a `Job`.
  func reading<Result>(_ console: Console, _ body: (Repository) throws -> Result) throws -> Result {
    let context = JobContext(events: NoteSink(console: console), cancellation: console.cancellation)
    return try untilCancelled {
      try access.withRepository(.reading, context) { repository, _ in try body(repository) }
    }
  }
}

/// Shows notes and warnings; questions have no other events.
private struct NoteSink: EventSink {
  let console: Console

  func take(_ event: JobEvent) {
    switch event {
    case .note(let text): if !console.isQuiet { console.note(text) }
    case .warning(let warning): console.note("warning: '\(warning.subject)': \(warning.message)")
    default: break
    }
  }
}
