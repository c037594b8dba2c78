import CoffreTestKit
import Testing

/// What a backup refuses to begin with, or to believe.
@Suite("PostgreSQL backups that cannot be whole", .timeLimit(.minutes(10)))
struct BackupRefusalTests {
  private let workshop: Workshop
  private let server: PostgresServer

  init() throws {
    workshop = try Workshop()
    server = try PostgresServer.shared()
  }

  private func backup(_ database: String, as user: String = PostgresServer.user, _ variables: [String: String])
    throws -> CoffreReport
  {
    try workshop.coffreJSON(["backup", server.url(database, user: user), "--name", Workshop.serverName]) {
      $0.environment.merge(variables) { $1 }
    }
  }

  private func makeDatabase() throws -> String {
    let database = try server.createDatabase("refused")
    try server.run("CREATE TABLE open (id int); CREATE TABLE closed (id int); INSERT INTO open VALUES (1)", database)
    return database
  }

  // MARK: Passwords

  @Test func `a wrong password, wherever it stands`() throws {
    let database = try makeDatabase()
    defer { try? server.dropDatabase(database) }
    let guess = "guessed-66d0"
    let home = "\(workshop.path)/home"
    try makeRealFolder(home)
    try writeRealFile("\(home)/.pgpass", "*:*:*:*:\(guess)\n", mode: 0o600)
    try writeRealFile("\(workshop.path)/guess", guess + "\n", mode: 0o600)
    for variables in [
      ["PGPASSWORD": guess], ["HOME": home], ["COFFRE_SOURCE_PASSWORD_FILE": "\(workshop.path)/guess"],
    ] {
      let report = try backup(database, variables)
      try workshop.expectFailure(report, 14, saying: ["password authentication failed"])
      #expect(!"\(report)".contains(guess), "\(report)")
    }
    let none = try backup(database, [:])
    try workshop.expectFailure(none, 14, saying: ["no password supplied"])
  }

  @Test func `the right password, wherever it stands`() throws {
    let database = try makeDatabase()
    defer { try? server.dropDatabase(database) }
    let home = "\(workshop.path)/home"
    try makeRealFolder(home)
    let escaped = PostgresServer.password.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
    try writeRealFile("\(home)/.pgpass", "127.0.0.1:\(server.port.number):*:*:\(escaped)\n", mode: 0o600)
    try writeRealFile("\(workshop.path)/known", PostgresServer.password + "\n", mode: 0o600)
    for variables in [
      ["HOME": home], ["PGPASSFILE": "\(home)/.pgpass"], ["COFFRE_SOURCE_PASSWORD_FILE": "\(workshop.path)/known"],
      ["PGPASSWORD": "wrong", "COFFRE_SOURCE_PASSWORD_FILE": "\(workshop.path)/known"],
    ] {
      let report = try backup(database, variables)
      #expect(report.status == 0, "\(variables.keys): \(report)")
    }
    #expect(workshop.snapshotIDs.count == 4)
  }

  // MARK: Rights

  @Test func `a table that may not be read`() throws {
    let database = try makeDatabase()
    defer { try? server.dropDatabase(database) }
    let role = try server.createRole("reader")
    defer { _ = try? server.run("DROP ROLE \(PostgresServer.identifier(role.user))") }
    let name = PostgresServer.identifier(role.user)
    try server.run("GRANT SELECT ON open TO \(name)", database)
    let variables = ["PGPASSWORD": role.password]
    let report = try backup(database, as: role.user, variables)
    try workshop.expectFailure(report, 14, saying: [role.user, "public.closed", "may not"])
    #expect(report.error?["advice"]?.text?.contains("--allow-partial") == true, "\(report)")

    let test = try workshop.coffreJSON(["source", "test", server.url(database, user: role.user)]) {
      $0.environment.merge(variables) { $1 }
    }
    #expect(test.status == 22 && test.outcome.output.contains("public.closed"), "\(test)")

    let partial = try workshop.coffreJSON([
      "backup", server.url(database, user: role.user), "--name", Workshop.serverName, "--allow-partial",
    ]) { $0.environment.merge(variables) { $1 } }
    #expect(partial.status == 3, "\(partial)")
    let manifest = try workshop.manifest()
    #expect(manifest["complete"]?.bool == false)
    #expect(manifest["missed"]?.array.contains { $0["object"]?.text?.contains("public.closed") == true } == true)
    let tables = manifest["databases"]?.array.first?["tables"]?.array ?? []
    #expect(tables.compactMap { $0["name"]?.text } == ["open"])
    try server.run("DROP OWNED BY \(name)", database)
  }

  // MARK: Tools

  /// Each stands for one of the vendor's programs; what it does, and what Coffre says of it.
  private static let scripts: [(script: String, word: String)] = [
    ("exit 0", "no whole dump"),
    ("exit 3", "3"),
    ("echo 'connection lost' >&2; exit 1", "connection lost"),
    // Half of it, and then an error, or a good conscience, or a signal.
    ("\"$program\" \"$@\" | head -c 300; exit 1", "no whole dump|1"),
    ("\"$program\" \"$@\" | head -c 300; exit 0", "no whole dump"),
    ("\"$program\" \"$@\" | head -n -9; exit 0", "no whole dump"),
    ("\"$program\" \"$@\" | head -c 300; kill -9 $$", "signal|SIGKILL|killed"),
    // Another one's whole output behind something else.
    ("echo hello; exit 0", "no whole dump"),
  ]

  @Test(arguments: ["pg_dump", "pg_dumpall"])
  func `a program that stands in the tool's place`(_ tool: String) throws {
    let database = try makeDatabase()
    defer { try? server.dropDatabase(database) }
    let parts = tool == "pg_dump" ? ["--section=pre-data", "--section=post-data"] : [nil]
    for (number, example) in Self.scripts.enumerated() {
      let tools = try StandInTools(for: server, in: workshop)
      try tools.replace(tool, where: parts[number % parts.count], by: example.script)
      let report = try backup(database, tools.environment)
      try workshop.expectFailure(report, 14, saying: [tool])
      let said = report.outcome.output + report.outcome.errors
      #expect(example.word.split(separator: "|").contains { said.contains($0) }, "\(example): \(report)")
    }
    let tools = try StandInTools(for: server, in: workshop)
    #expect(try backup(database, tools.environment).status == 0)
  }

  @Test func `a tool that is older than the server, or missing`() throws {
    let database = try makeDatabase()
    defer { try? server.dropDatabase(database) }
    let old = try StandInTools(for: server, in: workshop)
    for name in ["pg_dump", "pg_dumpall"] { try old.pretend(name, version: "12.22") }
    let report = try backup(database, old.environment)
    try workshop.expectFailure(report, 20, saying: ["12.22"])
    #expect(report.error?["advice"]?.text?.contains("postgresql-client-\(server.installation.version)") == true)
    try makeRealFolder("\(workshop.path)/empty")
    let missing = try backup(
      database, ["PGPASSWORD": PostgresServer.password, "COFFRE_PG_BINDIR": "\(workshop.path)/empty"])
    try workshop.expectFailure(missing, 20, saying: ["pg_dump"])
  }
}
