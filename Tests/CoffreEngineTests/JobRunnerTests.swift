import CoffreCore
import CoffreSystem
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreEngine

@Suite("Job runner")
struct JobRunnerTests {
  /// A job that does what the test says.
  private struct SampleJob: Job {
    let description = JobDescription(kind: "sample", repository: "memory", subjects: [])
    let goesOn: Bool
    let work: @Sendable (JobContext) throws -> JobResult

    init(goingOn: Bool = true, _ work: @escaping @Sendable (JobContext) throws -> JobResult) {
      goesOn = goingOn
      self.work = work
    }

    func perform(_ context: JobContext) throws -> JobResult { try work(context) }

    func progress(elapsed: Duration) -> JobProgress? {
      JobProgress(phase: "sample", elapsed: elapsed, filesDone: 1, bytesDone: 2)
    }
  }

  /// The kinds of events in their order.
  private final class Order: EventSink {
    private let kinds = Mutex([String]())
    var all: [String] { kinds.withLock { $0 } }

    func take(_ event: JobEvent) {
      let kind =
        switch event {
        case .started: "started"
        case .progress: "progress"
        case .warning: "warning"
        case .item: "item"
        case .part: "part"
        case .note: "note"
        case .finished(let result): "finished \(result.exitCode)"
        case .failed(let explanation, let code): "failed \(code): \(explanation.problem)"
        }
      kinds.withLock { $0.append(kind) }
    }
  }

  private final class LastWords: EventSink {
    private let explanations = Mutex([Explanation]())
    var all: [Explanation] { explanations.withLock { $0 } }

    func take(_ event: JobEvent) {
      if case .failed(let explanation, _) = event { explanations.withLock { $0.append(explanation) } }
    }
  }

  private struct Known: Explained {
    let explanation = Explanation("no room")
    let exitCode = ExitCode.noSpace
  }

  private struct Unknown: Error {}

  private func run(
    _ cancellation: Cancellation = Cancellation(), _ work: @escaping @Sendable (JobContext) throws -> JobResult
  ) async -> (code: ExitCode, events: [String]) {
    let order = Order()
    let code = await JobRunner(sinks: [order]).run(SampleJob(work), cancellation: cancellation)
    return (code, order.all)
  }

  @Test func `tells start, notes and end`() async {
    let (code, events) = await run { context in
      context.note("hello")
      return JobResult(exitCode: .partial, facts: [])
    }
    #expect(code == .partial)
    #expect(events == ["started", "note", "finished partial"])
  }

  @Test func `an error that explains itself gives the exit code`() async {
    let (code, events) = await run { _ in throw Known() }
    #expect(code == .noSpace)
    #expect(events == ["started", "failed noSpace: no room"])
  }

  @Test func `any other error is a failure`() async {
    let (code, events) = await run { _ in throw Unknown() }
    #expect(code == .failed)
    #expect(events.count == 2 && events[1].hasPrefix("failed failed"))
  }

  @Test(arguments: [(reason: Cancellation.Reason.interrupted, code: ExitCode.interrupted), (.terminated, .terminated)])
  func `whatever breaks after a signal broke because of it`(
    _ example: (reason: Cancellation.Reason, code: ExitCode)
  ) async {
    let cancellation = Cancellation()
    let (code, _) = await run(cancellation) { context in
      cancellation.cancel(example.reason)
      throw Known()
    }
    #expect(code == example.code)
  }

  @Test(arguments: [true, false])
  func `a run that was stopped says whether the next one goes on`(_ goesOn: Bool) async {
    let cancellation = Cancellation()
    let words = LastWords()
    let job = SampleJob(goingOn: goesOn) { _ in
      cancellation.cancel(.terminated)
      throw Known()
    }
    _ = await JobRunner(sinks: [words]).run(job, cancellation: cancellation)
    #expect(words.all.map(\.problem) == ["terminated"])
    let advice = words.all.first?.advice?.description ?? ""
    #expect(advice.contains("goes on from what is done") == goesOn && advice.contains("begins anew") == !goesOn)
  }

  @Test func `what stopped because another part failed tells of that part`() async {
    let cancellation = Cancellation()
    let (code, events) = await run(cancellation) { _ in
      cancellation.cancel(.failedElsewhere)
      throw Known()
    }
    #expect(code == .noSpace)
    #expect(events.last == "failed noSpace: no room")
  }

  @Test func `a job that fails does not stop what comes after it`() async {
    let cancellation = Cancellation()
    let job = SampleJob { context in
      context.cancellation.cancel(.failedElsewhere)
      throw Known()
    }
    #expect(await JobRunner(sinks: []).run(job, cancellation: cancellation) == .noSpace)
    #expect(!cancellation.isCancelled)
  }

  @Test func `progress comes while it works, and never after the end`() async {
    let order = Order()
    let job = SampleJob { _ in
      let deadline = Clock.monotonic() + .seconds(120)
      while order.all.count(where: { $0 == "progress" }) < 2, Clock.monotonic() < deadline {
        try pause(for: .milliseconds(20), unless: Cancellation())
      }
      return JobResult(exitCode: .done, facts: [])
    }
    #expect(await JobRunner(sinks: [order]).run(job, cancellation: Cancellation()) == .done)
    #expect(order.all.count { $0 == "progress" } >= 2)
    #expect(order.all.last == "finished done")
  }

  @Test func `every sink hears everything`() async {
    let sinks = [Order(), Order()]
    _ = await JobRunner(sinks: sinks).run(
      SampleJob { _ in JobResult(exitCode: .done, facts: []) }, cancellation: Cancellation())
    #expect(sinks[0].all == sinks[1].all && sinks[0].all.count == 2)
  }
}
