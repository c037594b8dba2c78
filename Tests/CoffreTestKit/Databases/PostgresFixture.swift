/// Databases that use everything PostgreSQL has: scripts in `Fixtures/PostgreSQL`, run by `psql`.
package enum PostgresFixture {
  /// What is laid down in clear text inside the fixtures, and must appear in no log, error or manifest.
  package static let secrets = [
    "owner-secret-51f0", "mapping-secret-93c2", "subscription-secret-77ab", PostgresServer.password,
  ]

  /// Beginnings of names for databases; what looks like syntax must stay a name.
  package static let oddNames = [
    "Shop", "two words", "a\"b", "it's", "a=b host=x", "postgresql://x", "a.b", "a/b", "..", "a\\b", "100%41", "é 😀",
    "-x", "$(x)",
    ":x", "select", "line\nbreak",
  ]

  /// Where a script lies, in the project.
  package static func path(_ name: String) -> String {
    let kit = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return "/\(kit)/Fixtures/PostgreSQL/\(name)"
  }

  /// Makes roles, a tablespace and rights that belong to the whole server, once.
  package static func prepareGlobals(of server: PostgresServer) throws {
    try server.once("globals") {
      try server.psqlFile(
        path("globals.sql"), "postgres",
        variables: [
          "tablespace": tablespace, "folder": try server.makeFolder("tablespace"),
          "labels": server.labelObstacle == nil ? "true" : "false",
        ])
      try writeRealFile(file(of: server), "id,name\n1,one\n2,\"t\"\"wo\"\n,\n", mode: 0o644)
    }
  }

  /// Of the fixture.
  package static let tablespace = "coffre \"fast\" space"

  /// What a foreign table reads.
  private static func file(of server: PostgresServer) -> String { "\(server.scratch.path)/foreign.csv" }

  /// Makes a database with everything in it: about 300 tables, 3 MB as a dump. Two seconds.
  ///
  /// Security labels are left out where `labelObstacle` says so.
  ///
  /// - Returns: its name.
  package static func makeEverything(in server: PostgresServer, named name: String = "everything") throws -> String {
    try prepareGlobals(of: server)
    let database = try server.createDatabase(name)
    for script in realNames(in: path("everything")) {
      if script.contains("labels"), server.labelObstacle != nil { continue }
      try server.psqlFile(
        path("everything/\(script)"), database,
        variables: ["tablespace": tablespace, "file": file(of: server)])
    }
    return database
  }

  /// A database with the kinds of objects that PostgreSQL's own regression tests make and `makeEverything` does not, and
  /// all objects of PostgreSQL's own extensions as objects of nobody's: 1100 functions, 330 operators. A second.
  ///
  /// - Returns: its name.
  package static func makeRegression(in server: PostgresServer) throws -> String {
    let database = try server.createDatabase("regression")
    for script in realNames(in: path("regression")) { try server.psqlFile(path("regression/\(script)"), database) }
    return database
  }

  /// A database in LATIN1 with every character it has.
  package static func makeLatin1(in server: PostgresServer) throws -> String {
    try make("latin1", encoding: "LATIN1", in: server)
  }

  /// A database in SQL_ASCII: text and names that are no text in any one encoding.
  package static func makeRawBytes(in server: PostgresServer) throws -> String {
    try make("sql-ascii", encoding: "SQL_ASCII", in: server)
  }

  private static func make(_ script: String, encoding: String, in server: PostgresServer) throws -> String {
    let database = try server.createDatabase(script, encoding: encoding)
    try server.psqlFile(path("\(script).sql"), database)
    return database
  }

  /// Loads a plain dump, whoever made it, into a new database.
  ///
  /// - Returns: its name.
  package static func load(
    _ dump: [UInt8], into name: String = "loaded", encoding: String = "UTF8", of server: PostgresServer
  ) throws -> String {
    let folder = try WorkFolder()
    defer { withExtendedLifetime(folder) {} }
    try writeRealFile("\(folder.path)/dump.sql", dump)
    let database = try server.createDatabase(name, encoding: encoding)
    try server.psqlFile("\(folder.path)/dump.sql", database)
    return database
  }
}
