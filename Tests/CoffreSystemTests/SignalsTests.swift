import CoffreCore
import Glibc
import Testing

@testable import CoffreSystem

/// Each in a process of its own, whose main thread starts the watch.
@Suite("Signals", .timeLimit(.minutes(10)))
struct SignalsTests {
  @Test
  func `watched signals reach the handler`() async {
    await #expect(processExitsWith: .exitCode(9)) { try await Self.take(SIGINT, as: .interrupt) }
    await #expect(processExitsWith: .exitCode(9)) { try await Self.take(SIGTERM, as: .terminate) }
    await #expect(processExitsWith: .exitCode(9)) { try await Self.take(SIGUSR1, as: .report) }
  }

  /// Sends itself a signal three times; ends with 9 if the handler saw it each time.
  private static func take(_ number: Int32, as expected: Signal) async throws -> Never {
    let seen = Monitor<[Signal]>([])
    try await MainActor.run { try SignalWatch.start { signal in seen.withLock { $0.append(signal) } } }
    for count in 1...3 {
      kill(getpid(), number)
      guard seen.wait(for: .seconds(120), until: { $0.count == count }, then: { _ in }) != nil else { exit(2) }
    }
    exit(seen.withLock { $0.allSatisfy { $0 == expected } } ? 9 : 1)
  }

  @Test
  func `hang-ups and broken pipes are ignored`() async {
    await #expect(processExitsWith: .exitCode(9)) {
      try await MainActor.run { try SignalWatch.start { _ in } }
      kill(getpid(), SIGHUP)
      kill(getpid(), SIGPIPE)
      exit(9)
    }
  }

  @Test
  func `threads started later leave signals to the watch`() async {
    await #expect(processExitsWith: .exitCode(9)) {
      let seen = Monitor(0)
      try await MainActor.run {
        try SignalWatch.start { _ in seen.withLock { $0 += 1 } }
        try runThreads(count: 4, named: "busy") { number in
          if number == 0 { kill(getpid(), SIGTERM) }
          _ = seen.wait(for: .seconds(120), until: { $0 > 0 }, then: { _ in })
        }
      }
      exit(seen.withLock { $0 } == 1 ? 9 : 1)
    }
  }
}

/// Each in a process of its own, which gets a new terminal.
@Suite("Terminal", .timeLimit(.minutes(10)))
struct TerminalTests {
  @Test
  func `a secret is read without being shown, and the echo is back`() async {
    await #expect(processExitsWith: .exitCode(9)) {
      let terminal = try PseudoTerminal.taken()
      let typist = try EngineThread.start(named: "typist") { terminal.typeUnseen("geheim\n") }
      let secret = try Terminal.readSecret(prompt: "password: ")
      typist.join()
      guard secret == "geheim".bytes, terminal.isEchoing else { exit(2) }
      exit(try terminal.shown() == "password: \r\n" ? 9 : 3)
    }
  }

  @Test
  func `a signal ends the reading with the echo back first`() async {
    await #expect(processExitsWith: .exitCode(9)) { try await Self.interruptReading { $0.typeUnseen("\u{3}") } }
    await #expect(processExitsWith: .exitCode(9)) {
      try await Self.interruptReading { terminal in
        terminal.typeUnseen("half a sec")
        kill(getpid(), SIGTERM)
      }
    }
  }

  /// Interrupts the reading of a secret; ends with 9 if the reading told so, and the echo was back for the handler.
  private static func interruptReading(by way: @escaping @Sendable (PseudoTerminal) -> Void) async throws -> Never {
    let terminal = try PseudoTerminal.taken()
    let echoInHandler = Monitor<Bool?>(nil)
    try await MainActor.run {
      try SignalWatch.start { _ in
        let isEchoing = terminal.isEchoing
        echoInHandler.withLock { $0 = isEchoing }
      }
    }
    let typist = try EngineThread.start(named: "typist") { way(terminal) }
    let error = failure { () throws(SystemError) in _ = try Terminal.readSecret(prompt: "") }
    typist.join()
    guard error?.isInterrupted == true, error?.exitCode == .interrupted else { exit(2) }
    exit(echoInHandler.wait(until: { $0 != nil }, then: { $0 == true }) && terminal.isEchoing ? 9 : 3)
  }

  @Test
  func `without a terminal there is nobody to ask`() async {
    await #expect(processExitsWith: .exitCode(9)) {
      setsid()
      let error = failure { () throws(SystemError) in _ = try Terminal.readSecret(prompt: "") }
      exit(error?.operation == "open" && !Terminal.isPresent ? 9 : 1)
    }
  }

  @Test
  func `a file is no terminal`() async {
    await #expect(processExitsWith: .exitCode(9)) {
      let null = try FileDescriptor.open("/dev/null".bytes, for: .readingAndWriting)
      for stream in [0, 1, 2] as [Int32] { dup2(null.number, stream) }
      exit(!Terminal.isTerminal(.output) && !Terminal.isTerminal(.input) && Terminal.width == nil ? 9 : 1)
    }
  }
}

extension PseudoTerminal {
  /// A new one, which this process has as its own.
  fileprivate static func taken() throws -> PseudoTerminal {
    let terminal = try PseudoTerminal()
    try terminal.take()
    return terminal
  }

  /// Types once nothing typed would be shown.
  fileprivate func typeUnseen(_ keys: String) {
    while isEchoing { try? pause(for: .milliseconds(5), unless: Cancellation()) }
    try? type(keys)
  }
}
