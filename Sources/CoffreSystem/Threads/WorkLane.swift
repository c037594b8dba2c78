/// A thread that does what it is given, in order, while whoever gives it goes on.
///
/// The first error ends it: what was given after that is not done, and the next call tells of it. Used by one thread.
package final class WorkLane: Sendable {
  package typealias Job = @Sendable () throws(SystemError) -> Void

  private struct State: Sendable {
    var thread: EngineThread?
    var jobs: [Job] = []
    var isBusy = false
    var isOver = false
    var error: SystemError?
  }

  private let name: String
  private let state = Monitor(State())

  /// The thread starts when there is something to do.
  package init(named name: String) { self.name = name }

  deinit { abandon() }

  /// Ends the thread after what it just does, and returns then; what was not begun is not done. Nothing may be given afterwards.
  package func abandon() {
    let thread = state.withLock { state in
      state.isOver = true
      state.jobs = []
      return state.thread.take()
    }
    thread?.join()
  }

  /// How much was given and is not done.
  package var backlog: Int { state.withLock(signalling: false) { $0.jobs.count + ($0.isBusy ? 1 : 0) } }

  /// - Throws: the error of what was given before.
  package func give(_ job: @escaping Job) throws(SystemError) {
    try state.withLock { [state = self.state, name] shared throws(SystemError) in
      if let error = shared.error { throw error }
      if shared.thread == nil { shared.thread = try EngineThread.start(named: name) { Self.work(state) } }
      shared.jobs.append(job)
    }
  }

  /// Waits until all is done.
  ///
  /// - Throws: the first error.
  package func drain() throws(SystemError) {
    try state.wait(until: { $0.jobs.isEmpty && !$0.isBusy }) { state throws(SystemError) in
      if let error = state.error { throw error }
    }
  }

  private static func work(_ state: Monitor<State>) {
    while let job = next(state) {
      var failure: SystemError?
      do throws(SystemError) { try job() } catch { failure = error }
      state.withLock { state in
        state.isBusy = false
        guard let failure else { return }
        state.error = failure
        state.jobs = []
      }
    }
  }

  private static func next(_ state: Monitor<State>) -> Job? {
    state.wait(until: { !$0.jobs.isEmpty || $0.isOver }) { state in
      guard !state.isOver else { return nil }
      state.isBusy = true
      return state.jobs.removeFirst()
    }
  }
}
