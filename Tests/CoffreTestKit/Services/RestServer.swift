package import CoffreCore
package import CoffreStores
import Glibc

/// A real `rclone serve restic` on a port of this machine, with a folder of its own. It goes with its last reference.
package final class RestServer {
  package struct Options: Sendable {
    package var appendOnly = false
    /// `nil` asks for no name.
    package var user: String? = "tester"
    package var password = "a password of the tests, 4f0c"
    package var certificate: TestCertificate?
    /// Whoever has no certificate of this authority is not heard.
    package var clientAuthority: String?

    package init() {}
  }

  package struct Failed: Error, CustomStringConvertible {
    package let description: String
  }

  package let scratch: WorkFolder
  package let port: LoopbackPort
  package let options: Options
  private var process: RunningProgram?

  /// Starts it and waits until it answers.
  package init(_ options: Options = Options()) throws {
    self.options = options
    scratch = try WorkFolder()
    port = try LoopbackPort.free()
    try makeRealFolder("\(scratch.path)/repositories")
    try start()
  }

  deinit { kill() }

  /// Where the server keeps the repository of that name.
  package func folder(_ name: String = "repository") -> String { "\(scratch.path)/repositories/\(name)" }

  /// Without user and password.
  package func location(_ name: String = "repository") -> String {
    "rest:\(options.certificate == nil ? "http" : "https")://127.0.0.1:\(port.number)/\(name)/"
  }

  /// With user and password, as restic needs it.
  package func locationWithPassword(_ name: String = "repository") -> String {
    guard let user = options.user else { return location(name) }
    let password = options.password.utf8.map { byte -> String in
      let isPlain = (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
      let digits = String(byte, radix: 16)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count < 2 ? "0" : "") + digits
    }.joined()
    let halves = location(name).split(separator: "//", maxSplits: 1).map(String.init)
    return "\(halves[0])//\(user):\(password)@\(halves[1])"
  }

  /// What tells Coffre who asks.
  package var environment: [String: String] {
    guard let user = options.user else { return [:] }
    return ["COFFRE_REST_USERNAME": user, "COFFRE_REST_PASSWORD": options.password]
  }
}

// MARK: Its life

extension RestServer {
  package func start() throws {
    var arguments = ["serve", "restic", "--addr", "127.0.0.1:\(port.number)", "--config", "/dev/null", "-v"]
    if let user = options.user { arguments += ["--user", user, "--pass", options.password] }
    if options.appendOnly { arguments.append("--append-only") }
    if let files = options.certificate { arguments += ["--cert", files.certificate, "--key", files.key] }
    if let authority = options.clientAuthority { arguments += ["--client-ca", authority] }
    arguments.append("\(scratch.path)/repositories")
    let process = try Tool.named("rclone", package: "rclone").start(arguments)
    self.process = process
    guard port.wait(until: true) else { throw Failed(description: "rclone does not answer: \(process.errorsSoFar)") }
  }

  /// At once, in the middle of whatever it does.
  package func kill() {
    process?.kill(SIGKILL)
    _ = try? process?.wait()
    process = nil
  }

  /// It takes connections and answers nothing any more.
  package func freeze() { process?.kill(SIGSTOP) }
  package func thaw() { process?.kill(SIGCONT) }

  /// What it wrote about requests.
  package var log: String { process?.errorsSoFar ?? "" }
}

// MARK: Stores

extension RestServer {
  /// A place for one repository, made; without waiting when something fails.
  package func makeStore(
    _ name: String = "repository", _ change: (inout StoreContext) -> Void = { _ in }
  ) throws -> any Store {
    let environment = environment
    var context = StoreContext { environment[$0] }
    context.pace = .none
    context.connection.authorities = options.certificate.map { Array($0.certificate.utf8) }
    change(&context)
    guard let driver = Builtins.driver(for: Array(location(name).utf8)) else {
      throw Failed(description: "no store for \(location(name))")
    }
    return try driver.create(Array(location(name).utf8), context)
  }
}
