import CoffreCore
import CoffreInventory

/// What a run tells, in the log of the day.
final class InventoryLog: EventSink {
  private let log: DayLog

  /// - Parameter secrets: which must not stand in it, whoever says them.
  init(_ folder: PathBytes, hiding secrets: [Secret], _ console: Console) {
    var settings = DayLog.Settings(folder: folder)
    settings.hidden = secrets
    log = DayLog(settings, language: console.language) { problem in
      console.note("warning: \(problem)")
    }
  }

  func take(_ event: JobEvent) {
    switch event {
    case .started(let job): log.write(.info, "the run of '\(job.subjects.first ?? "")' begins")
    case .part(let part): log.write(part.exitCode == .done ? .info : .error, part.message)
    case .warning(let warning):
      let subject = HumanOutput.words(for: warning.subject)
      log.write(warning.isLoss ? .error : .warning, "\(subject): \(warning.message)")
    case .note(let text): log.write(.info, text)
    case .finished(let result):
      let good = result.count("good")
      log.write(
        result.exitCode == .done ? .info : .error,
        "the run has ended: \(good) of \(counted(result.count("active"), "row")) backed up")
      log.close()
    case .failed(let explanation, _):
      log.write(.error, explanation.cause.map { "\(explanation.problem): \($0)" } ?? explanation.problem)
      log.close()
    case .progress, .item: break
    }
  }
}
