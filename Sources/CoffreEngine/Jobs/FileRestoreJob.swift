package import CoffreCore
import Synchronization

/// A restore of a file that another tool made, without a repository.
package final class FileRestoreJob: Job {
  /// Where the file went, and what people should know.
  package struct Outcome: Sendable {
    package var target: String
    package var notes: [SourceNote]

    package init(target: String, notes: [SourceNote]) {
      self.target = target
      self.notes = notes
    }
  }

  /// A restore that can begin.
  package struct Work {
    /// Of what will be taken, in bytes, if that is known.
    let size: Int64?
    let run: (_ progress: @escaping @Sendable (Int64) -> Void) throws -> Outcome

    /// - Parameter run: restores everything, or nothing; tells how many bytes it took, as it takes them.
    package init(
      size: Int64?, run: @escaping (_ progress: @escaping @Sendable (Int64) -> Void) throws -> Outcome
    ) {
      self.size = size
      self.run = run
    }
  }

  package let description: JobDescription
  private let prepare: @Sendable (JobContext) throws -> Work
  private let bytesTaken = Atomic<Int64>(0)
  /// 0 while unknown.
  private let bytesTotal = Atomic<Int64>(0)
  private let told = Mutex<[SourceNote]>([])

  package let goesOn = false

  /// What was restored, for people; complete when the job has ended.
  package var report: [SourceNote] { told.withLock { $0 } }

  /// - Parameter target: for people, without a secret.
  package init(_ file: String, target: String, prepare: @escaping @Sendable (JobContext) throws -> Work) {
    self.prepare = prepare
    description = JobDescription(kind: "restore", repository: "", subjects: [file, target])
  }

  package func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    let work = try prepare(context)
    bytesTotal.store(work.size ?? 0, ordering: .relaxed)
    let outcome: Outcome
    do {
      outcome = try work.run { [self] count in _ = bytesTaken.add(count, ordering: .relaxed) }
    } catch {
      context.tellLeft(error)
      throw error
    }
    told.withLock { $0 = outcome.notes.filter(\.isGood) }
    let remarks = outcome.notes.filter { !$0.isGood }
    for note in remarks {
      context.events.take(
        .warning(JobWarning(code: "target-note", subject: note.subject, message: note.message, isLoss: false)))
    }
    let facts = [
      JobFact("target", .text(outcome.target)), JobFact("bytes", .bytes(bytesTaken.load(ordering: .relaxed))),
      JobFact("notes", .count(remarks.count)), JobFact("duration", .duration(ContinuousClock.now - start)),
      JobFact("report", .list(report.map { "\($0.subject): \($0.message)" })),
    ]
    return JobResult(exitCode: .done, facts: facts)
  }

  package func progress(elapsed: Duration) -> JobProgress? {
    let total = bytesTotal.load(ordering: .relaxed)
    return JobProgress(
      phase: "restore", elapsed: elapsed, bytesDone: bytesTaken.load(ordering: .relaxed),
      bytesTotal: total > 0 ? total : nil)
  }
}
