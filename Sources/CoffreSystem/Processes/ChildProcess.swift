import CLinux
package import CoffreCore
import Glibc
import Synchronization

/// A program that was started by this one. It is killed with its group if nobody waited for its end.
///
/// It starts with default signal handlers, no blocked signal, no descriptor but its three streams, and in a process
/// group of its own, so that a Ctrl-C reaches it only through us. With inherited input it stays in our group instead: a
/// program in the background may not talk to the terminal. With piped input it has no terminal at all: what it asks for is
/// in the pipe.
package final class ChildProcess: Sendable {
  package enum Input: Sendable {
    case none, inherited
    /// What `write` gives. From then on this process ignores SIGPIPE: the program may end sooner than it is written to.
    case piped
  }

  package enum Output: Sendable {
    case piped, inherited, discarded
  }

  package enum Errors: Sendable {
    case inherited, discarded
    /// The last 64 KiB are kept; see `capturedErrors`.
    case captured
  }

  /// What becomes of it if this process is killed and cannot end it.
  package enum Life: Sendable {
    /// It goes on until it finds nobody at the other end of its pipes.
    case own
    /// The kernel kills it. So it does when the thread that started it ends: wait for it there. Input is piped.
    case ofThread
  }

  package enum ExitStatus: Sendable, Hashable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)

    package var isSuccess: Bool { self == .exited(0) }

    /// Completes "it …".
    package var message: Message {
      switch self {
      case .exited(let status): "ended with status \(status)"
      case .signalled(let signal): "was ended by signal \(signal)"
      }
    }

    package var description: String { message.description }

    init(_ status: Int32) {
      let signal = status & 0x7F
      self = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
    }
  }

  package let processID: Int32
  private let name: [UInt8]
  private let hasOwnGroup: Bool
  private let input: InputPipe?
  private let output: Pipe?
  private let errors: ErrorTail?
  /// `nil` until the process was waited for; afterwards its number may belong to another one.
  private let status = Mutex<ExitStatus?>(nil)

  private init(processID: Int32, name: [UInt8], hasOwnGroup: Bool, input: InputPipe?, output: Pipe?, errors: ErrorTail?)
  {
    self.processID = processID
    self.name = name
    self.hasOwnGroup = hasOwnGroup
    self.input = input
    self.output = output
    self.errors = errors
  }

  deinit {
    guard status.withLock({ $0 == nil }) else { return }
    _ = clinux_kill(hasOwnGroup ? -processID : processID, SIGKILL)
    var ignored: Int32 = 0
    _ = unsafe clinux_reap(processID, &ignored)
  }
}

// MARK: Starting

extension ChildProcess {
  /// Starts a program.
  ///
  /// - Parameter arguments: the program, looked for in `PATH` if it has no slash, and what it is given.
  /// - Parameter environment: added to this process's environment, or replacing in it.
  /// - Parameter left: variables of this process's environment that the program does not get.
  /// - Parameter directory: where it runs; `nil` for where this process does.
  package static func start(
    _ arguments: [String], environment: [String: String] = [:], without left: [String] = [],
    in directory: PathBytes? = nil, input: Input = .none, output: Output = .inherited, errors: Errors = .inherited,
    life: Life = .own
  ) throws(SystemError) -> ChildProcess {
    try start(
      arguments.map { Array($0.utf8) }, environment: environment, without: left, in: directory, input: input,
      output: output, errors: errors, life: life)
  }

  /// As above, for arguments that need not be UTF-8.
  package static func start(
    _ arguments: [[UInt8]], environment: [String: String] = [:], without left: [String] = [],
    in directory: PathBytes? = nil, input: Input = .none, output: Output = .inherited, errors: Errors = .inherited,
    life: Life = .own
  ) throws(SystemError) -> ChildProcess {
    let name = arguments.first ?? []
    guard !name.isEmpty else { throw SystemError(code: ENOENT, operation: "start", path: name) }
    precondition(life == .own || input == .piped, "what ends with its thread has a session of its own")
    let inputPipe = input == .piped ? try InputPipe(for: name) : nil
    if input == .piped { clinux_ignore_signal(SIGPIPE) }
    let outputPipe = output == .piped ? try Pipe(for: name) : nil
    let errorPipe = errors == .captured ? try Pipe(for: name) : nil
    defer {
      inputPipe?.closeReadEnd()
      outputPipe?.closeWriteEnd()
      errorPipe?.closeWriteEnd()
    }
    let tail: ErrorTail? = if let errorPipe { try ErrorTail.start(reading: errorPipe) } else { nil }
    let inputNumber = input == .inherited ? CLINUX_SPAWN_INHERITED : CLINUX_SPAWN_NULL
    let group =
      switch input {
      case .none: CLINUX_SPAWN_OWN_GROUP
      case .inherited: CLINUX_SPAWN_SAME_GROUP
      case .piped: CLINUX_SPAWN_OWN_SESSION
      }
    let outputNumber = output == .discarded ? CLINUX_SPAWN_NULL : CLINUX_SPAWN_INHERITED
    let errorNumber = errors == .discarded ? CLINUX_SPAWN_NULL : CLINUX_SPAWN_INHERITED
    let result = unsafe withCArray(arguments) { arguments in
      unsafe withCArray(merged(environment, without: left)) { variables in
        unsafe withOptionalCName(directory) { directory in
          let input = inputPipe?.readNumber ?? inputNumber.rawValue
          let output = outputPipe?.writeNumber ?? outputNumber.rawValue
          let errors = errorPipe?.writeNumber ?? errorNumber.rawValue
          return switch life {
          case .own:
            unsafe clinux_spawn(arguments, variables, directory, input, output, errors, Int32(group.rawValue))
          case .ofThread: unsafe clinux_spawn_bound(arguments, variables, directory, input, output, errors)
          }
        }
      }
    }
    return ChildProcess(
      processID: Int32(try checked(result, "start", name)), name: name, hasOwnGroup: input != .inherited,
      input: inputPipe, output: outputPipe, errors: tail)
  }

