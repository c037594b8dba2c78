import Glibc
import Synchronization

/// A real MariaDB of the tests' own, on a port and a socket of this machine, in a folder of its own, with a password and a
/// binary log of rows.
///
/// It writes without syncing, and goes with its last reference; `shared` with the process, however that ends.
package final class MariaDBServer: Sendable {
  package struct Options: Sendable {
    /// Lines of the server's file, beside or instead of the tests' own; `nil` takes one away.
    package var settings: [String: String?] = [:]
    /// With one, the server speaks TLS to who wants it.
    package var certificate: TestCertificate?
    /// A folder of data that the server starts with, copied; `nil` for one that is made.
    package var data: String?

    package init() {}
  }

  package struct Failed: Error, CustomStringConvertible {
    package let description: String
  }

  /// The server's first user, who may do everything.
  package static let user = "coffre"
  /// Of that user; it has what must be quoted in URLs, files of settings and shells.
  package static let password = "server of the tests, @:/?#%'\\\"7d2e"

  /// A folder of the server's: its data, its socket, what it reads and writes.
  package let scratch: WorkFolder
  /// Owns the data and the process; `nil` if that is the tests' own user.
  package let systemUser: String?

  private let options: Options
  /// Held open for writing: the watcher of the server reads its end when this process ends.
  private let lifeline: Int32
  private let process = Mutex<RunningProgram?>(nil)
  private let chosenPort: Mutex<LoopbackPort>
  private let numbers = Mutex<Int>(0)

  /// The one that tests share, each with databases of its own. Tests that stop, break or reconfigure a server make one.
  package static func shared() throws -> MariaDBServer { try sharedServer.get() }

  private static let sharedServer = Result<MariaDBServer, any Error> { try MariaDBServer() }

  /// Makes it, starts it and waits until it answers: about three seconds.
  ///
  /// - Throws: `Failed`, with the server's log; `Tool.Missing`: a test that cannot do its work has failed.
  package init(_ options: Options = Options()) throws {
    self.options = options
    systemUser = try Self.serverUser()
    scratch = try WorkFolder()
    chosenPort = Mutex(try LoopbackPort.free())
    let pipe = "\(scratch.path)/lifeline"
    try unsafe checked(mkfifo(pipe, 0o600), "mkfifo", Array(pipe.utf8))
    lifeline = try unsafe checked(open(pipe, O_RDWR | O_CLOEXEC), "open", Array(pipe.utf8))
    try makeData()
    try startOnFreePort()
  }

  deinit {
    stop()
    close(lifeline)
  }

  package var port: LoopbackPort { chosenPort.withLock { $0 } }
  package var socket: String { "\(scratch.path)/run/s" }
  package var dataFolder: String { "\(scratch.path)/data" }
  private var settingsFile: String { "\(scratch.path)/my.cnf" }

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

  /// The user that the server runs as when the tests are root, whom it refuses.
  private static func serverUser() throws -> String? {
    guard isRoot else { return nil }
    let accounts = String(decoding: try readRealFile("/etc/passwd"), as: UTF8.self).split(separator: "\n")
    return accounts.contains { $0.hasPrefix("mysql:") } ? "mysql" : "nobody"
  }

  /// `mariadb`, `mariadb-dump`, `mariadbd`…
  package static func tool(_ name: String) throws -> Tool {
    let isServers = name == "mariadbd" || name == "mariadb-install-db"
    // Debian keeps servers where only root looks.
    if realEntryExists("/usr/sbin/\(name)") { return Tool(path: "/usr/sbin/\(name)") }
    return try Tool.named(name, package: isServers ? "mariadb-server-core" : "mariadb-client")
  }
}

// MARK: Its life

extension MariaDBServer {
  private func makeData() throws {
    for name in ["data", "run", "binlog", "tmp"] {
      try makeRealFolder("\(scratch.path)/\(name)", mode: name == "run" ? 0o755 : 0o700)
      try give("\(scratch.path)/\(name)")
    }
    if let data = options.data {
      let copying = try Tool.named("cp", package: "coreutils").run(["-a", "\(data)/.", dataFolder])
      guard copying.isSuccess else { throw Failed(description: "\(copying)") }
      try give(dataFolder)
      return try configure()
    }
    var settings = ProgramSettings()
    settings.user = systemUser
    settings.directory = scratch.path
    let making = try Self.tool("mariadb-install-db").run(
      [
        "--no-defaults", "--datadir=\(dataFolder)", "--auth-root-authentication-method=normal", "--skip-test-db",
        "--skip-name-resolve",
      ], settings)
    guard making.isSuccess else { throw Failed(description: "no data folder: \(making)") }
    try configure()
  }

