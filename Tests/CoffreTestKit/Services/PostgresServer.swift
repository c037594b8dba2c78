import Glibc
import Synchronization

/// A real PostgreSQL of the tests' own, on a port and a socket of this machine, in a folder of its own, with a password.
///
/// It writes without syncing, and goes with its last reference; `shared` with the process, however that ends.
package final class PostgresServer: Sendable {
  package struct Options: Sendable {
    /// Lines of `postgresql.conf`, beside or instead of the tests' own.
    package var settings: [String: String] = [:]
    /// With one, the server speaks TLS to who wants it.
    package var certificate: TestCertificate?
    /// With one, the server follows it as a hot standby.
    package var primary: PostgresServer?

    package init() {}
  }

  package struct Failed: Error, CustomStringConvertible {
    package let description: String
  }

  /// The server's first user, who may do everything.
  package static let user = "coffre"
  /// Of that user; it has what must be quoted in URLs, connection strings and shells.
  package static let password = "server of the tests, @:/?#%'\\7d2e"

  package let installation: PostgresInstallation
  /// A folder of the server's: its data, its socket, what it reads and writes.
  package let scratch: WorkFolder
  /// Owns the data and the process; `nil` if that is the tests' own user.
  package let systemUser: String?
  /// Why nothing can be labelled; `nil` if it can, by the provider `coffre_test`.
  package let labelObstacle: String?

  private let program: Tool
  private let options: Options
  /// Held open for writing: the watcher of the server reads its end when this process ends.
  private let lifeline: Int32
  private let process = Mutex<RunningProgram?>(nil)
  private let chosenPort: Mutex<LoopbackPort>
  private let numbers = Mutex<Int>(0)
  private let doneOnce = Mutex<Set<String>>([])

  /// The one that tests share, each with databases of its own. Tests that stop, break or reconfigure a server make one.
  package static func shared() throws -> PostgresServer { try sharedServer.get() }

  private static let sharedServer = Result<PostgresServer, any Error> { try PostgresServer() }

  /// Makes it, starts it and waits until it answers: about two seconds.
  ///
  /// - Throws: `Failed`, with the server's log.
  package init(_ options: Options = Options()) throws {
    self.options = options
    installation = try PostgresInstallation.newest()
    systemUser = try PostgresInstallation.serverUser()
    labelObstacle = installation.labelObstacle
    scratch = try WorkFolder()
    chosenPort = Mutex(try LoopbackPort.free())
    program = try installation.makeFrame(
      in: scratch.path,
      extensions: ["coffre_shelf.control", "coffre_shelf--1.0.sql"].map { PostgresFixture.path("extension/\($0)") })
    let pipe = "\(scratch.path)/lifeline"
    try unsafe checked(mkfifo(pipe, 0o600), "mkfifo", Array(pipe.utf8))
    lifeline = try unsafe checked(open(pipe, O_RDWR | O_CLOEXEC), "open", Array(pipe.utf8))
    try makeCluster()
    try startOnFreePort()
  }

  deinit {
    stop()
    close(lifeline)
  }

  package var port: LoopbackPort { chosenPort.withLock { $0 } }
  package var socketFolder: String { "\(scratch.path)/socket" }
  package var dataFolder: String { "\(scratch.path)/data" }

  /// What it wrote since its last start.
  package var log: String { process.withLock { $0?.errorsSoFar ?? "" } }
  package var isRunning: Bool { process.withLock { $0.map { !$0.hasEnded } ?? false } }

  /// A number that this server has not given before.
  func nextNumber() -> Int {
    numbers.withLock {
      $0 += 1
      return $0
    }
  }

  /// Does something the first time it is asked to under this name; others wait meanwhile.
  func once(_ name: String, _ body: () throws -> Void) throws {
    try doneOnce.withLock { done in
      guard !done.contains(name) else { return }
      try body()
      done.insert(name)
    }
  }

  /// Makes an empty folder that the server may use.
  package func makeFolder(_ name: String) throws -> String {
    let path = "\(scratch.path)/\(name)"
    try makeRealFolder(path, mode: 0o700)
    try give(path)
    return path
  }
}

// MARK: Its life

extension PostgresServer {
  private func makeCluster() throws {
    if let primary = options.primary {
      try copyCluster(of: primary)
    } else {
      try initialiseCluster()
    }
    try configure()
  }

  private func copyCluster(of primary: PostgresServer) throws {
    try makeFolders()
    var settings = ProgramSettings()
    settings.user = systemUser
    settings.directory = scratch.path
    settings.environment = primary.toolEnvironment(for: "postgres")
    let copying = try installation.tool("pg_basebackup").run(
      ["-D", dataFolder, "-R", "--checkpoint=fast", "--no-sync", "--no-password"], settings)
    guard copying.isSuccess else { throw Failed(description: "no standby: \(copying)") }
  }

  private func initialiseCluster() throws {
    let words = "\(scratch.path)/password"
    try writeRealFile(words, Self.password + "\n")
    try makeFolders()
    var settings = ProgramSettings()
    settings.user = systemUser
    settings.directory = scratch.path
    let making = try installation.tool("initdb").run(
      [
        "-D", dataFolder, "-U", Self.user, "-A", "scram-sha-256", "--pwfile=\(words)", "-E", "UTF8", "--locale=C.UTF-8",
        "--no-sync", "--no-instructions",
      ], settings)
    guard making.isSuccess else { throw Failed(description: "no data folder: \(making)") }
  }

