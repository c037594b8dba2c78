import Glibc
import MongoKit
import Synchronization

/// A real MongoDB of the tests' own, a replica set of one, on a port of this machine, in a folder of its own, with users.
///
/// It goes with its last reference; `shared` with the process, however that ends.
package final class MongoServer: Sendable {
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

  package struct Failed: Error, CustomStringConvertible {
    package let description: String
  }

  /// The server's first user, who may do everything.
  package static let user = "coffre"
  /// Of that user; it has what must be quoted in addresses.
  package static let password = "server of the tests, @:/?#%'\\\"5a1c"

  /// A folder of the server's: its data, its log.
  package let scratch: WorkFolder

  private let options: Options
  /// Held open for writing: the watcher of the server reads its end when this process ends.
  private let lifeline: Int32
  private let process = Mutex<RunningProgram?>(nil)
  private let chosenPort: Mutex<LoopbackPort>
  private let numbers = Mutex<Int>(0)

  /// The one that tests share, each with databases of its own. Tests that stop, break or reconfigure a server make one.
  package static func shared() throws -> MongoServer { try sharedServer.get() }

  private static let sharedServer = Result<MongoServer, any Error> { try MongoServer() }

  /// Makes it, starts it and waits until it takes changes: about two seconds.
  ///
  /// - Throws: `Failed`, with the server's log; `Tool.Missing`: a test that cannot do its work has failed.
  package init(_ options: Options = Options()) throws {
    self.options = options
    scratch = try WorkFolder()
    chosenPort = Mutex(try LoopbackPort.free())
    let pipe = "\(scratch.path)/lifeline"
    try unsafe checked(mkfifo(pipe, 0o600), "mkfifo", Array(pipe.utf8))
    lifeline = try unsafe checked(open(pipe, O_RDWR | O_CLOEXEC), "open", Array(pipe.utf8))
    try makeRealFolder("\(scratch.path)/data", mode: 0o700)
    // Members of a set know each other by this; with it, users have to say who they are.
    try writeRealFile("\(scratch.path)/key", "a9Kq0xV2mZ7tB4nY6cR1\n", mode: 0o400)
    try startOnFreePort()
    try initiate()
  }

  deinit {
    stop()
    close(lifeline)
  }

  package var port: LoopbackPort { chosenPort.withLock { $0 } }
  package var socket: String { "\(scratch.path)/mongodb-\(port.number).sock" }
  /// What an address says so that it speaks TLS.
  var encryption: [(name: String, value: String)] {
    options.certificate.map { [("tls", "true"), ("tlsCAFile", $0.certificate)] } ?? []
  }
  private var dataFolder: String { "\(scratch.path)/data" }

  /// What it wrote since its first start.
  package var log: String {
    (try? readRealFile("\(scratch.path)/log")).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
  package var isRunning: Bool { process.withLock { $0.map { !$0.hasEnded } ?? false } }

  /// A number that this server has not given before.
  func nextNumber() -> Int {
    numbers.withLock {
      $0 += 1
      return $0
    }
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

  /// Starts it on the data it has, again if it was stopped or killed, and waits until it takes connections.
  package func start() throws {
    // The server is told to end when nobody holds the lifeline any more: then the tests are over, or were killed. Its
    // watcher is no child of the server.
    let script = """
      data=$1 scratch=$2; shift 2
      exec 3<&0 </dev/null
      cd "$data" || exit 1
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
    var words = ["-c", script, "mongod", dataFolder, scratch.path, try Self.server().path]
    words += [
      "--dbpath", dataFolder, "--logpath", "\(scratch.path)/log", "--logappend", "--bind_ip", "127.0.0.1", "--port",
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
    var settings = ProgramSettings()
    settings.input = "\(scratch.path)/lifeline"
    settings.directory = scratch.path
    settings.timeLimit = 86_400
    let former = log.utf8.count
    try process.withLock { $0 = try Tool(path: "/bin/sh").start(words, settings) }
    let deadline = ContinuousClock.now + .seconds(120)
    while !log.utf8.dropFirst(former).contains(Array("Waiting for connections".utf8)) {
      guard isRunning, ContinuousClock.now < deadline else {
        let told = log
        stop()
        throw Failed(description: "MongoDB does not start: \(told.suffix(4000))")
      }
      usleep(20_000)
    }
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
}
