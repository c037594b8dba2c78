import Glibc
import Synchronization

/// The life of a database server of the tests' own: its process, its port, and that it goes with the tests however they end.
package final class ServerProcess: Sendable {
  package struct Failed: Error, CustomStringConvertible {
    package let description: String
  }

  /// What differs between servers.
  struct Manners: Sendable {
    /// What people call it.
    let name: String
    /// Has it write what is to be written, and go.
    var stopSignal = SIGTERM
    /// Sent where the tests were killed, as `kill` takes it.
    var watchersSignal = "KILL"
    /// Whether its sessions are processes in groups of their own.
    var hasParts = false
    /// Reads the log; `nil` for what it writes to its standard error.
    var log: (@Sendable () -> String)?
  }

  private let manners: Manners
  /// Goes when the process has ended.
  private let scratch: WorkFolder
  /// Owns the process; `nil` if that is the tests' own user.
  private let systemUser: String?
  /// Held open for writing: the watcher of the server reads its end when this process ends.
  private let lifeline: Int32
  private let process = Mutex<RunningProgram?>(nil)
  private let chosenPort: Mutex<LoopbackPort>
  private let numbers = Mutex<Int>(0)

  /// Starts nothing yet.
  ///
  /// - Parameter scratch: has a folder `data` when the server is started. It works there, and the watcher knows it by that.
  init(_ manners: Manners, in scratch: WorkFolder, as systemUser: String? = nil) throws {
    self.manners = manners
    self.scratch = scratch
    self.systemUser = systemUser
    chosenPort = Mutex(try LoopbackPort.free())
    let pipe = "\(scratch.path)/lifeline"
    try unsafe checked(mkfifo(pipe, 0o600), "mkfifo", Array(pipe.utf8))
    lifeline = try unsafe checked(open(pipe, O_RDWR | O_CLOEXEC), "open", Array(pipe.utf8))
  }

  deinit {
    stop()
    close(lifeline)
  }

  var port: LoopbackPort { chosenPort.withLock { $0 } }

  /// What it wrote since its last start, or since its first where it keeps a file.
  var log: String { manners.log?() ?? process.withLock { $0?.errorsSoFar ?? "" } }
  var isRunning: Bool { process.withLock { $0.map { !$0.hasEnded } ?? false } }

  /// A number that was not given before.
  func nextNumber() -> Int {
    numbers.withLock {
      $0 += 1
      return $0
    }
  }

  // MARK: Start

  /// Calls `start`, again with another port if somebody else took it since it was found free.
  func onFreePort(_ start: () throws -> Void) throws {
    for _ in 0..<3 {
      do {
        return try start()
      } catch let failure as Failed where failure.description.contains("Address already in use") {
        let port = try LoopbackPort.free()
        chosenPort.withLock { $0 = port }
      }
    }
    try start()
  }

  /// Starts it and waits until its log says that it is ready.
  ///
  /// - Parameter words: the program and its arguments.
  func start(_ words: [String], until ready: String) throws {
    // The server is told to end when nobody holds the lifeline any more: then the tests are over, or were killed. Its
    // watcher is no child of the server, which might take its end for that of a part of itself.
    let script = """
      data=$1 scratch=$2 signal=$3; shift 3
      exec 3<&0 </dev/null
      cd "$data" || exit 1
      ( (
        cat <&3 >/dev/null
        [ "/proc/$$/cwd" -ef "$data" ] && kill -"$signal" $$
        while [ "/proc/$$/cwd" -ef "$data" ]; do sleep 0.05; done
        for folder in "$scratch" "$HOME"; do
          case $folder in */coffre-test-??????) rm -rf "$folder" ;; esac
        done
      ) & )
      exec 3<&- "$@"
      """
    var all = ["-c", script, manners.name, "\(scratch.path)/data", scratch.path, manners.watchersSignal]
    if let systemUser {
      all += ["/usr/bin/setpriv", "--reuid=\(systemUser)", "--regid=nogroup", "--clear-groups", "--"]
    }
    var settings = ProgramSettings()
    settings.input = "\(scratch.path)/lifeline"
    settings.directory = scratch.path
    settings.timeLimit = 86_400
    let former = manners.log == nil ? 0 : log.utf8.count
    try process.withLock { $0 = try Tool(path: "/bin/sh").start(all + words, settings) }
    let deadline = ContinuousClock.now + .seconds(240)
    while !log.utf8.dropFirst(former).contains(Array(ready.utf8)) {
      guard isRunning, ContinuousClock.now < deadline else {
        let told = log
        stop()
        throw Failed(description: "\(manners.name) does not start: \(told.suffix(4000))")
      }
      usleep(10_000)
    }
  }

  // MARK: End

  func stop() {
    process.withLock { process in
      if let running = process {
        running.signal(manners.stopSignal)
        _ = running.waitUntil(seconds: 60) { running.hasEnded }
      }
      end(&process)
    }
  }

  func kill() { process.withLock { end(&$0) } }

  /// To the server and all its sessions.
  func signalAll(_ signal: Int32) {
    process.withLock { process in
      guard let process else { return }
      process.kill(signal)
      for part in parts(of: process) { _ = Glibc.kill(part, signal) }
    }
  }

  /// With its watcher, which is of its group, and with sessions that do not end by themselves.
  private func end(_ process: inout RunningProgram?) {
    guard let running = process else { return }
    let parts = parts(of: running)
    running.kill(SIGKILL)
    for part in parts { _ = Glibc.kill(part, SIGKILL) }
    _ = try? running.wait()
    process = nil
  }

  private func parts(of process: RunningProgram) -> [Int32] {
    guard manners.hasParts else { return [] }
    let id = process.processID
    let children = (try? readRealFile("/proc/\(id)/task/\(id)/children")) ?? []
    return String(decoding: children, as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
  }
}

/// A database server of the tests' own, in a folder of its own.
package protocol OwnServer: AnyObject, Sendable {
  var scratch: WorkFolder { get }
  /// Owns the data and the process; `nil` if that is the tests' own user.
  var systemUser: String? { get }
  var process: ServerProcess { get }
}

extension OwnServer {
  package var systemUser: String? { nil }
}

extension OwnServer {
  package typealias Failed = ServerProcess.Failed

  package var port: LoopbackPort { process.port }
  package var dataFolder: String { "\(scratch.path)/data" }

  /// What it wrote since its last start, or since its first where it keeps a file.
  package var log: String { process.log }
  package var isRunning: Bool { process.isRunning }

  /// A number that this server has not given before.
  func nextNumber() -> Int { process.nextNumber() }

  /// Ends its sessions, writes what is to be written, and goes.
  package func stop() { process.stop() }

  /// At once, in the middle of whatever it does, with all its sessions. `start` lets it recover.
  package func kill() { process.kill() }

  /// It takes connections and answers nothing any more; `thaw` lets it go on.
  package func freeze() { process.signalAll(SIGSTOP) }
  package func thaw() { process.signalAll(SIGCONT) }

  /// Lets the server have what the tests made.
  func give(_ path: String) throws {
    guard let systemUser else { return }
    let giving = try Tool.named("chown", package: "coreutils").run(["-R", "\(systemUser):", path])
    guard giving.isSuccess else { throw Failed(description: "\(giving)") }
  }
}
