package import CoffreCore
import CoffreSystem
import Synchronization

/// Runs jobs: the only bridge between the async side and the threads that move bytes.
///
/// It tells the sinks how the job begins, how far it is, and how it ends; exactly one `finished` or `failed` comes last.
package struct JobRunner: Sendable {
  private static let progressInterval = Duration.milliseconds(250)
  private let sinks: EventFan

  package init(sinks: [any EventSink]) { self.sinks = EventFan(sinks) }

  /// Waits for the job on one continuation; its work happens on threads of its own.
  ///
  /// - Returns: how it ended.
  package func run(_ job: any Job, cancellation: Cancellation) async -> ExitCode {
    await withCheckedContinuation { continuation in
      do throws(SystemError) {
        _ = try EngineThread.start(named: "job") { continuation.resume(returning: performAlone(job, cancellation)) }
      } catch {
        sinks.take(.failed(error.explanation, error.exitCode))
        continuation.resume(returning: error.exitCode)
      }
    }
  }

  /// A job that fails stops its own threads, and not the jobs that the same command runs after it.
  private func performAlone(_ job: any Job, _ cancellation: Cancellation) -> ExitCode {
    let own = Cancellation()
    return cancellation.whenCancelled {
      own.cancel(cancellation.reason ?? .interrupted)
    } during: {
      perform(job, own)
    }
  }

  private func perform(_ job: any Job, _ cancellation: Cancellation) -> ExitCode {
    sinks.take(.started(job.description))
    let result = Result {
      let ticker = ProgressTicker()
      let thread = try EngineThread.start(named: "tick") {
        var estimator = ProgressEstimator()
        ticker.run(every: Self.progressInterval) { elapsed in
          if let progress = job.progress(elapsed: elapsed) { sinks.take(.progress(estimator.estimate(progress))) }
        }
      }
      defer {
        ticker.stop()
        thread.join()
      }
      return try job.perform(JobContext(events: sinks, cancellation: cancellation))
    }
    switch result {
    case .success(let result):
      sinks.take(.finished(result))
      return result.exitCode
    case .failure(let error):
      let (explanation, code) = explain(error, of: job, cancellation)
      sinks.take(.failed(explanation, code))
      return code
    }
  }

  private func explain(_ error: any Error, of job: any Job, _ cancellation: Cancellation) -> (Explanation, ExitCode) {
    // Whatever broke because of a signal broke because of the signal.
    if let reason = cancellation.reason, reason != .failedElsewhere {
      let cancelled = Cancelled(reason: reason)
      let explanation =
        job.goesOn
        ? cancelled.explanation
        : cancelled.explanation(advising: "Run the same command again when you like; it begins anew.")
      return (explanation, cancelled.exitCode)
    }
    return (explanation(of: error), (error as? any Explained)?.exitCode ?? .failed)
  }
}

/// Calls back at regular intervals until it is stopped.
private final class ProgressTicker: Sendable {
  private let isStopped = Monitor(false)

  func run(every interval: Duration, _ tick: (Duration) -> Void) {
    let start = ContinuousClock.now
    while isStopped.wait(for: interval, until: { $0 }, then: { _ in true }) == nil { tick(ContinuousClock.now - start) }
  }

  func stop() { isStopped.withLock { $0 = true } }
}