  private func configure() throws {
    // Run at each start, before anybody is let in.
    let account = "\(Self.literal(Self.user))@'%'"
    let first = "\(scratch.path)/first.sql"
    try writeRealFile(
      first,
      """
      SET sql_log_bin = 0;
      CREATE USER IF NOT EXISTS \(account) IDENTIFIED BY \(Self.literal(Self.password));
      GRANT ALL ON *.* TO \(account) WITH GRANT OPTION;

      """)
    try unsafe checked(chmod(first, 0o644), "chmod", Array(first.utf8))
    var lines: [String: String?] = [
      "datadir": dataFolder, "tmpdir": "\(scratch.path)/tmp", "socket": socket, "bind-address": "127.0.0.1",
      "pid-file": "\(scratch.path)/run/pid", "init-file": first, "skip-name-resolve": "1", "server-id": "1",
      "log-bin": "\(scratch.path)/binlog/bin", "binlog-format": "ROW", "sync-binlog": "0",
      "innodb-flush-log-at-trx-commit": "0", "innodb-doublewrite": "0", "innodb-buffer-pool-size": "64M",
      "innodb-log-file-size": "64M", "character-set-server": "utf8mb4", "max-connections": "60",
      "event-scheduler": "OFF", "lc-messages": "en_US", "default-time-zone": "+00:00", "log-warnings": "1",
    ]
    if let certificate = options.certificate {
      for (name, path) in [("cert", certificate.certificate), ("key", certificate.key)] {
        let copy = "\(scratch.path)/run/\(name).pem"
        try writeRealFile(copy, readRealFile(path), mode: 0o600)
        try give(copy)
        lines["ssl-\(name)"] = copy
      }
    }
    lines.merge(options.settings) { _, new in new }
    let text = lines.sorted { $0.key < $1.key }.compactMap { line in line.value.map { "\(line.key) = \($0)\n" } }
    try writeRealFile(settingsFile, "[mariadbd]\n" + text.joined())
    try unsafe checked(chmod(settingsFile, 0o644), "chmod", Array(settingsFile.utf8))
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
    // watcher is no child of the server.
    let script = """
      data=$1 scratch=$2; shift 2
      exec 3<&0 </dev/null
      ( (
        cat <&3 >/dev/null
        [ "/proc/$$/cwd" -ef "$data" ] && kill -KILL $$
        while [ "/proc/$$/cwd" -ef "$data" ]; do sleep 0.05; done
        for folder in "$scratch" "$HOME"; do
          case $folder in */coffre-test-??????) rm -rf "$folder" ;; esac
        done
      ) & )
      exec 3<&- "$@"
      """
    var words = ["-c", script, "mariadb", dataFolder, scratch.path]
    if let systemUser {
      words += ["/usr/bin/setpriv", "--reuid=\(systemUser)", "--regid=nogroup", "--clear-groups", "--"]
    }
    words += [try Self.tool("mariadbd").path, "--defaults-file=\(settingsFile)", "--port=\(port.number)"]
    var settings = ProgramSettings()
    settings.input = "\(scratch.path)/lifeline"
    settings.directory = scratch.path
    try process.withLock { $0 = try Tool(path: "/bin/sh").start(words, settings) }
    let deadline = ContinuousClock.now + .seconds(240)
    while !log.contains("ready for connections") {
      guard isRunning, ContinuousClock.now < deadline else {
        let told = log
        stop()
        throw Failed(description: "MariaDB does not start: \(told.suffix(4000))")
      }
      usleep(10_000)
    }
  }

  /// Writes what is to be written, and goes.
  package func stop() {
    process.withLock { process in
      if let running = process {
        running.signal(SIGTERM)
        _ = running.waitUntil(seconds: 60) { running.hasEnded }
      }
      Self.end(&process)
    }
  }

  /// At once, in the middle of whatever it does. `start` lets it recover.
  package func kill() { process.withLock { Self.end(&$0) } }

  /// It takes connections and answers nothing any more; `thaw` lets it go on.
  package func freeze() { process.withLock { $0?.kill(SIGSTOP) } }
  package func thaw() { process.withLock { $0?.kill(SIGCONT) } }

  /// With its watcher, which is of its group.
  private static func end(_ process: inout RunningProgram?) {
    guard let running = process else { return }
    running.kill(SIGKILL)
    _ = try? running.wait()
    process = nil
  }

  private func give(_ path: String) throws {
    guard let systemUser else { return }
    let giving = try Tool.named("chown", package: "coreutils").run(["-R", "\(systemUser):", path])
    guard giving.isSuccess else { throw Failed(description: "\(giving)") }
  }
}
