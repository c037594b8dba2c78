import Glibc
import MongoKit
import Synchronization

/// A real MongoDB of the tests' own, a replica set of one, on a port of this machine, in a folder of its own, with users.
///
/// It goes with its last reference; `shared` with the process, however that ends.
package final class MongoServer: OwnServer {
  package struct Options: Sendable {
    /// Whether it has a log of changes, so that it knows instants.
    package var isReplicaSet = true
    /// Of the log of changes, in megabytes.
    package var logSize = 64
    /// As `--setParameter` takes them.
    package var parameters: [String: String] = [:]
    /// With one, the server speaks TLS and nothing else.
    package var certificate: TestCertificate?

    package init() {}
  }

  /// The server's first user, who may do everything.
  package static let user = "coffre"
  /// Of that user; it has what must be quoted in addresses.
  package static let password = "server of the tests, @:/?#%'\\\"5a1c"

  /// A folder of the server's: its data, its log.
  package let scratch: WorkFolder

  package let process: ServerProcess
  private let options: Options

  /// The one that tests share, each with databases of its own. Tests that stop, break or reconfigure a server make one.
  package static func shared() throws -> MongoServer { try sharedServer.get() }

  private static let sharedServer = Result<MongoServer, any Error> { try MongoServer() }

  /// Makes it, starts it and waits until it takes changes: about two seconds.
  ///
  /// - Throws: `Failed`, with the server's log; `Tool.Missing`: a test that cannot do its work has failed.
  package init(_ options: Options = Options()) throws {
    self.options = options
    scratch = try WorkFolder()
    process = try ServerProcess(
      ServerProcess.Manners(name: "MongoDB") { [log = "\(scratch.path)/log"] in
        (try? readRealFile(log)).map { String(decoding: $0, as: UTF8.self) } ?? ""
      }, in: scratch)
    try makeRealFolder("\(scratch.path)/data", mode: 0o700)
    // Members of a set know each other by this; with it, users have to say who they are.
    try writeRealFile("\(scratch.path)/key", "a9Kq0xV2mZ7tB4nY6cR1\n", mode: 0o400)
    try process.onFreePort(start)
    try initiate()
  }

  package var socket: String { "\(scratch.path)/mongodb-\(port.number).sock" }
  /// What an address says so that it speaks TLS.
  var encryption: [(name: String, value: String)] {
    options.certificate.map { [("tls", "true"), ("tlsCAFile", $0.certificate)] } ?? []
  }

  /// The Python with `pymongo` and MongoDB's server that `scripts/setup-test` makes.
  package static func tools() throws -> String {
    let home = environmentValue("XDG_CACHE_HOME") ?? "\(environmentValue("HOME") ?? "")/.cache"
    let folder = environmentValue("COFFRE_TEST_TOOLS") ?? "\(home)/coffre-test-tools"
    guard realEntryExists("\(folder)/bin/python") else {
      throw Tool.Missing(description: "MongoDB's server and pymongo are not installed; do: scripts/setup-test")
    }
    return folder
  }

  /// Python with `bson` and `pymongo`: a reader of documents that is not ours.
  package static func python() throws -> Tool { Tool(path: "\(try tools())/bin/python") }

  private static func server() throws -> Tool {
    let library = "\(try tools())/lib"
    for version in realNames(in: library) where version.hasPrefix("python") {
      let path = "\(library)/\(version)/site-packages/fiftyone/db/bin/mongod"
      if realEntryExists(path) { return Tool(path: path) }
    }
    throw Tool.Missing(description: "MongoDB's server is not installed; do: scripts/setup-test")
  }
}

// MARK: Its life

extension MongoServer {
  /// Starts it on the data it has, again if it was stopped or killed, and waits until it takes connections.
  package func start() throws {
    var words = [
      try Self.server().path, "--dbpath", dataFolder, "--logpath", "\(scratch.path)/log", "--logappend", "--bind_ip",
      "127.0.0.1", "--port",
      "\(port.number)", "--unixSocketPrefix", scratch.path, "--wiredTigerCacheSizeGB", "0.25", "--setParameter",
      "diagnosticDataCollectionEnabled=false",
    ]
    words +=
      options.isReplicaSet
      ? ["--replSet", "rs0", "--oplogSize", "\(options.logSize)", "--keyFile", "\(scratch.path)/key"] : ["--auth"]
    if let certificate = options.certificate {
      words += [
        "--tlsMode", "requireTLS", "--tlsCertificateKeyFile", certificate.both, "--tlsCAFile", certificate.certificate,
        "--tlsAllowConnectionsWithoutCertificates",
      ]
    }
    for (name, value) in options.parameters.sorted(by: { $0.key < $1.key }) {
      words += ["--setParameter", "\(name)=\(value)"]
    }
    try process.start(words, until: "Waiting for connections")
  }

  /// Makes it a set of one that takes changes, and its first user.
  private func initiate() throws {
    if options.isReplicaSet {
      let first = try connect(as: nil)
      let member: BSONValue = ["_id": 0, "host": .string("127.0.0.1:\(port.number)")]
      try first.run(["replSetInitiate": ["_id": "rs0", "members": [member]]], in: "admin")
      try waitForPrimary(nil)
    }
    try connect(as: nil).run(
      ["createUser": .string(Self.user), "pwd": .string(Self.password), "roles": ["root"]], in: "admin")
  }

  /// Waits until it takes changes.
  package func waitForPrimary(_ login: MongoLogin? = .superuser) throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < deadline {
      if let answer = try? connect(as: login).run(["hello": 1], in: "admin"),
        answer["isWritablePrimary"]?.isTrue == true
      {
        return
      }
      usleep(50_000)
    }
    throw Failed(description: "MongoDB takes no changes: \(log.suffix(4000))")
  }
}
