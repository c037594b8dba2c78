import CLinux
import CoffreCore
import Glibc
import Synchronization

/// The terminal this process may be attached to.
package enum Terminal {
  package enum Stream: Int32, Sendable {
    case input = 0
    case output = 1
    case errors = 2
  }

  package static func isTerminal(_ stream: Stream) -> Bool { isatty(stream.rawValue) == 1 }

  /// In columns; `nil` if neither standard error nor standard output is a terminal.
  package static var width: Int? {
    for stream in [Stream.errors, .output] {
      let width = clinux_terminal_width(stream.rawValue)
      if width > 0 { return Int(width) }
    }
    return nil
  }

  /// Whether there is a terminal to ask questions on, whatever the streams are.
  package static var isPresent: Bool { (try? FileDescriptor.open(path, for: .readingAndWriting)) != nil }

  /// Asks on the terminal itself, without showing what is typed.
  ///
  /// The echo is back at every end: after the line, after an error, and before a signal's handler runs. SIGINT and
  /// SIGTERM end it with `isInterrupted`, if `SignalWatch` was started.
  ///
  /// - Returns: the line without its end.
  package static func readSecret(prompt: String) throws(SystemError) -> [UInt8] {
    let terminal = try FileDescriptor.open(path, for: .readingAndWriting)
    let wake = try Pipe(for: path)
    try terminal.write(Array(prompt.utf8).span)
    let silence = Silence(terminal: terminal.number, waker: wake.writeNumber)
    try reading.withLock { reading throws(SystemError) in
      var saved = termios()
      try terminal.check(unsafe clinux_terminal_silence(terminal.number, &saved), "silence")
      reading = Reading(silence: silence, saved: saved)
    }
    defer { restore() }
    return try readLine(terminal, wake)
  }

  private static func readLine(_ terminal: borrowing FileDescriptor, _ wake: Pipe) throws(SystemError) -> [UInt8] {
    var line: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1024)
    while true {
      let isReadable = try terminal.check(clinux_await_either(terminal.number, wake.readEnd.number), "read")
      guard isReadable == 1 else { throw SystemError(code: EINTR, operation: "read", path: path) }
      var span = buffer.mutableSpan
      let count = try terminal.read(into: &span)
      guard count > 0 else {
        if line.isEmpty { throw SystemError(code: ENODATA, operation: "read", path: path) }
        return line
      }
      line.append(contentsOf: buffer[..<count])
      if line.last == UInt8(ascii: "\n") { return line.dropLast() }
    }
  }

  private static let path: PathBytes = Array("/dev/tty".utf8)
}

// MARK: The echo

extension Terminal {
  private struct Silence {
    let terminal: Int32
    let waker: Int32
  }

  private struct Reading {
    let silence: Silence
    let saved: termios
  }

  private static let reading = Mutex<Reading?>(nil)

  private static func restore() {
    reading.withLock { reading in
      guard let current = reading else { return }
      unsafe withUnsafePointer(to: current.saved) { unsafe clinux_terminal_restore(current.silence.terminal, $0) }
      reading = nil
    }
  }

  /// Ends `readSecret` in whichever thread it runs, the echo first.
  static func giveUpReading() {
    reading.withLock { reading in
      guard let current = reading else { return }
      unsafe withUnsafePointer(to: current.saved) { unsafe clinux_terminal_restore(current.silence.terminal, $0) }
      // The descriptors stay open while they are noted here.
      let byte: [UInt8] = [0]
      _ = unsafe clinux_write_fully(current.silence.waker, byte, 1)
      reading = nil
    }
  }
}
