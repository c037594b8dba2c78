import Glibc

/// How a program ended, and what it said.
package struct ProgramOutcome: Sendable, CustomStringConvertible {
  package let command: String
  /// Its exit status; 128 and more for a signal, as shells say.
  package let status: Int32
  package let outputBytes: [UInt8]
  package let errorBytes: [UInt8]
  package let seconds: Double

  package var output: String { String(decoding: outputBytes, as: UTF8.self) }
  package var errors: String { String(decoding: errorBytes, as: UTF8.self) }
  package var isSuccess: Bool { status == 0 }

  package var description: String {
    "`\(command)` ended with \(status) after \(Int(seconds * 1000)) ms\n\(output.suffix(3000))\n\(errors.suffix(3000))"
  }
}

/// How a program is started.
package struct ProgramSettings: Sendable {
  /// Added to a small environment that is the same everywhere: `PATH`, `HOME`, `LC_ALL=C`, `TZ=UTC`.
  package var environment: [String: String] = [:]
  /// A file; nothing without one.
  package var input: String?
  package var directory: String?
  /// After so many seconds it is killed, and the test fails.
  package var timeLimit = 600.0
  /// Run as this user instead (root only).
  package var user: String?

  package init() {}
}

extension Tool {
  /// Runs the program to its end.
  ///
  /// - Throws: if it cannot be started or does not end in time; a bad exit status is the caller's to judge.
  package func run(
    _ arguments: [String], _ settings: ProgramSettings = ProgramSettings()
  ) throws -> ProgramOutcome {
    try start(arguments, settings).wait()
  }

  package func start(
    _ arguments: [String], _ settings: ProgramSettings = ProgramSettings()
  ) throws -> RunningProgram {
    try RunningProgram(self, arguments, settings)
  }
}

/// A program at work. It stands in a process group of its own, which is killed if nobody waited for its end.
package final class RunningProgram {
  package struct TimedOut: Error, CustomStringConvertible {
    package let description: String
  }

  package let processID: Int32
  private let command: String
  private let timeLimit: Double
  private let scratch: WorkFolder
  private let started = ContinuousClock.now
  private var outcome: ProgramOutcome?

  init(_ program: Tool, _ arguments: [String], _ settings: ProgramSettings) throws {
    var words = [program.path] + arguments
    if let user = settings.user {
      let identity = "--reuid=\(user)"
      words = ["/usr/bin/setpriv", identity, "--regid=nogroup", "--clear-groups", "--"] + words
    }
    if let directory = settings.directory { words = ["/usr/bin/env", "--chdir=\(directory)"] + words }
    command = ([program.path] + arguments).joined(separator: " ")
    timeLimit = settings.timeLimit
    scratch = try WorkFolder()
    var variables = [
      "PATH": environmentValue("PATH") ?? "/usr/local/bin:/usr/bin:/bin", "HOME": scratch.path, "LC_ALL": "C",
      "TZ": "UTC",
    ]
    variables.merge(settings.environment) { _, new in new }
    processID = try Self.spawn(
      words, variables.map { "\($0.key)=\($0.value)" }, input: settings.input ?? "/dev/null",
      output: "\(scratch.path)/output", errors: "\(scratch.path)/errors")
  }

  deinit {
    guard outcome == nil else { return }
    kill(SIGKILL)
    var status: Int32 = 0
    _ = unsafe waitpid(processID, &status, 0)
  }

  private static func spawn(
    _ words: [String], _ environment: [String], input: String, output: String, errors: String
  ) throws -> Int32 {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    // Sockets of libraries would live on in it: a server waits for their end.
    for descriptor in Int32(3)..<512 { unsafe posix_spawn_file_actions_addclose(&actions, descriptor) }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = unsafe environment.map { unsafe strdup($0) } + [nil]
    defer { unsafe (arguments + variables).forEach { unsafe free($0) } }
    var process: pid_t = 0
    let code = unsafe posix_spawn(&process, words[0], &actions, &attributes, &arguments, &variables)
    guard code == 0 else { throw SystemCallFailed(call: "start", subject: words[0], code: code) }
    return process
  }

  /// Sends a signal to the program and all it started.
  package func kill(_ signal: Int32) {
    guard outcome == nil else { return }
    _ = Glibc.kill(-processID, signal)
  }

  /// Sends a signal to the program alone.
  package func signal(_ signal: Int32) {
    guard outcome == nil else { return }
    _ = Glibc.kill(processID, signal)
  }

  /// Whether SIGSTOP has reached all of it.
  package var isStopped: Bool {
    guard let state = try? readRealFile("/proc/\(processID)/stat") else { return false }
    return String(decoding: state, as: UTF8.self).contains(") T ")
  }

  /// Whether it has ended; nobody need have waited for it.
  package var hasEnded: Bool {
    if outcome != nil { return true }
    var information = unsafe siginfo_t()
    return unsafe waitid(P_PID, id_t(processID), &information, WEXITED | WNOHANG | WNOWAIT) != 0
      || information.si_signo != 0
  }

  /// What it wrote to its standard output so far.
  package var outputSoFar: String {
    String(decoding: (try? readRealFile("\(scratch.path)/output")) ?? [], as: UTF8.self)
  }

  package var errorsSoFar: String {
    String(decoding: (try? readRealFile("\(scratch.path)/errors")) ?? [], as: UTF8.self)
  }

  /// Waits until it has ended; kills it when its time is over.
  @discardableResult
  package func wait() throws -> ProgramOutcome {
    if let outcome { return outcome }
    var status: Int32 = 0
    var nap: UInt32 = 500
    while true {
      let ended = unsafe waitpid(processID, &status, WNOHANG)
      if ended == processID { break }
      guard ended == 0 else { throw SystemCallFailed(call: "wait for", subject: command, code: errno) }
      if secondsSinceStart > timeLimit {
        kill(SIGKILL)
        _ = unsafe waitpid(processID, &status, 0)
        let late = finish(status)
        throw TimedOut(description: "not done within \(timeLimit) s: \(late)")
      }
      usleep(nap)
      nap = min(nap * 2, 10_000)
    }
    return finish(status)
  }

  private var secondsSinceStart: Double {
    let (seconds, attoseconds) = (ContinuousClock.now - started).components
    return Double(seconds) + Double(attoseconds) / 1e18
  }

  private func finish(_ status: Int32) -> ProgramOutcome {
    let signal = status & 0x7F
    let outcome = ProgramOutcome(
      command: command, status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
      outputBytes: (try? readRealFile("\(scratch.path)/output")) ?? [],
      errorBytes: (try? readRealFile("\(scratch.path)/errors")) ?? [], seconds: secondsSinceStart)
    self.outcome = outcome
    return outcome
  }

  /// Waits until `condition` holds, looking every few milliseconds.
  ///
  /// - Returns: whether it ever did before the program ended or the time was over.
  package func waitUntil(seconds: Double = 120, _ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
      if try condition() { return true }
      usleep(5000)
    }
    return false
  }
}
