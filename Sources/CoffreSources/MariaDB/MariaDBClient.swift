import CoffreCore
import CoffreSystem
import MariaDBKit

/// The vendor's own programs, told where the server is by a file that only we can read.
struct MariaDBClient: Sendable {
  let tools: VendorTools
  private let settingsFile: SecretFile
  /// Variables that would say otherwise than the file.
  private let withheld: [String]
  private let files: Files

  /// Which other files of settings a program reads.
  enum Files: Sendable {
    /// All that it usually does.
    case usual
    /// Only the user's own, for the account: what the machine's say of a server may be of another one.
    case users
  }

  /// - Parameter server: of the address, the one that answered.
  init(
    _ tools: VendorTools, _ location: DatabaseLocation, on server: DatabaseLocation.Server, password given: Secret?,
    reading files: Files = .usual
  ) throws(SourceError) {
    self.tools = tools
    self.files = files
    var password = given
    var lines: [String] = []
    if files == .users, given == nil {
      // Not every program looks there.
      password = Environment.bytes("MYSQL_PWD").map { Secret($0) }
      if let file = Self.usersFile { lines.append(#"!include \#(file)"#) }
    }
    // Without a password of our own, that of the environment is meant.
    withheld = password == nil ? [] : ["MYSQL_PWD"]
    lines.append("[client]")
    func add(_ name: String, _ value: String?) {
      guard let value else { return }
      lines.append("\(name)=\(Self.quoted(value))")
    }
    do throws(MariaDBError) {
      let settings = try MariaDBAddress.settings(for: location, on: server, password: password)
      add("host", settings.socket == nil ? settings.host : nil)
      if settings.host != nil, settings.socket == nil { add("protocol", "tcp") }
      add("socket", settings.socket)
      add("port", settings.port.map { "\($0)" })
      add("user", settings.user)
      add("ssl-ca", settings.authorities)
      add("ssl-capath", settings.authoritiesFolder)
      add("ssl-cert", settings.certificate)
      add("ssl-key", settings.key)
      add("ssl-crl", settings.withdrawn)
      if settings.encryption == .required || settings.encryption == .verified { lines.append("ssl") }
      if settings.encryption == .verified { lines.append(#"ssl-verify-server-cert"#) }
    } catch {
      throw SourceError(error, "understand", Array(location.text.utf8))
    }
    if let password { add("password", String(decoding: password.exposedBytes, as: UTF8.self)) }
    do throws(SystemError) {
      settingsFile = try SecretFile(Array((lines.joined(separator: "\n") + "\n").utf8), named: "my.cnf")
    } catch {
      throw SourceError(.failed, "write settings for", Array(tools.place.utf8), because: error.cause)
    }
  }

  /// Where somebody keeps the password of an account.
  private static var usersFile: String? {
    guard let home = Environment.value("HOME"), !home.isEmpty else { return nil }
    let file = "\(home)/.my.cnf"
    return (try? FileDescriptor.attributes(ofPath: Array(file.utf8), .following)) == nil ? nil : file
  }

  /// As such files are read: a backslash and quotes stand behind a backslash.
  private static func quoted(_ value: String) -> String {
    var text = String.UnicodeScalarView()
    for scalar in value.unicodeScalars {
      if scalar == "\\" || scalar == "\"" { text.append("\\") }
      text.append(scalar)
    }
    return "\"\(String(text))\""
  }

  private var option: String { files == .usual ? #"--defaults-extra-file"# : #"--defaults-file"# }

  /// The folder of the file, which goes with this value: for what a program puts aside.
  var folder: PathBytes { splitPath(settingsFile.path).folder }

  func start(_ program: String, _ arguments: [String]) throws(SystemError) -> ChildProcess {
    try ChildProcess.start(
      tools.command(program, ["\(option)=\(displayed(settingsFile.path))"] + arguments),
      environment: ["LC_ALL": "C"], without: withheld, output: .piped, errors: .captured)
  }
}
