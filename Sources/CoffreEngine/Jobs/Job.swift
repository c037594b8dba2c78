package import CoffreCore
import CoffreRepository

/// One order: everything it needs to be done once, by one runner. Commands, the API and the scheduler make jobs and hand
/// them to a `JobRunner`; nothing else works on repositories.
package protocol Job: Sendable {
  var description: JobDescription { get }
  /// Does the work on the calling thread, which may block. Called once.
  func perform(_ context: JobContext) throws -> JobResult
  /// How far it is; asked from another thread while `perform` runs.
  func progress(elapsed: Duration) -> JobProgress?
  /// Whether what a stopped run has done serves the next one; else it is undone.
  var goesOn: Bool { get }
}

extension Job {
  package var goesOn: Bool { true }
}

/// What a running job is given.
package struct JobContext: Sendable {
  package let events: any EventSink
  package let cancellation: Cancellation

  package init(events: any EventSink, cancellation: Cancellation) {
    self.events = events
    self.cancellation = cancellation
  }

  package func note(_ text: Message) { events.take(.note(text)) }

  /// A lost pack: what it held is stored again as far as the source still has it.
  func storeAgain(_ error: RepositoryError) {
    warn("lost-pack", error, "what it held is stored again if the source still has it")
  }

  /// A damaged object that the job can do without.
  func passOver(_ error: RepositoryError) { warn("passed-over", error, "passed over") }

  /// What of a filter no snapshot has: a run that silently does nothing would pass for one that did its work.
  func tellMisses(of filter: SnapshotFilter, among snapshots: [StoredSnapshot]) {
    for miss in filter.misses(among: snapshots) {
      events.take(
        .warning(JobWarning(code: "no-match", subject: miss.part, message: miss.message, isLoss: false)))
    }
  }

  /// A run that ends because it was told to says no more than that: here it says what it could not undo.
  func tellLeft(_ error: any Error) {
    guard cancellation.isCancelled, let left = error as? SourceError, left.reason != .cancelled else { return }
    events.take(
      .warning(JobWarning(code: "not-undone", subject: displayed(left.path), message: left.cause, isLoss: true)))
  }

  private func warn(_ code: String, _ error: RepositoryError, _ consequence: Message) {
    let (subject, problem) = error.finding
    events.take(
      .warning(JobWarning(code: code, subject: subject, message: "\(problem); \(consequence)", isLoss: false)))
  }
}
