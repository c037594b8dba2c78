import CoffreTestKit
import Testing

/// What a backup refuses to begin with, or to believe; and that nobody but the server sees a password.
@Suite("MariaDB backups that cannot be whole", .timeLimit(.minutes(10)))
struct MariaDBRefusalTests {
  private let workshop: Workshop
  private let server: MariaDBServer

  init() throws {
    workshop = try Workshop()
    server = try MariaDBServer.shared()
  }

  private func makeDatabase() throws -> String {
    let database = try server.createDatabase("refused")
    try server.run(
      """
      CREATE TABLE open (id INT PRIMARY KEY); CREATE TABLE closed (id INT PRIMARY KEY); INSERT INTO open VALUES (1);
      CREATE FUNCTION one () RETURNS INT DETERMINISTIC RETURN 1;
      CREATE TRIGGER acts BEFORE INSERT ON open FOR EACH ROW SET NEW.id = NEW.id;
      CREATE EVENT later ON SCHEDULE AT '2035-01-01 00:00:00' DO SELECT 1;
      CREATE VIEW seen AS SELECT id FROM closed;
      """, database)
    return database
  }

  private func backup(_ database: String, as user: String = MariaDBServer.user, _ variables: [String: String])
    throws -> CoffreReport
  {
    try workshop.coffreJSON(["backup", server.url(database, user: user), "--name", Workshop.mariadbName]) {
      $0.environment.merge(variables) { $1 }
    }
  }

  // MARK: Passwords

  @Test func `a wrong password, wherever it stands`() throws {
    let database = try makeDatabase()
    defer { try? server.dropDatabase(database) }
    let guess = "guessed-66d0"
    let home = "\(workshop.path)/home"
    try makeRealFolder(home)
    try writeRealFile("\(home)/.my.cnf", "[client]\npassword=\(guess)\n", mode: 0o600)
    try writeRealFile("\(workshop.path)/guess", guess + "\n", mode: 0o600)
    for variables in [
      ["MYSQL_PWD": guess], ["HOME": home], ["COFFRE_SOURCE_PASSWORD_FILE": "\(workshop.path)/guess"], [:],
    ] {
      let report = try backup(database, variables)
      try workshop.expectFailure(report, 14, saying: ["Access denied"])
      #expect(!"\(report)".contains(guess), "\(report)")
    }
  }

  @Test func `the right password, wherever it stands`() throws {
    let database = try makeDatabase()
    defer { try? server.dropDatabase(database) }
    let home = "\(workshop.path)/home"
    try makeRealFolder(home)
    let escaped = MariaDBServer.password.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    try writeRealFile("\(home)/.my.cnf", "[client]\npassword=\"\(escaped)\"\n", mode: 0o600)
    try writeRealFile("\(workshop.path)/known", MariaDBServer.password + "\n", mode: 0o600)
    for variables in [
      ["HOME": home], ["MYSQL_PWD": MariaDBServer.password],
      ["COFFRE_SOURCE_PASSWORD_FILE": "\(workshop.path)/known"],
      ["MYSQL_PWD": "wrong", "COFFRE_SOURCE_PASSWORD_FILE": "\(workshop.path)/known"],
    ] {
      let report = try backup(database, variables)
      #expect(report.status == 0, "\(variables.keys): \(report)")
    }
    #expect(workshop.snapshotIDs.count == 4)
  }

  @Test func `no process shows one, and no output, journal or file`() throws {
    let database = try MariaDBFixture.makeEverything(in: server)
    defer { try? server.dropDatabase(database) }
    // Dumps end at it.
    try server.run("DROP VIEW broken", database)
    let temporary = "\(workshop.path)/temporary"
    try makeRealFolder(temporary)
    let file = "\(workshop.path)/source-password"
    try writeRealFile(file, MariaDBServer.password + "\n", mode: 0o600)
    let copy = "again_\(database)"
    defer { try? server.dropDatabase(copy) }
    let url = server.url(database)
    for arguments in [
      ["source", "test", url], ["backup", url, "--name", Workshop.mariadbName],
      ["restore", "latest", "--to", server.url(copy)],
      ["restore", "latest", "--to", server.url(copy), "--confirm", copy],
      ["source", "dump", url, "-o", "\(workshop.path)/whole.sql"],
      ["backup", server.url("nowhere")], ["backup", server.url(database) + "?nonsense=1"],
      ["backup", "mariadb://coffre@127.0.0.1:1/x"],
    ] {
      var watch = ProcessWatch(secrets: [MariaDBServer.password])
      let program = try workshop.startCoffre(arguments + ["--verbose", "--verbose"]) { settings in
        settings.environment["TMPDIR"] = temporary
        settings.environment["COFFRE_SOURCE_PASSWORD_FILE"] = file
      }
      while !program.hasEnded {
        watch.look(at: program.processID)
        pause(seconds: 0.02)
      }
      let outcome = try program.wait()
      #expect(outcome.isSuccess == !"\(arguments)".contains(#/nowhere|nonsense|:1\//#), "\(outcome)")
      #expect(watch.arguments == [], "\(arguments)")
      #expect(watch.environments == [], "\(arguments)")
      #expect(!"\(outcome.output)\(outcome.errors)".contains(MariaDBServer.password), "\(outcome)")
    }
    #expect(!workshop.journals.isEmpty)
    for folder in [workshop.stateFolder, "\(workshop.path)/cache", workshop.repository] where realEntryExists(folder) {
      let found = try Tool.named("grep", package: "grep").run(["-rlaF", "-e", MariaDBServer.password, folder])
      #expect(found.status == 1, "\(found)")
    }
    #expect(realNames(in: temporary) == [], "left over")
  }

