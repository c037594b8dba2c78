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
}

/// What a running job is given.
package struct JobContext: Sendable {
  package let events: any EventSink
  package let cancellation: Cancellation

  package init(events: any EventSink, cancellation: Cancellation) {
    self.events = events
    self.cancellation = cancellation
  }

  package func note(_ text: String) { events.take(.note(text)) }

  /// A lost pack: what it held is stored again as far as the source still has it.
  func storeAgain(_ error: RepositoryError) {
    events.take(
      .warning(
        JobWarning(
          code: "lost-pack", subject: error.explanation.problem,
          message: "\(error.explanation.cause ?? ""); what it held is stored again if the source still has it",
          isLoss: false)))
  }

  /// A damaged object that the job can do without.
  func passOver(_ error: RepositoryError) {
    events.take(
      .warning(
        JobWarning(
          code: "passed-over", subject: error.explanation.problem, message: error.explanation.cause ?? "", isLoss: false
        )))
  }
}
