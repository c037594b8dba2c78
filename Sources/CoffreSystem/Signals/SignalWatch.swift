import CLinux
import Glibc

/// What the operator may send to this process.
package enum Signal: Sendable, Hashable {
  /// SIGINT: Ctrl-C.
  case interrupt
  /// SIGTERM.
  case terminate
  /// SIGUSR1: a wish for a report.
  case report

  fileprivate init?(number: Int) {
    switch Int32(truncatingIfNeeded: number) {
    case SIGINT: self = .interrupt
    case SIGTERM: self = .terminate
    case SIGUSR1: self = .report
    default: return nil
    }
  }
}

/// Takes signals one after the other on a thread of its own, where everything is allowed.
package enum SignalWatch {
  /// Ignores SIGHUP and SIGPIPE from now on and hands the others to `handler`.
  ///
  /// Called once, by the main thread, before any other thread starts: threads inherit what is blocked. A secret that is
  /// being typed is given up first, and the terminal's echo is back when `handler` runs.
  package static func start(_ handler: @escaping @Sendable (Signal) -> Void) throws(SystemError) {
    clinux_ignore_signal(SIGHUP)
    clinux_ignore_signal(SIGPIPE)
    let watched = [SIGINT, SIGTERM, SIGUSR1]
    unsafe clinux_block_signals(watched, watched.count)
    _ = try EngineThread.start(named: "signals") {
      while true {
        guard let signal = Signal(number: unsafe clinux_wait_for_signal(watched, watched.count)) else { continue }
        if signal != .report { Terminal.giveUpReading() }
        handler(signal)
      }
    }
  }
}