  @Test(arguments: ["mariadb://coffre:0pen-sesame@127.0.0.1/x", "mysql://127.0.0.1/x?password=0pen-sesame"])
  func `one in the address is refused, and not repeated`(_ url: String) throws {
    for arguments in [["backup", url], ["source", "test", url], ["restore", "latest", "--to", url]] {
      let outcome = try workshop.coffre(arguments)
      #expect(outcome.status == 2, "\(outcome.status) \(outcome.errors)")
      #expect(!"\(outcome.output)\(outcome.errors)".contains("0pen-sesame"), "\(outcome.errors)")
    }
  }

  // MARK: Rights

  /// A server shows nobody what he has no right on: it must not be taken for what is not there.
  @Test(
    arguments: [
      (["SELECT ON @.open", "TRIGGER, EVENT, EXECUTE ON @.*"], "tables of database"),
      (["SELECT, SHOW VIEW, EVENT, EXECUTE ON @.*", "SELECT ON mysql.proc"], "triggers of database"),
      (["SELECT, SHOW VIEW, TRIGGER, EXECUTE ON @.*", "SELECT ON mysql.proc"], "events of database"),
      (["SELECT, SHOW VIEW, TRIGGER, EVENT ON @.*"], "routines of database"),
      (["SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE ON @.*"], "function"),
      (["SELECT, TRIGGER, EVENT ON @.*", "SELECT ON mysql.proc"], "view"),
    ] as [(rights: [String], word: String)])
  func `what an account may not see`(_ example: (rights: [String], word: String)) throws {
    let database = try makeDatabase()
    defer { try? server.dropDatabase(database) }
    let quoted = MariaDBServer.identifier(database.replacing("_", with: "\\_"))
    let user = try server.createUser(
      "reader",
      example.rights.map {
        $0.replacing("@.open", with: "\(MariaDBServer.identifier(database)).open").replacing("@", with: quoted)
      })
    defer { _ = try? server.run("DROP USER \(MariaDBServer.literal(user.user))@'%'") }
    let variables = ["MYSQL_PWD": user.password]
    let report = try backup(database, as: user.user, variables)
    try workshop.expectFailure(report, 14, saying: [example.word])
    #expect(report.error?["advice"]?.text?.contains("--allow-partial") == true, "\(report)")
    let test = try workshop.coffreJSON(["source", "test", server.url(database, user: user.user)]) {
      $0.environment.merge(variables) { $1 }
    }
    #expect(test.status == 22 && test.outcome.output.contains(example.word), "\(test)")
    let partial = try workshop.coffre(
      ["backup", server.url(database, user: user.user), "--name", Workshop.mariadbName, "--allow-partial"],
      for: server, as: user)
    #expect(partial.status == 3, "\(partial)")
  }

  @Test func `an account that may see all but hold nobody reads with one connection`() throws {
    let database = try makeDatabase()
    defer { try? server.dropDatabase(database) }
    let quoted = MariaDBServer.identifier(database.replacing("_", with: "\\_"))
    let user = try server.createUser(
      "reader", ["SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE, LOCK TABLES ON \(quoted).*", "SELECT ON mysql.proc"])
    defer { _ = try? server.run("DROP USER \(MariaDBServer.literal(user.user))@'%'") }
    let original = try MariaDBState(of: database, in: server)
    let report = try workshop.coffre(
      ["backup", server.url(database, user: user.user), "--name", Workshop.mariadbName], for: server, as: user)
    #expect(report.status == 0 && "\(report)".contains("RELOAD"), "\(report)")
    let copy = "again_\(database)"
    defer { try? server.dropDatabase(copy) }
    let restore = try workshop.restore(try #require(report.snapshot), to: copy, of: server)
    #expect(restore.status == 0, "\(restore)")
    try expectEqualDatabases(copy, of: server, and: original)
  }
}
