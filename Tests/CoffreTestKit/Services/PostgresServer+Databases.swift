/// A statement or a program that the server, or PostgreSQL's own tools, refused.
package struct PostgresRefusal: Error, CustomStringConvertible {
  package let outcome: ProgramOutcome
  package var description: String { "\(outcome)" }
}

/// Who connects, and with what.
package struct PostgresLogin: Sendable, Hashable {
  package let user: String
  package let password: String

  package init(user: String, password: String) {
    self.user = user
    self.password = password
  }

  /// May do everything.
  package static let superuser = PostgresLogin(user: PostgresServer.user, password: PostgresServer.password)
}

extension PostgresServer {
  // MARK: Where it is

  /// Without a password, as Coffre is told it.
  package func url(_ database: String?, user: String = PostgresServer.user) -> String {
    "postgresql://\(quoted(user))@127.0.0.1:\(port.number)/\(database.map(quoted) ?? "")"
  }

  /// The same through the socket.
  package func socketURL(_ database: String?, user: String = PostgresServer.user) -> String {
    "postgresql://\(quoted(user))@\(quoted(socketFolder)):\(port.number)/\(database.map(quoted) ?? "")"
  }

  private func quoted(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain = (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
      let digits = String(byte, radix: 16, uppercase: true)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count < 2 ? "0" : "") + digits
    }.joined()
  }

  /// For programs that are told the rest by a URL.
  package var environment: [String: String] { ["PGPASSWORD": Self.password] }

  /// For PostgreSQL's own programs. A database is named here, where a name with `=` or `:` is not taken for more.
  package func toolEnvironment(for database: String, as login: PostgresLogin = .superuser) -> [String: String] {
    [
      "PGHOST": "127.0.0.1", "PGPORT": "\(port.number)", "PGUSER": login.user, "PGPASSWORD": login.password,
      "PGDATABASE": database, "PGCONNECT_TIMEOUT": "20",
    ]
  }

  // MARK: Asking

  /// Runs statements with `psql`, which stops at the first that fails.
  ///
  /// - Returns: the rows, a line each, columns with `|` between, without titles and without the last line's end.
  /// - Throws: `PostgresRefusal`.
  @discardableResult
  package func run(_ sql: String, _ database: String = "postgres", as login: PostgresLogin = .superuser) throws
    -> String
  {
    let folder = try WorkFolder()
    defer { withExtendedLifetime(folder) {} }
    try writeRealFile("\(folder.path)/statements.sql", sql + "\n")
    let text = try psqlFile("\(folder.path)/statements.sql", database, as: login).output
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }

  /// Runs a file with `psql`, which stops at the first statement that fails.
  ///
  /// - Parameters:
  ///   - folder: where `psql` works; what a file names without a slash at its beginning is looked for there.
  ///   - variables: for `:name` in the file.
  /// - Throws: `PostgresRefusal`.
  @discardableResult
  package func psqlFile(
    _ path: String, _ database: String, in folder: String? = nil, variables: [String: String] = [:],
    as login: PostgresLogin = .superuser
  ) throws -> ProgramOutcome {
    var settings = ProgramSettings()
    settings.environment = toolEnvironment(for: database, as: login)
    settings.directory = folder
    if runsAllTests { settings.timeLimit = 900 }
    var arguments = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
    for (name, value) in variables.sorted(by: { $0.key < $1.key }) { arguments += ["-v", "\(name)=\(value)"] }
    return try successful(installation.tool("psql").run(arguments + ["-f", path], settings))
  }

  /// Runs one of PostgreSQL's own programs on a database.
  ///
  /// - Throws: `PostgresRefusal` if it fails.
  package func vendorTool(
    _ name: String, _ arguments: [String], _ database: String, as login: PostgresLogin = .superuser
  ) throws -> ProgramOutcome {
    var settings = ProgramSettings()
    settings.environment = toolEnvironment(for: database, as: login)
    return try successful(installation.tool(name).run(arguments, settings))
  }

  private func successful(_ outcome: ProgramOutcome) throws -> ProgramOutcome {
    guard outcome.isSuccess else { throw PostgresRefusal(outcome: outcome) }
    return outcome
  }

  // MARK: Databases and roles

  /// Makes an empty database.
  ///
  /// - Parameters:
  ///   - name: how its name begins; a number follows.
  ///   - encoding: as PostgreSQL calls it; all but UTF8 come with the locale C.
  /// - Returns: its name, which no other test uses.
  package func createDatabase(_ name: String = "test", encoding: String = "UTF8", owner: String? = nil) throws
    -> String
  {
    let unique = "\(name)_\(nextNumber())"
    let locale = encoding == "UTF8" ? "C.UTF-8" : "C"
    let rest = owner.map { " OWNER \(Self.identifier($0))" } ?? ""
    try run(
      "CREATE DATABASE \(Self.identifier(unique)) TEMPLATE template0 ENCODING '\(encoding)' LOCALE '\(locale)'\(rest)")
    return unique
  }

  /// Removes a database with its subscriptions, whoever uses it. What is not there is no error.
  package func dropDatabase(_ name: String) throws {
    let subscriptions = try run(
      """
      SELECT count(subname) FROM pg_database d LEFT JOIN pg_subscription s ON s.subdbid = d.oid
       WHERE datname = \(Self.literal(name)) GROUP BY d.oid
      """)
    guard subscriptions != "" else { return }
    if subscriptions != "0" {
      try run(
        """
        SELECT format('ALTER SUBSCRIPTION %1$I DISABLE; ALTER SUBSCRIPTION %1$I SET (slot_name = NONE);'
          || 'DROP SUBSCRIPTION %1$I', subname)
          FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE datname = current_database() \\gexec
        """, name)
    }
    try run("DROP DATABASE IF EXISTS \(Self.identifier(name)) WITH (FORCE)")
  }

  /// Names of all databases but the server's own, sorted.
  package func databases() throws -> [String] {
    try run(
      "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres' ORDER BY datname COLLATE \"C\""
    )
    .split(separator: "\n").map(String.init)
  }

  /// Makes a role that may log in.
  ///
  /// - Parameter attributes: `SUPERUSER`, `BYPASSRLS`, `IN ROLE pg_read_all_data`…
  /// - Returns: how to connect as that role, whose name no other test uses.
  package func createRole(_ name: String = "role", _ attributes: String = "") throws -> PostgresLogin {
    let number = nextNumber()
    let login = PostgresLogin(user: "\(name)_\(number)", password: "a role of the tests, \(number)")
    try run("CREATE ROLE \(Self.identifier(login.user)) LOGIN PASSWORD \(Self.literal(login.password)) \(attributes)")
    return login
  }

  /// A name as SQL writes it.
  package static func identifier(_ name: String) -> String { wrapped(name, in: "\"") }

  /// A text as SQL writes it.
  package static func literal(_ text: String) -> String { wrapped(text, in: "'") }

  private static func wrapped(_ text: String, in mark: Unicode.Scalar) -> String {
    var view = String.UnicodeScalarView()
    view.append(mark)
    for scalar in text.unicodeScalars {
      if scalar == mark { view.append(mark) }
      view.append(scalar)
    }
    view.append(mark)
    return String(view)
  }

  // MARK: Comparing

  /// All that `pg_dump` says of a database, in a form that two equal databases share.
  package func dump(_ database: String, _ arguments: [String] = []) throws -> PostgresDump {
    PostgresDump(normalising: try vendorDump(database, arguments))
  }

  /// What `pg_dump` wrote, as it is.
  package func vendorDump(_ database: String, _ arguments: [String] = []) throws -> [UInt8] {
    try vendorTool("pg_dump", arguments, database).outputBytes
  }

  /// All that `pg_dumpall` says of the server beside its databases.
  package func globals() throws -> PostgresDump {
    PostgresDump(
      normalising: try vendorTool("pg_dumpall", ["--globals-only", "--database=postgres"], "postgres").outputBytes)
  }

  /// What belongs to a database itself and stands in no dump of it: owner, encoding, rights, comment, settings, labels.
  package func properties(of database: String) throws -> String {
    try run(
      """
      SELECT 'owner', pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider,
        datistemplate, datallowconn, datconnlimit, spcname
        FROM pg_database d JOIN pg_tablespace t ON t.oid = dattablespace WHERE datname = current_database();
      SELECT 'right', a::text FROM pg_database, unnest(datacl) a WHERE datname = current_database()
        ORDER BY a::text COLLATE "C";
      SELECT 'comment', shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database();
      SELECT 'setting', coalesce(rolname, ''), s FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase
        LEFT JOIN pg_roles r ON r.oid = setrole, unnest(setconfig) s WHERE datname = current_database()
        ORDER BY rolname COLLATE "C" NULLS FIRST, s COLLATE "C";
      SELECT 'label', provider, label FROM pg_shseclabel JOIN pg_database d ON d.oid = objoid
        WHERE classoid = 'pg_database'::regclass AND datname = current_database() ORDER BY provider;
      """, database)
  }
}