  private static func merged(_ additions: [String: String], without left: [String]) -> [[UInt8]] {
    let names = (left + additions.keys).map { Array($0.utf8) + [UInt8(ascii: "=")] }
    let kept = Environment.all().filter { variable in !names.contains { variable.starts(with: $0) } }
    return kept + additions.sorted { $0.key < $1.key }.map { Array("\($0.key)=\($0.value)".utf8) }
  }
}

// MARK: Writing

extension ChildProcess {
  /// Writes to the program's standard input. One thread at a time.
  ///
  /// - Throws: `isBrokenPipe` if the program has closed it, or ended.
  /// - Precondition: it was started with `input: .piped`.
  package func write(_ bytes: Span<UInt8>) throws(SystemError) {
    guard let input else { preconditionFailure("the input of '\(displayed(name))' is not piped") }
    try input.write(bytes)
  }

  /// Lets the program find the end of its input.
  package func closeInput() { input?.closeWriteEnd() }
}

// MARK: Reading and ending

extension ChildProcess {
  /// Fills `buffer` from the front with what the program writes to its standard output. One thread at a time.
  ///
  /// - Returns: how many bytes; 0 once the program and all that inherited its output have closed it.
  /// - Precondition: it was started with `output: .piped`.
  package func read(into buffer: inout MutableSpan<UInt8>) throws(SystemError) -> Int {
    guard let output else { preconditionFailure("the output of '\(displayed(name))' is not piped") }
    return try output.readEnd.read(into: &buffer)
  }

  /// Reads standard output to its end.
  ///
  /// - Parameter limit: in bytes; a program that writes more is an error (`isNoSpace`).
  /// - Precondition: it was started with `output: .piped`.
  package func readAll(limit: Int) throws(SystemError) -> [UInt8] {
    guard let output else { preconditionFailure("the output of '\(displayed(name))' is not piped") }
    return try output.readEnd.readToEnd(expecting: 4096, limit: limit)
  }

  /// Waits for the program's end. May be called by several threads, and again.
  ///
  /// Read the piped output to its end before: a program that nobody listens to waits forever.
  @discardableResult
  package func wait() throws(SystemError) -> ExitStatus {
    if let known = status.withLock({ $0 }) { return known }
    // Not reaped yet: until then nobody else can get its number, and a kill hits no stranger.
    let awaited = clinux_await_exit(processID)
    return try status.withLock { known throws(SystemError) in
      if let known { return known }
      try checked(awaited, "wait for", name)
      var raw: Int32 = 0
      try checked(unsafe clinux_reap(processID, &raw), "wait for", name)
      let status = ExitStatus(raw)
      known = status
      return status
    }
  }

  /// The last 64 KiB the program wrote to its standard error; complete once `wait` has returned.
  ///
  /// What it left running in the background may go on writing: that is waited for one second and no longer.
  package func capturedErrors() -> [UInt8] { errors?.bytes(within: .seconds(1)) ?? [] }

  /// Sends a signal to the program and all it started; with inherited input, to the program alone.
  ///
  /// Does nothing once `wait` has returned.
  package func killGroup(_ signal: Int32) {
    status.withLock { known in
      guard known == nil else { return }
      _ = clinux_kill(hasOwnGroup ? -processID : processID, signal)
    }
  }

  /// Asks the group to end (SIGTERM).
  package func terminate() { killGroup(SIGTERM) }

  /// Asks the program to end, and ends it if it has not within some seconds. Does not wait.
  package func endSoon() {
    terminate()
    do throws(SystemError) {
      _ = try EngineThread.start(named: "end") { [self] in
        Glibc.sleep(3)
        kill()
      }
    } catch {
      kill()
    }
  }

  /// Ends the group at once (SIGKILL).
  package func kill() { killGroup(SIGKILL) }
}

private func withOptionalCName(_ name: PathBytes?, _ body: (UnsafePointer<CChar>?) -> Int) -> Int {
  guard let name else { return body(nil) }
  return unsafe withCName(name) { unsafe body($0) }
}
