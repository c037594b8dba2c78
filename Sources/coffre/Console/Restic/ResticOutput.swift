import CoffreCore
import CoffreEngine
import CoffreRepository
import CoffreSystem
import Synchronization

/// Events as restic prints them with `--json`: its message types and fields, results on stdout, errors on stderr
/// (restic-format, "--json"). For scripts that were written for restic.
final class ResticOutput: EventSink {
  private struct State {
    var job = ""
    var repository = ""
    var errors = 0
    var lastStatus: ContinuousClock.Instant?
  }

  private static let interval = Duration.milliseconds(100)
  private let isQuiet: Bool
  private let verbosity: Int
  private let state = Mutex(State())

  init(isQuiet: Bool, verbosity: Int) {
    self.isQuiet = isQuiet
    self.verbosity = verbosity
  }

  func take(_ event: JobEvent) {
    switch event {
    case .started(let job):
      state.withLock { state in
        state.job = job.kind
        state.repository = job.repository
      }
    case .progress(let progress): if !isQuiet { show(progress) }
    case .warning(let warning): show(warning)
    case .item(let item): if verbosity > 0 { print(verboseStatus(item)) }
    case .note, .part: break
    case .finished(let result): finish(result)
    case .failed(let explanation, let code): fail(explanation, code)
    }
  }

  private func show(_ progress: JobProgress) {
    let (job, errors, isDue) = state.withLock { state in
      let now = ContinuousClock.now
      let isDue = state.lastStatus.map { now - $0 >= Self.interval } ?? true
      if isDue { state.lastStatus = now }
      return (state.job, state.errors, isDue)
    }
    guard isDue, job == "backup" || job == "restore" else { return }
    print(ResticJSON.status(of: job, progress, errors: errors))
  }

  private func show(_ warning: JobWarning) {
    let job = state.withLock { state in
      if warning.isLoss { state.errors += 1 }
      return state.job
    }
    let isError = warning.isLoss || job == "check" && warning.code == "damaged"
    guard isError else { return }
    let line =
      job == "check"
      ? ResticJSON.line("error") { $0.field("message") { $0.string("\(warning.subject): \(warning.message)") } }
      : ResticJSON.line("error") { json in
        json.field("error") { json in
          json.beginObject()
          json.field("message") { $0.string("\(warning.message)") }
          json.endObject()
        }
        json.field("during") { $0.string(job == "restore" ? "restore" : "archival") }
        json.field("item") { $0.string(warning.subject) }
      }
    try? StandardStream.errors.write(line)
  }

  private func verboseStatus(_ item: JobItem) -> [UInt8] {
    let action = item.action == "changed" ? "modified" : item.action
    return ResticJSON.line("verbose_status") { json in
      json.field("action") { $0.string(action) }
      json.field("item") { $0.string(item.path) }
      json.field(state.withLock { $0.job } == "restore" ? "size" : "data_size") { $0.number(UInt64(max(0, item.size))) }
    }
  }

  private func finish(_ result: JobResult) {
    let (job, repository) = state.withLock { ($0.job, $0.repository) }
    guard let line = ResticJSON.summary(of: job, result, repository: repository) else { return }
    print(line)
  }

  private func fail(_ explanation: Explanation, _ code: ExitCode) {
    let problem = "\(explanation.problem)"
    let text = "Fatal: " + (explanation.cause.map { "\(problem): \($0)" } ?? problem)
    let line = ResticJSON.line("exit_error") { json in
      json.field("code") { $0.number(UInt64(code.rawValue)) }
      json.field("message") { $0.string(text) }
    }
    try? StandardStream.errors.write(line)
  }

  private func print(_ line: [UInt8]) { try? StandardStream.output.write(line) }
}
