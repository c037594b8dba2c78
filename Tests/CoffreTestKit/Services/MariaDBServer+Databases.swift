/// A statement or a program that the server, or MariaDB's own tools, refused.
package struct MariaDBRefusal: Error, CustomStringConvertible {
  package let outcome: ProgramOutcome
  package var description: String { "\(outcome)" }
}

/// Who connects, and with what.
package struct MariaDBLogin: Sendable, Hashable {
  package let user: String
  package let password: String

  package init(user: String, password: String) {
    self.user = user
    self.password = password
  }

  /// May do everything.
  package static let superuser = MariaDBLogin(user: MariaDBServer.user, password: MariaDBServer.password)
}

extension MariaDBServer {
  // MARK: Where it is

  /// Without a password, as Coffre is told it.
  package func url(_ database: String?, user: String = MariaDBServer.user) -> String {
    "mariadb://\(quoted(user))@127.0.0.1:\(port.number)/\(database.map(quoted) ?? "")"
  }

  private func quoted(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain = (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
      let digits = String(byte, radix: 16, uppercase: true)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count < 2 ? "0" : "") + digits
    }.joined()
  }

  // MARK: Asking

  /// Runs statements with `mariadb`, which stops at the first that fails.
  ///
  /// - Returns: the rows, a line each, columns with tabs between, without titles and without the last line's end.
  /// - Throws: `MariaDBRefusal`.
  @discardableResult
  package func run(_ sql: String, _ database: String = "mysql", as login: MariaDBLogin = .superuser) throws -> String {
    let folder = try WorkFolder()
    defer { withExtendedLifetime(folder) {} }
    try writeRealFile("\(folder.path)/statements.sql", sql + "\n")
    let text = try runFile("\(folder.path)/statements.sql", database, as: login).output
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }

  /// Runs a file with `mariadb`, which stops at the first statement that fails.
  ///
  /// - Parameter folder: where `mariadb` works.
  /// - Throws: `MariaDBRefusal`.
  @discardableResult
  package func runFile(
    _ path: String, _ database: String?, in folder: String? = nil, options: [String] = [],
    as login: MariaDBLogin = .superuser
  ) throws -> ProgramOutcome {
    try vendorTool(
      "mariadb", options + ["--batch", "--skip-column-names", "--raw"] + (database.map { ["--database=\($0)"] } ?? []),
      input: path, in: folder, as: login)
  }

  /// Runs one of MariaDB's own programs.
  ///
  /// - Throws: `MariaDBRefusal` if it fails.
  package func vendorTool(
    _ name: String, _ arguments: [String], input: String? = nil, in folder: String? = nil,
    as login: MariaDBLogin = .superuser
  ) throws -> ProgramOutcome {
    var settings = ProgramSettings()
    settings.environment = ["MYSQL_PWD": login.password]
    settings.input = input
    settings.directory = folder
    if runsAllTests { settings.timeLimit = 900 }
    let outcome = try Self.tool(name).run(
      [
        "--no-defaults", "--host=127.0.0.1", "--port=\(port.number)", "--user=\(login.user)",
        "--default-character-set=utf8mb4",
      ] + arguments, settings)
    guard outcome.isSuccess else { throw MariaDBRefusal(outcome: outcome) }
    return outcome
  }

  // MARK: Databases and users

  /// Makes an empty database.
  ///
  /// - Parameter name: how its name begins; a number follows.
  /// - Returns: its name, which no other test uses.
  package func createDatabase(_ name: String = "test", _ properties: String = "") throws -> String {
    let unique = "\(name)_\(nextNumber())"
    try run("CREATE DATABASE \(Self.identifier(unique)) \(properties)")
    return unique
  }

  /// What is not there is no error.
  package func dropDatabase(_ name: String) throws { try run("DROP DATABASE IF EXISTS \(Self.identifier(name))") }

  /// Names of all databases but the server's own, sorted.
  package func databases() throws -> [String] {
    try run(
      """
      SELECT SCHEMA_NAME FROM information_schema.SCHEMATA
       WHERE SCHEMA_NAME NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema') ORDER BY 1
      """
    ).split(separator: "\n").map(String.init)
  }

  /// Makes a user.
  ///
  /// - Parameter rights: as `SELECT ON *.*`.
  /// - Returns: how to connect as that user, whose name no other test uses.
  package func createUser(_ name: String = "user", _ rights: [String] = []) throws -> MariaDBLogin {
    let number = nextNumber()
    let login = MariaDBLogin(user: "\(name)_\(number)", password: "a user of the tests, \(number)")
    let account = "\(Self.literal(login.user))@'%'"
    var statements = ["CREATE USER \(account) IDENTIFIED BY \(Self.literal(login.password));"]
    statements += rights.map { "GRANT \($0) TO \(account);" }
    try run(statements.joined(separator: "\n"))
    return login
  }

  /// A name as SQL writes it.
  package static func identifier(_ name: String) -> String { "`\(name.replacing("`", with: "``"))`" }

  /// A text as SQL writes it.
  package static func literal(_ text: String) -> String {
    "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "''"))'"
  }

  // MARK: Comparing

  /// All that `mariadb-dump` says of a database, in a form that two equal databases share.
  package func dump(_ database: String, _ arguments: [String] = []) throws -> [String] {
    let bytes = try vendorTool(
      "mariadb-dump",
      [
        "--routines", "--events", "--triggers", "--hex-blob", "--skip-dump-date", "--skip-comments",
        "--skip-extended-insert", "--order-by-primary", "--single-transaction",
      ] + arguments + ["--", database]
    ).outputBytes
    return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).map { line in
      String(decoding: line, as: UTF8.self)
    }
  }

  /// `CHECKSUM TABLE` of all tables of a database, by name.
  package func checksums(_ database: String) throws -> [String: String] {
    let names = try run(
      """
      SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = \(Self.literal(database))
       AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY 1
      """
    ).split(separator: "\n").map(String.init)
    var sums: [String: String] = [:]
    for name in names {
      let answer = try run("CHECKSUM TABLE \(Self.identifier(name)) EXTENDED", database)
      sums[name] = answer.split(separator: "\t").last.map(String.init)
    }
    return sums
  }
}
