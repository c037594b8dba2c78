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
    /// None. What the user's own one says of the account is taken over: what the machine's say of a server may be of another
    /// one, and what the program itself is told in any of them may leave out half of the server.
    case accounts
  }

  /// - Parameters:
  ///   - server: of the address, the one that answered.
  ///   - workFolder: for the file; `nil` for the folder of temporary files.
  init(
    _ tools: VendorTools, _ location: DatabaseLocation, on server: DatabaseLocation.Server, password given: Secret?,
    reading files: Files = .usual, in workFolder: PathBytes? = nil
  ) throws(SourceError) {
    self.tools = tools
    self.files = files
    var password = given
    var users: [[UInt8]] = []
    if files == .accounts, given == nil {
      // Not every program looks there.
      password = Environment.bytes("MYSQL_PWD").map { Secret($0) }
      users = Self.usersFile.map { UsersAccount(file: $0).lines } ?? []
    }
    // Without a password of our own, that of the environment is meant.
    withheld = password == nil ? [] : ["MYSQL_PWD"]
    var lines: [String] = []
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
    // What the address says comes last, and counts.
    let all = [Array("[client]".utf8)] + users + lines.map { Array($0.utf8) } + [[]]
    do throws(SystemError) {
      settingsFile = try SecretFile(
        Array(all.joined(separator: [UInt8(ascii: "\n")])), named: "my.cnf",
        in: workFolder)
    } catch {
      throw SourceError(.failed, "write settings for", Array(tools.place.utf8), because: error.cause)
    }
  }

  /// Where somebody keeps the password of an account.
  private static var usersFile: PathBytes? {
    guard let home = Environment.bytes("HOME"), !home.isEmpty else { return nil }
    return joined(home, Array(".my.cnf".utf8))
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
