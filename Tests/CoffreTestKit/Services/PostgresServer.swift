import Glibc
import Synchronization

/// A real PostgreSQL of the tests' own, on a port and a socket of this machine, in a folder of its own, with a password.
///
/// It writes without syncing, and goes with its last reference; `shared` with the process, however that ends.
package final class PostgresServer: OwnServer {
  package struct Options: Sendable {
    /// Lines of `postgresql.conf`, beside or instead of the tests' own.
    package var settings: [String: String] = [:]
    /// With one, the server speaks TLS to who wants it.
    package var certificate: TestCertificate?
    /// With one, the server follows it as a hot standby.
    package var primary: PostgresServer?

    package init() {}
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
  package let process: ServerProcess
  private let options: Options
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
    process = try ServerProcess(
      ServerProcess.Manners(name: "PostgreSQL", stopSignal: SIGINT, watchersSignal: "QUIT", hasParts: true),
      in: scratch,
      as: systemUser)
    program = try installation.makeFrame(
      in: scratch.path,
      extensions: ["coffre_shelf.control", "coffre_shelf--1.0.sql"].map { PostgresFixture.path("extension/\($0)") })
    try makeCluster()
    try process.onFreePort(start)
  }

  package var socketFolder: String { "\(scratch.path)/socket" }

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

  /// Starts it on the data it has, again if it was stopped or killed, and waits until it answers.
  package func start() throws {
    let connections = options.primary == nil ? "connections" : "read-only connections"
    try process.start(
      [program.path, "-D", dataFolder, "-p", "\(port.number)"],
      until: "database system is ready to accept \(connections)")
  }
}