  private func makeFolders() throws {
    for name in ["data", "socket"] { _ = try makeFolder(name) }
    // Clients of other users pass through it.
    try unsafe checked(chmod(socketFolder, 0o755), "chmod", Array(socketFolder.utf8))
  }

  private func configure() throws {
    var lines = [
      "listen_addresses": "127.0.0.1", "unix_socket_directories": socketFolder, "fsync": "off",
      "full_page_writes": "off", "wal_level": "logical", "max_connections": "60",
      "max_prepared_transactions": "5", "shared_buffers": "32MB", "max_wal_size": "256MB", "autovacuum_naptime": "1h",
      "log_min_messages": "warning", "lc_messages": "C", "timezone": "UTC",
    ]
    if let library = try installation.makeLabelProvider(in: scratch.path) {
      lines["shared_preload_libraries"] = library
    }
    if let certificate = options.certificate {
      lines["ssl"] = "on"
      try writeRealFile("\(dataFolder)/server.crt", readRealFile(certificate.certificate), mode: 0o600)
      try writeRealFile("\(dataFolder)/server.key", readRealFile(certificate.key), mode: 0o600)
      try give(dataFolder)
    }
    lines.merge(options.settings) { _, new in new }
    let text = lines.sorted { $0.key < $1.key }.map { "\($0.key) = \(Self.literal($0.value))\n" }
    try writeRealFile("\(dataFolder)/postgresql.conf", Array(text.joined().utf8), appending: true)
  }

  /// Somebody else may have taken the port since it was found free.
  private func startOnFreePort() throws {
    for _ in 0..<3 {
      do {
        try start()
        return
      } catch let failure as Failed where failure.description.contains("Address already in use") {
        let port = try LoopbackPort.free()
        chosenPort.withLock { $0 = port }
      }
    }
    try start()
  }

  /// Starts it on the data it has, again if it was stopped or killed, and waits until it answers.
  package func start() throws {
    // The server is told to end when nobody holds the lifeline any more: then the tests are over, or were killed. Its
    // watcher is no child of the server, which would take its end for that of a part of itself.
    let script = """
      data=$1 scratch=$2; shift 2
      exec 3<&0 </dev/null
      ( (
        cat <&3 >/dev/null
        [ "/proc/$$/cwd" -ef "$data" ] && kill -QUIT $$
        while [ "/proc/$$/cwd" -ef "$data" ]; do sleep 0.05; done
        for folder in "$scratch" "$HOME"; do
          case $folder in */coffre-test-??????) rm -rf "$folder" ;; esac
        done
      ) & )
      exec 3<&- "$@"
      """
    var words = ["-c", script, "postgres", dataFolder, scratch.path]
    if let systemUser {
      words += ["/usr/bin/setpriv", "--reuid=\(systemUser)", "--regid=nogroup", "--clear-groups", "--"]
    }
    words += [program.path, "-D", dataFolder, "-p", "\(port.number)"]
    var settings = ProgramSettings()
    settings.input = "\(scratch.path)/lifeline"
    settings.directory = scratch.path
    try process.withLock { $0 = try Tool(path: "/bin/sh").start(words, settings) }
    let deadline = ContinuousClock.now + .seconds(240)
    let connections = options.primary == nil ? "connections" : "read-only connections"
    while !log.contains("database system is ready to accept \(connections)") {
      guard isRunning, ContinuousClock.now < deadline else {
        let told = log
        stop()
        throw Failed(description: "PostgreSQL does not start: \(told)")
      }
      usleep(10_000)
    }
  }

  /// Ends its sessions, writes what is to be written, and goes.
  package func stop() {
    process.withLock { process in
      if let running = process {
        running.signal(SIGINT)
        _ = running.waitUntil(seconds: 60) { running.hasEnded }
      }
      Self.end(&process)
    }
  }

  /// At once, in the middle of whatever it does, with all its sessions. `start` lets it recover.
  package func kill() { process.withLock { Self.end(&$0) } }

  /// It takes connections and answers nothing any more; `thaw` lets it go on.
  package func freeze() { signalAll(SIGSTOP) }
  package func thaw() { signalAll(SIGCONT) }

  private func signalAll(_ signal: Int32) {
    process.withLock { process in
      guard let process else { return }
      process.kill(signal)
      for part in Self.parts(of: process.processID) { _ = Glibc.kill(part, signal) }
    }
  }

  /// With its watcher, which is of its group, and with sessions that do not end by themselves.
  private static func end(_ process: inout RunningProgram?) {
    guard let running = process else { return }
    let parts = parts(of: running.processID)
    running.kill(SIGKILL)
    for part in parts { _ = Glibc.kill(part, SIGKILL) }
    _ = try? running.wait()
    process = nil
  }

  /// Its sessions and workers, which stand in groups of their own.
  private static func parts(of processID: Int32) -> [Int32] {
    let children = (try? readRealFile("/proc/\(processID)/task/\(processID)/children")) ?? []
    return String(decoding: children, as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
  }

  private func give(_ path: String) throws {
    guard let systemUser else { return }
    let giving = try Tool.named("chown", package: "coreutils").run(["-R", "\(systemUser):", path])
    guard giving.isSuccess else { throw Failed(description: "\(giving)") }
  }
}
