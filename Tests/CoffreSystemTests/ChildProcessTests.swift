import CoffreCore
import CoffreSystem
import Glibc
import Testing

@Suite("Child processes", .timeLimit(.minutes(10)))
struct ChildProcessTests {
  private func shell(_ script: String) -> [String] { ["sh", "-c", script] }

  @Test(arguments: [0, 1, 7, 255] as [Int32])
  func `exit codes are told`(_ code: Int32) throws {
    let child = try ChildProcess.start(shell("exit \(code)"))
    #expect(try child.wait() == .exited(code))
    #expect(try child.wait() == .exited(code))
    #expect(try child.wait().isSuccess == (code == 0))
  }

  @Test
  func `a program that is missing cannot be started`() throws {
    let error = failure { () throws(SystemError) in _ = try ChildProcess.start(["no-such-program-anywhere"]) }
    #expect(error?.isNotFound == true)
    #expect(error?.operation == "start")
    #expect(failure { () throws(SystemError) in _ = try ChildProcess.start([String]()) }?.isNotFound == true)
  }

  @Test
  func `arguments arrive as they are, bytes included`() throws {
    let odd: [UInt8] = [0x20, 0x27, 0xFF, 0x22, 0x0A, 0x24]
    let child = try ChildProcess.start(["printf".bytes, "%s".bytes, odd], output: .piped)
    #expect(try child.readAll(limit: 100) == odd)
    #expect(try child.wait().isSuccess)
  }

  @Test
  func `an argument with a NUL is refused`() {
    let error = failure { () throws(SystemError) in _ = try ChildProcess.start(["echo".bytes, [97, 0, 98]]) }
    #expect(error?.code == EINVAL)
  }

  @Test
  func `large output is read whole`() throws {
    let child = try ChildProcess.start(shell("head -c 3000000 /dev/zero"), output: .piped)
    #expect(try child.readAll(limit: 3_000_000).count == 3_000_000)
    #expect(try child.wait().isSuccess)
  }

  @Test
  func `output beyond the limit is an error`() throws {
    let child = try ChildProcess.start(shell("head -c 10000 /dev/zero"), output: .piped)
    #expect(failure { () throws(SystemError) in _ = try child.readAll(limit: 9999) }?.code == EFBIG)
  }

  @Test
  func `only the end of a long error output is kept, and it never blocks the program`() throws {
    let child = try ChildProcess.start(shell("head -c 1000000 /dev/zero >&2; echo the end >&2"), errors: .captured)
    #expect(try child.wait().isSuccess)
    let errors = child.capturedErrors()
    #expect(errors.count == 64 * 1024)
    #expect(errors.suffix(8) == "the end\n".bytes[...])
  }

  @Test
  func `errors are captured beside the output`() throws {
    let child = try ChildProcess.start(shell("echo out; echo err >&2"), output: .piped, errors: .captured)
    #expect(try child.readAll(limit: 100) == "out\n".bytes)
    try child.wait()
    #expect(child.capturedErrors() == "err\n".bytes)
  }

  @Test
  func `a background program that keeps the error output does not hold up the end`() throws {
    let child = try ChildProcess.start(shell("echo err >&2; sleep 30 & exit 3"), output: .discarded, errors: .captured)
    let start = Clock.monotonic()
    #expect(try child.wait() == .exited(3))
    #expect(child.capturedErrors() == "err\n".bytes)
    #expect(Clock.monotonic() - start < .seconds(20))
  }

  @Test
  func `variables are added and replaced, the rest is kept`() throws {
    let child = try ChildProcess.start(
      shell("echo \"$COFFRE_TEST $PATH $HOME\""), environment: ["COFFRE_TEST": "a=b c", "HOME": "/nowhere"],
      output: .piped)
    #expect(displayed(try child.readAll(limit: 10_000)) == "a=b c \(Environment.value("PATH") ?? "") /nowhere\n")
  }

  @Test
  func `without input the program reads nothing`() throws {
    let child = try ChildProcess.start(["cat"], output: .piped)
    #expect(try child.readAll(limit: 10) == [])
    #expect(try child.wait().isSuccess)
  }

  @Test
  func `killing reaches the whole group`() throws {
    // The output is closed only when the last of the group has gone.
    let child = try ChildProcess.start(shell("sleep 50 & sleep 50; echo survived"), output: .piped)
    child.killGroup(SIGTERM)
    #expect(try child.readAll(limit: 100) == [])
    #expect(try child.wait() == .signalled(SIGTERM))
  }

