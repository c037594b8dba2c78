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

  fileprivate init?(number: UInt8) {
    switch Int32(number) {
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
  /// Called once, by the main thread, before others start: those are then never interrupted. A secret that is being
  /// typed is given up first, and the terminal's echo is back when `handler` runs.
  package static func start(_ handler: @escaping @Sendable (Signal) -> Void) throws(SystemError) {
    clinux_ignore_signal(SIGHUP)
    clinux_ignore_signal(SIGPIPE)
    let watched = [SIGINT, SIGTERM, SIGUSR1]
    let pipe = try Pipe(for: [])
    // Not sigwait(3): an async main leaves the first thread to the runtime, which lets every signal through there.
    try checked(unsafe clinux_watch_signals(watched, watched.count, pipe.writeNumber), "watch signals", [])
    _ = try EngineThread.start(named: "signals") {
      unsafe clinux_welcome_signals(watched, watched.count)
      var buffer: [UInt8] = [0]
      while true {
        var span = buffer.mutableSpan
        guard let count = try? pipe.readEnd.read(into: &span), count == 1 else { return }
        guard let signal = Signal(number: buffer[0]) else { continue }
        if signal != .report { Terminal.giveUpReading() }
        handler(signal)
      }
    }
  }
}
