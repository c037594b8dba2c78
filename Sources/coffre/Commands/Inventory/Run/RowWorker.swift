import CoffreCore
import CoffreEngine
import CoffreInventory
import CoffreSystem

/// Takes rows from the queue and does them, on as many threads as call it.
struct RowWorker: Sendable {
  let rows: [RunRow]
  let settings: RunSettings
  let shared: RunShared
  let queue: Monitor<RowQueue>
  let progress: RunProgress
  let context: JobContext
  /// Writes an outcome into the list. Nothing old is removed before: a run that is killed in between must leave no list that
  /// names an archive which is gone.
  let write: @Sendable (RunResult) -> Void
  /// Told of each row that has come to its end.
  let ended: @Sendable (RunResult) -> Void

  /// Returns when no row is left, or the run is to stop.
  func work() {
    while let turn = next() {
      let row = rows[turn.row]
      progress.begin(turn.row, label: row.label, name: row.name)
      switch attempt(row, turn) {
      case .ended(let result):
        progress.end(
          turn.row, isGood: result.status == .done, files: result.files, bytes: result.bytes,
          warnings: result.warnings)
        if settings.writesArchives, let plan = row.plan { shared.shelves.left(plan.destination) }
        ended(result)
        queue.withLock { $0.finished(turn) }
      case .away(let message):
        progress.postpone(turn.row)
        context.events.take(
          .warning(
            JobWarning(
              code: "postponed", subject: #"row \#(row.label)"#,
              message: "\(message); it is tried again in \(settings.queue.pause)", isLoss: false)))
        queue.withLock { $0.postponed(turn, at: Clock.monotonic()) }
      }
    }
  }

  private func next() -> RowQueue.Turn? {
    while !context.cancellation.isCancelled {
      let (step, returns) = queue.withLock(signalling: false) { ($0.next(at: Clock.monotonic()), $0.returns) }
      let deadline: Duration
      switch step {
      case .turn(let turn): return turn
      case .end: return nil
      case .wait(let moment): deadline = moment
      case .waitForOthers: deadline = .seconds(Int64.max >> 8)
      }
      // Until a row comes back, its time has come, or the run is to stop.
      let pause = min(max(.milliseconds(1), deadline - Clock.monotonic()), .seconds(60))
      _ = queue.wait(
        for: pause, until: { $0.returns != returns || context.cancellation.isCancelled }, then: { _ in })
    }
    return nil
  }
}

// MARK: One row

extension RowWorker {
  private enum Attempt {
    case ended(RunResult)
    case away(Message)
  }

  private func attempt(_ row: RunRow, _ turn: RowQueue.Turn) -> Attempt {
    let began = Clock.now()
    let start = ContinuousClock.now
    let events = RowEvents(row.label, context.events, tellsNotes: settings.isVerbose)
    /// Notes how it ended, in the list too.
    func end(_ status: RowStatus, _ message: Message, _ found: RowRun.Found = RowRun.Found()) -> RunResult {
      var result = RunResult(
        row: row, status: status, message: message, began: began, duration: ContinuousClock.now - start)
      result.attempts = turn.attempt
      result.archive = found.archive
      result.archiveBytes = found.archiveBytes
      result.snapshot = found.snapshot
      result.files = found.files
      result.bytes = found.bytes
      result.warnings = events.warnings
      result.way = found.way
      write(result)
      return result
    }
    guard let plan = row.plan else {
      guard case .wrong(let problems) = row.judged.outcome, let first = problems.first else {
        return .ended(end(.failed, "the row cannot be read"))
      }
      return .ended(end(.failed, problems.dropFirst().reduce(first.message) { "\($0); \($1.message)" }))
    }
    for remark in row.judged.remarks { events.warn(remark.code, remark.message) }
    let own = Cancellation()
    return context.cancellation.whenCancelled {
      own.cancel(context.cancellation.reason ?? .interrupted)
    } during: {
      let run: RowRun
      do throws(SystemError) {
        run = try RowRun(row, plan, settings, shared, events: events, cancellation: own) { source in
          progress.follow(turn.row, source)
        }
      } catch {
        return .ended(end(.failed, error.text))
      }
      do {
        try run.run()
        var result = end(
          events.losses > 0 ? .partial : .done, events.firstLoss ?? Self.summary(of: run.found), run.found)
        run.prune()
        result.removed = run.found.removed
        result.warnings = events.warnings
        return .ended(result)
      } catch {
        // Whatever broke because of a signal broke because of the signal.
        if context.cancellation.isCancelled { return .ended(end(.interrupted, "interrupted", run.found)) }
        let text = (error as? RowRun.Fault)?.message ?? shortText(of: error)
        guard run.isAway(error) else { return .ended(end(.failed, text, run.found)) }
        guard turn.isLast else { return .away(text) }
        return .ended(end(.failed, turn.attempt > 1 ? "\(text); tried \(turn.attempt) times" : text, run.found))
      }
    }
  }

  private static func summary(of found: RowRun.Found) -> Message {
    let content: Message = "\(counted(found.files, "file")), \(byteText(found.bytes))"
    var text: Message = "\(content), stored"
    if let size = found.archiveBytes { text = "\(content) in \(byteText(size)), read back and compared" }
    return found.method.map { "\(text); \($0)" } ?? text
  }
}