  @Test
  func `killing after the end does nothing`() throws {
    let child = try ChildProcess.start(["true"])
    try child.wait()
    child.kill()
    #expect(try child.wait() == .exited(0))
  }

  @Test
  func `a child that nobody waited for is killed`() throws {
    var child: ChildProcess? = try ChildProcess.start(["sleep", "50"])
    let processID = try #require(child?.processID)
    #expect(ProcessIdentity.startTime(of: processID) != nil)
    child = nil
    #expect(ProcessIdentity.startTime(of: processID) == nil)
  }

  @Test
  func `killing from another thread frees a waiting one`() throws {
    let child = try ChildProcess.start(["sleep", "50"])
    let thread = try EngineThread.start(named: "killer") {
      _ = try? pause(for: .milliseconds(30), unless: Cancellation())
      child.kill()
    }
    #expect(try child.wait() == .signalled(SIGKILL))
    thread.join()
  }

  @Test
  func `no descriptor, blocked or ignored signal is passed on`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGPIPE, SIG_IGN)
      signal(SIGHUP, SIG_IGN)
      let open = try FileDescriptor.open("/dev/null".bytes, for: .reading)
      let inheritable = dup2(dup(0), 100)
      #expect(inheritable == 100)
      let child = try ChildProcess.start(
        ["sh", "-c", "ls /proc/self/fd; grep -E 'Sig(Blk|Ign)' /proc/self/status"], output: .piped)
      let words = displayed(try child.readAll(limit: 1000)).split(whereSeparator: \.isWhitespace)
      #expect(words.prefix(6) == ["0", "1", "2", "3", "SigBlk:", "0000000000000000"])
      // Signals 32 and 33 are glibc's own: it hands those on ignored that it has caught by then.
      let ignored = UInt64(words.last ?? "", radix: 16)
      #expect(ignored.map { $0 & ~0x1_8000_0000 } == 0)
      #expect(try open.attributes().kind == .characterDevice)
    }
  }

  @Test
  func `the streams are right even if the parent's own are closed`() async {
    await #expect(processExitsWith: .exitCode(9)) {
      close(0)
      close(1)
      close(2)
      let child = try ChildProcess.start(
        ["sh", "-c", "cat; echo out; echo err >&2"], output: .piped, errors: .captured)
      let output = try child.readAll(limit: 100)
      try child.wait()
      exit(output == "out\n".bytes && child.capturedErrors() == "err\n".bytes ? 9 : 1)
    }
  }
}

/// What ends with the thread that started it is started in another way.
@Suite("Child processes that end with their thread", .timeLimit(.minutes(10)))
struct BoundProcessTests {
  private func start(_ script: String, in directory: PathBytes? = nil) throws(SystemError) -> ChildProcess {
    try ChildProcess.start(
      ["sh", "-c", script], environment: ["COFFRE_TEST": "a=b c"], in: directory, input: .piped, output: .piped,
      errors: .captured, life: .ofThread)
  }

  @Test func `it is like any other`() throws {
    let child = try start("cat; echo \"$COFFRE_TEST $PWD\"; echo err >&2; exit 7", in: "/".bytes)
    try child.write("in ".bytes.span)
    child.closeInput()
    #expect(displayed(try child.readAll(limit: 1000)) == "in a=b c /\n")
    #expect(try child.wait() == .exited(7))
    #expect(child.capturedErrors() == "err\n".bytes)
  }

  @Test func `a program or folder that is missing cannot be used`() {
    let program = failure { () throws(SystemError) in
      _ = try ChildProcess.start(["no-such-program-anywhere"], input: .piped, life: .ofThread)
    }
    #expect(program?.isNotFound == true && program?.operation == "start")
    let folder = failure { () throws(SystemError) in _ = try start("true", in: "/no/such/folder".bytes) }
    #expect(folder?.isNotFound == true)
  }

  @Test func `it ends with its thread`() throws {
    let box = Monitor<ChildProcess?>(nil)
    let thread = try EngineThread.start(named: "starter") { [self] in
      let child = try? start("exec sleep 100000")
      box.withLock { $0 = child }
    }
    thread.join()
    let child = try #require(box.withLock { $0 })
    #expect(try child.wait() == .signalled(SIGKILL))
  }

