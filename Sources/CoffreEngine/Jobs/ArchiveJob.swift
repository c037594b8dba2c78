package import CoffreCore
import CoffreSystem
import Synchronization

/// Work on one archive file: who composes the job knows archives and sources, this one only runs it.
package final class ArchiveJob: Job {
  /// How far it is.
  package struct Counters: Sendable, Hashable {
    package var files = 0
    package var bytes: Int64 = 0
    /// `nil` while unknown.
    package var bytesTotal: Int64?
    package init() {}
  }

  /// What the work tells while it runs. May be called from any thread.
  package struct Report: Sendable {
    fileprivate let counters: Box
    package let context: JobContext

    package func progress(files: Int, bytes: Int64) {
      counters.value.withLock { counters in
        counters.files = files
        counters.bytes = bytes
      }
    }

    package func expect(bytes: Int64?) { counters.value.withLock { $0.bytesTotal = bytes } }

    /// What the archive or the place lacks.
    package func note(_ note: ArchiveFitting.Note) {
      context.events.take(
        .warning(
          JobWarning(code: note.code, subject: displayed(note.path), message: note.message, isLoss: note.isLoss)))
    }
  }

  fileprivate final class Box: Sendable {
    let value = Mutex(Counters())
  }

  package let description: JobDescription
  package let goesOn = false
  private let phase: Message
  private let work: @Sendable (Report) throws -> JobResult
  private let counters = Box()

  /// - Parameters:
  ///   - kind: `archive-create`…
  ///   - phase: as the progress names it.
  package init(
    _ kind: String, subjects: [String], phase: Message, work: @escaping @Sendable (Report) throws -> JobResult
  ) {
    self.phase = phase
    self.work = work
    description = JobDescription(kind: kind, repository: "", subjects: subjects)
  }

  package func perform(_ context: JobContext) throws -> JobResult {
    try work(Report(counters: counters, context: context))
  }

  package func progress(elapsed: Duration) -> JobProgress? {
    let counters = counters.value.withLock { $0 }
    return JobProgress(
      phase: phase, elapsed: elapsed, filesDone: counters.files, bytesDone: counters.bytes,
      bytesTotal: counters.bytesTotal)
  }
}
