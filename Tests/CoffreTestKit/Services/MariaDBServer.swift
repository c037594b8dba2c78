import Glibc
import Synchronization

/// A real MariaDB of the tests' own, on a port and a socket of this machine, in a folder of its own, with a password and a
/// binary log of rows.
///
/// It writes without syncing, and goes with its last reference; `shared` with the process, however that ends.
package final class MariaDBServer: OwnServer {
  package struct Options: Sendable {
    /// Lines of the server's file, beside or instead of the tests' own; `nil` takes one away.
    package var settings: [String: String?] = [:]
    /// With one, the server speaks TLS to who wants it.
    package var certificate: TestCertificate?
    /// A folder of data that the server starts with, copied; `nil` for one that is made.
    package var data: String?

    package init() {}
  }

  /// The server's first user, who may do everything.
  package static let user = "coffre"
  /// Of that user; it has what must be quoted in URLs, files of settings and shells.
  package static let password = "server of the tests, @:/?#%'\\\"7d2e"

  /// A folder of the server's: its data, its socket, what it reads and writes.
  package let scratch: WorkFolder
  /// Owns the data and the process; `nil` if that is the tests' own user.
  package let systemUser: String?

  package let process: ServerProcess
  private let options: Options

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
    process = try ServerProcess(ServerProcess.Manners(name: "MariaDB"), in: scratch, as: systemUser)
    try makeData()
    try process.onFreePort(start)
  }

  package var socket: String { "\(scratch.path)/run/s" }
  private var settingsFile: String { "\(scratch.path)/my.cnf" }

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

  /// Starts it on the data it has, again if it was stopped or killed, and waits until it answers.
  package func start() throws {
    try process.start(
      [try Self.tool("mariadbd").path, "--defaults-file=\(settingsFile)", "--port=\(port.number)"],
      until: "ready for connections")
  }
}