  @Test func `no descriptor, blocked or ignored signal is passed on`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGHUP, SIG_IGN)
      let inheritable = dup2(dup(0), 100)
      #expect(inheritable == 100)
      let child = try ChildProcess.start(
        ["sh", "-c", "ls /proc/self/fd; grep -E 'Sig(Blk|Ign)' /proc/self/status"], input: .piped, output: .piped,
        life: .ofThread)
      let words = displayed(try child.readAll(limit: 1000)).split(whereSeparator: \.isWhitespace)
      #expect(words.prefix(6) == ["0", "1", "2", "3", "SigBlk:", "0000000000000000"])
      let ignored = UInt64(words.last ?? "", radix: 16)
      #expect(ignored.map { $0 & ~0x1_8000_0000 } == 0)
    }
  }
}

@Suite("Command splitting")
struct CommandSplittingTests {
  @Test(arguments: [
    ("", []), ("  a  b\tc\n", ["a", "b", "c"]), ("'a b' \"c d\"", ["a b", "c d"]), ("a''b\"c\"", ["abc"]),
    ("'' \"\"", ["", ""]), ("a\\ b \\'", ["a b", "'"]), ("\"a\\\"b\\\\c\\d\"", ["a\"b\\c\\d"]),
    ("'a\\b'", ["a\\b"]), ("$HOME *.txt ~", ["$HOME", "*.txt", "~"]), ("\"it's\" 'say \"x\"'", ["it's", "say \"x\""]),
    ("é\\\nè", ["éè"]),
  ])
  func `words are split as a shell does`(_ command: String, _ words: [String]) throws {
    #expect(try splitCommand(command) == words)
  }

  @Test(arguments: ["'a", "\"a", "a\\", "a \"b\\\""])
  func `a command without an end is refused`(_ command: String) {
    let error = #expect(throws: CommandSyntaxError.self) { try splitCommand(command) }
    #expect(error?.exitCode == .usage)
  }
}

@Suite("Process identity")
struct ProcessIdentityTests {
  @Test
  func `this process is alive`() throws {
    let identity = try #require(ProcessIdentity.current())
    #expect(identity.processID == getpid())
    #expect(identity.bootID.count == 36)
    #expect(identity.pidNamespace.hasPrefix("pid:["))
    #expect(identity.liveness == .alive)
  }

  @Test
  func `a process that started at another time, or before the last boot, is dead`() throws {
    let own = try #require(ProcessIdentity.current())
    let other = ProcessIdentity(
      processID: own.processID, bootID: own.bootID, pidNamespace: own.pidNamespace, startTime: own.startTime + 1)
    #expect(other.liveness == .dead)
    let older = ProcessIdentity(
      processID: own.processID, bootID: "x", pidNamespace: own.pidNamespace, startTime: own.startTime)
    #expect(!older.isAlive)
  }

  @Test
  func `a process of another namespace cannot be judged and counts as alive`() throws {
    let own = try #require(ProcessIdentity.current())
    let other = ProcessIdentity(processID: 1, bootID: own.bootID, pidNamespace: "pid:[1]", startTime: 1)
    #expect(other.liveness == .unknown)
    #expect(other.isAlive)
  }

  @Test
  func `a process that has ended is dead`() throws {
    let own = try #require(ProcessIdentity.current())
    let child = try ChildProcess.start(["sleep", "50"])
    let startTime = try #require(ProcessIdentity.startTime(of: child.processID))
    let identity = ProcessIdentity(
      processID: child.processID, bootID: own.bootID, pidNamespace: own.pidNamespace, startTime: startTime)
    #expect(identity.liveness == .alive)
    child.kill()
    try child.wait()
    #expect(identity.liveness == .dead)
  }

  @Test
  func `a program's name cannot confuse the start time`() throws {
    let folder = try TemporaryFolder()
    let name = "x) Z 1 (y"
    let source = try readFile("/bin/sleep".bytes, limit: 1 << 24)
    try writeFileAtomically(source, folder.path(name), permissions: 0o700)
    let plain = try ChildProcess.start(["sleep", "50"])
    let odd = try ChildProcess.start([folder.path(name), "50".bytes])
    let first = try #require(ProcessIdentity.startTime(of: plain.processID))
    let second = try #require(ProcessIdentity.startTime(of: odd.processID))
    #expect(second >= first && second < first + 6000)
  }
}
