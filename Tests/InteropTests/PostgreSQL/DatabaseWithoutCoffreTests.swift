import CoffreTestKit
import Testing

/// restic and psql make the database again: nobody needs Coffre for it.
@Suite("PostgreSQL without Coffre", .timeLimit(.minutes(10)))
struct DatabaseWithoutCoffreTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  /// - Returns: the folder of the server's backup, as restic restored it.
  private func restored(_ restic: ResticProgram) throws -> String {
    let target = "\(workshop.path)/restored"
    try workshop.expectResticFindsNoErrors(restic)
    try workshop.resticRestore(restic, "latest", to: target)
    return target + Workshop.databasesFolder
  }

  @Test(arguments: Tool.restics)
  func `a database that uses everything comes back on a new server`(_ restic: ResticProgram) throws {
    let server = try PostgresServer.shared()
    let database = try PostgresFixture.makeEverything(in: server)
    defer { try? server.dropDatabase(database) }
    let original = try server.dump(database)
    _ = try workshop.backUp(database, of: server)
    let folder = try restored(restic)

    let other = try PostgresServer()
    // Somebody who moves to a new server says where its tablespaces lie.
    let space = "\(server.scratch.path)/tablespace"
    let globals = try String(decoding: readRealFile("\(folder)/globals.sql"), as: UTF8.self)
    #expect(globals.contains("LOCATION '\(space)'"))
    try writeRealFile(
      "\(folder)/globals.sql", globals.replacing("'\(space)'", with: "'\(try other.makeFolder("tablespace"))'"))
    let roles = try other.psqlFile("\(folder)/globals.sql", "postgres", variables: ["ON_ERROR_STOP": "0"])
    let errors = roles.errors.split(separator: "\n").filter { $0.contains("ERROR") }
    #expect(errors.count == 1 && errors[0].contains("role \"\(PostgresServer.user)\" already exists"), "\(roles)")

    let copy = try other.createDatabase("again")
    let made = try other.psqlFile("restore.sql", copy, in: "\(folder)/\(database)")
    #expect(made.output.hasSuffix("restored\n"), "\(made)")
    try expectEqualDatabases(copy, of: other, and: original)
    #expect(try other.properties(of: copy) == server.properties(of: database))
  }

  @Test(arguments: Tool.restics)
  func `a database in another encoding comes back`(_ restic: ResticProgram) throws {
    let server = try PostgresServer.shared()
    let database = try PostgresFixture.makeLatin1(in: server)
    defer { try? server.dropDatabase(database) }
    _ = try workshop.backUp(database, of: server)
    let folder = "\(try restored(restic))/\(database)"
    let script = String(decoding: try readRealFile("\(folder)/restore.sql"), as: UTF8.self)
    #expect(script.contains("--encoding=LATIN1 "), "\(script.prefix(500))")
    let copy = try server.createDatabase("again", encoding: "LATIN1")
    defer { try? server.dropDatabase(copy) }
    try server.psqlFile("restore.sql", copy, in: folder)
    try expectEqualDatabases(copy, of: server, and: server.dump(database))
    #expect(try server.properties(of: copy) == server.properties(of: database))
  }

  /// Where the server knows no encoding, rows are bytes. Names are, too; those are refused.
  @Test(arguments: Tool.restics)
  func `bytes in no encoding come back, and names that are no text are refused`(_ restic: ResticProgram) throws {
    let server = try PostgresServer.shared()
    let raw = try PostgresFixture.makeRawBytes(in: server)
    defer { try? server.dropDatabase(raw) }
    let refused = try workshop.coffre(["backup", server.url(raw), "--name", Workshop.serverName], for: server)
    try workshop.expectFailure(refused, 14, saying: [])

    let database = try server.createDatabase("bytes", encoding: "SQL_ASCII")
    defer { try? server.dropDatabase(database) }
    try server.run(
      """
      CREATE TABLE t (id int, x text, y text DEFAULT E'\\xFF');
      INSERT INTO t SELECT n, convert_from(set_byte('\\x61'::bytea, 0, n), 'SQL_ASCII') FROM generate_series(1, 255) n;
      """, database)
    _ = try workshop.backUp(database, of: server)
    let folder = "\(try restored(restic))/\(database)"
    let copy = try server.createDatabase("again", encoding: "SQL_ASCII")
    defer { try? server.dropDatabase(copy) }
    try server.psqlFile("restore.sql", copy, in: folder)
    try expectEqualDatabases(copy, of: server, and: server.dump(database))
    let again = "\(database)_again"
    let restore = try workshop.restore("latest", to: again, of: server)
    #expect(restore.status == 0, "\(restore)")
    defer { try? server.dropDatabase(again) }
    try expectEqualDatabases(again, of: server, and: server.dump(database))
  }

  @Test(arguments: Tool.restics)
  func `one table's rows are a file that COPY understands`(_ restic: ResticProgram) throws {
    let server = try PostgresServer.shared()
    let bank = try PostgresBank(in: server)
    defer { try? server.dropDatabase(bank.database) }
    _ = try workshop.backUp(bank.database, of: server)
    let path = "\(Workshop.databasesFolder)/\(bank.database)/data/public/child.copy"
    let dump = try workshop.restic(restic, ["dump", "latest", path])
    #expect(dump.isSuccess, "\(dump)")
    #expect(dump.output == (try server.run("COPY child TO STDOUT", bank.database)) + "\n")
    #expect(dump.output.split(separator: "\n").count == 600)

    try writeRealFile("\(workshop.path)/child.copy", dump.outputBytes)
    let loaded = try server.run(
      """
      CREATE TABLE again (LIKE child);
      \\copy again FROM '\(workshop.path)/child.copy'
      SELECT count(*) FROM (SELECT * FROM again INTERSECT SELECT * FROM child) x;
      """, bank.database)
    #expect(loaded == "600")
  }
}
