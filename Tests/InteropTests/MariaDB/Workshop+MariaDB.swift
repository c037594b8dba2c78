import CoffreTestKit
import Testing

/// What the tests of MariaDB ask of the built program.
extension Workshop {
  static let mariadbName = "db-3306"
  static let mariadbFolder = "/@mariadb/\(mariadbName)"

  /// Coffre with the password of an account.
  func coffre(_ arguments: [String], for server: MariaDBServer, as login: MariaDBLogin = .superuser) throws
    -> CoffreReport
  {
    try coffreJSON(arguments) { settings in
      settings.environment["MYSQL_PWD"] = login.password
      settings.timeLimit = 600
    }
  }

  /// Backs up a database, or the whole server.
  ///
  /// - Returns: the report of a run that ended well.
  func backUp(_ database: String?, of server: MariaDBServer, _ options: [String] = []) throws -> CoffreReport {
    let report = try coffre(["backup", server.url(database), "--name", Self.mariadbName] + options, for: server)
    try #require(report.status == 0, "\(report)\n\(server.log.suffix(2000))")
    return report
  }

  /// Restores a snapshot into a database.
  func restore(
    _ snapshot: String, to database: String?, of server: MariaDBServer, _ options: [String] = []
  ) throws -> CoffreReport {
    try coffre(["restore", snapshot, "--to", server.url(database)] + options, for: server)
  }
}

/// Fails the test unless `mariadb-dump` and `CHECKSUM TABLE` say the same of both databases.
func expectEqualDatabases(
  _ copy: String, of server: MariaDBServer, and original: MariaDBState, without tables: [String] = [],
  location: SourceLocation = #_sourceLocation
) throws {
  let found = try MariaDBState(of: copy, in: server, without: tables)
  for (number, line) in original.dump.enumerated() where number >= found.dump.count || found.dump[number] != line {
    let other = number < found.dump.count ? found.dump[number] : "nothing"
    Issue.record("line \(number): \(line.prefix(600)) became \(other.prefix(600))", sourceLocation: location)
    break
  }
  #expect(found.dump.count == original.dump.count, sourceLocation: location)
  #expect(found.checksums == original.checksums, sourceLocation: location)
  #expect(found.shapes == original.shapes, sourceLocation: location)
}

/// All that can be asked of a database, in a form that two equal ones share.
struct MariaDBState {
  let dump: [String]
  let checksums: [String: String]
  /// What a dump does not tell exactly: the floats, the history of rows, the values of sequences.
  let shapes: String

  init(of database: String, in server: MariaDBServer, without tables: [String] = []) throws {
    // Broken views end a dump, and are in no backup.
    let left = (tables + ["broken"]).map { "--ignore-table=\(database).\($0)" }
    // Of rows that are many the checksum tells enough.
    let options = left + ["--dump-history", "--ignore-table-data=\(database).large"]
    dump = try server.dump(database, options).map { line in
      // Counters are as they are now, and a dump names its database in some places.
      line.replacing(#/ AUTO_INCREMENT=\d+/#, with: "").replacing("`\(database)`.", with: "")
        .replacing("ALTER DATABASE `\(database)` ", with: "ALTER DATABASE ")
    }
    checksums = try server.checksums(database).filter { !tables.contains($0.key) }
    let known = try server.run(
      """
      SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN
       ('kinds', 'remembered', 'numbers') ORDER BY 1
      """, database
    ).split(separator: "\n")
    var parts: [String] = []
    if known.contains("kinds") { parts.append(try server.run("SELECT f * 1e0, h, g FROM kinds", database)) }
    if known.contains("remembered") {
      parts.append(
        try server.run(
          "SELECT *, row_start, row_end FROM remembered FOR SYSTEM_TIME ALL ORDER BY 1, 2", database))
      parts.append(
        try server.run("SELECT *, since, until FROM remembered_named FOR SYSTEM_TIME ALL ORDER BY 1, 2", database))
    }
    if known.contains("numbers") {
      parts.append(try server.run("SELECT * FROM numbers; SELECT * FROM downward", database))
    }
    parts.append(
      try server.run(
        """
        SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_ORDER FROM information_schema.TRIGGERS
         WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY 1;
        SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME, SCHEMA_COMMENT FROM information_schema.SCHEMATA
         WHERE SCHEMA_NAME = DATABASE();
        """, database))
    shapes = parts.joined(separator: "\n---\n")
  }
}

extension Workshop {
  /// Makes a `.env` with a server's account, as inventories have it.
  ///
  /// - Returns: its path.
  func writeEnvironment(of server: MariaDBServer, _ more: [String] = []) throws -> String {
    let environment = "\(path)/.env"
    let escaped = MariaDBServer.password.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    let account = [
      "DB_HOST=127.0.0.1", "DB_PORT=\(server.port.number)", "DB_USER='\(MariaDBServer.user)'",
      "DB_PASSWORD=\"\(escaped)\"",
    ]
    try writeRealFile(environment, (account + more).map { $0 + "\n" }.joined(), mode: 0o600)
    return environment
  }
}
