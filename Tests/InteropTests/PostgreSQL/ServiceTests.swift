import CoffreTestKit
import Testing

/// libpq's files of services and passwords, as psql reads them.
@Suite("Services and passwords in files, for PostgreSQL", .timeLimit(.minutes(10)))
struct ServiceTests {
  private let workshop: Workshop
  private let server: PostgresServer
  private let home: String

  init() throws {
    workshop = try Workshop()
    server = try PostgresServer.shared()
    home = "\(workshop.path)/home"
    try makeRealFolder(home)
  }

  private func makeDatabase() throws -> String {
    let database = try server.createDatabase("service")
    try server.run("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2)", database)
    return database
  }

  /// An entry of a file of services that leads to the server.
  private func entry(_ name: String, _ lines: [String] = []) -> String {
    (["[\(name)]", "host=127.0.0.1", "port=\(server.port.number)", "user=\(PostgresServer.user)"] + lines)
      .map { $0 + "\n" }.joined()
  }

  private func writePassword(mode: UInt32 = 0o600) throws {
    let escaped = PostgresServer.password.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
    try writeRealFile(
      "\(home)/.pgpass", "# ours\n127.0.0.1:\(server.port.number):*:\(PostgresServer.user):\(escaped)\n", mode: mode)
  }

  private func run(_ arguments: [String], _ variables: [String: String] = [:]) throws -> CoffreReport {
    try workshop.coffreJSON(arguments) {
      $0.environment["HOME"] = home
      $0.environment.merge(variables) { $1 }
    }
  }

  private func databases() throws -> [String] {
    try workshop.manifest(of: "latest", server: "shop")["databases"]?.array.compactMap { $0["name"]?.text } ?? []
  }

  @Test func `an address of a service alone is its database, or the whole server`() throws {
    let database = try makeDatabase()
    let other = try makeDatabase()
    let copy = "again_\(database)"
    defer { for name in [database, other, copy] { try? server.dropDatabase(name) } }
    try writePassword()
    let services = "# ours\n\n" + entry("bare") + "\n" + entry("shop", ["dbname=\(database)", "sslmode=disable"])
    try writeRealFile("\(home)/.pg_service.conf", services, mode: 0o600)

    let address = "postgresql:///?service=shop"
    let backup = try run(["backup", address])
    #expect(backup.status == 0, "\(backup)")
    #expect(try databases() == [database])
    // The environment's own names count less, and so does its database.
    let variables = ["PGHOST": "nowhere.invalid", "PGPORT": "1", "PGUSER": "nobody", "PGDATABASE": "nothing"]
    #expect(try run(["backup", address], variables).status == 0)
    #expect(try databases() == [database])

    // Only a whole server has databases to choose from; PGSERVICE names a server, as PGHOST does.
    for (address, variables) in [
      ("postgresql:///?service=bare", [:]), ("postgresql:///?service=bare", ["PGSERVICE": "shop"]),
      ("postgresql://", ["PGSERVICE": "shop"]), ("postgresql://", ["PGSERVICE": "bare", "PGDATABASE": database]),
    ] {
      let whole = try run(["backup", address, "--name", "shop", "--database", other], variables)
      #expect(whole.status == 0, "\(address) \(variables): \(whole)")
      #expect(try databases() == [other])
    }
    // Of one database there is nothing to choose: another one than the address names was meant, or a slip.
    for option in [["--database", other], ["--exclude-database", database]] {
      let refused = try run(["backup", address] + option)
      #expect(refused.status == 2 && "\(refused)".contains(database), "\(option): \(refused)")
    }
    #expect(try run(["backup", address, "--database", database]).status == 0)
    #expect(try databases() == [database])

    // What exists stays.
    let snapshot = try #require(backup.snapshot)
    let refused = try run(["restore", snapshot, "--to", address])
    #expect(refused.status == 1 && "\(refused)".contains("exists"), "\(refused)")
    let restore = try run(["restore", snapshot, "--to", "postgresql:///\(copy)?service=shop"])
    #expect(restore.status == 0, "\(restore)")
    #expect(try server.run("SELECT count(*) FROM t", copy) == "2")
  }

  @Test func `another file of services, which has a password too`() throws {
    let database = try makeDatabase()
    defer { try? server.dropDatabase(database) }
    try writeRealFile("\(home)/.pg_service.conf", "[shop]\nhost=nowhere.invalid\n", mode: 0o600)
    let file = "\(workshop.path)/services"
    try writeRealFile(
      file, entry("shop", ["dbname=\(database)", "password=\(PostgresServer.password)"]), mode: 0o600)
    for arguments in [
      ["source", "test", "postgresql:///?service=shop"], ["backup", "postgresql:///?service=shop"],
      ["source", "dump", "postgresql:///?service=shop", "-o", "\(workshop.path)/shop.dump"],
    ] {
      let report = try run(arguments, ["PGSERVICEFILE": file])
      #expect(report.status == 0, "\(report)")
      #expect(!"\(report)".contains(PostgresServer.password), "\(report)")
    }
    #expect(try databases() == [database])
  }

  @Test func `what cannot be found is said, with where to look`() throws {
    let database = try makeDatabase()
    defer { try? server.dropDatabase(database) }
    try writeRealFile("\(home)/.pg_service.conf", entry("bare"), mode: 0o600)
    for (variables, words) in [
      ([:], #"definition of service \"shop\" not found"#),
      (["PGSERVICEFILE": "\(home)/nothing"], #"service file \"\#(home)/nothing\" not found"#),
    ] {
      let missing = try run(["backup", "postgresql:///\(database)?service=shop"], variables)
      try workshop.expectFailure(missing, 14, saying: [words])
      #expect(missing.error?["advice"]?.text?.contains("pg_service.conf") == true, "\(missing)")
    }
    try writeRealFile("\(home)/.pg_service.conf", "[shop]\nhost 127.0.0.1\n", mode: 0o600)
    let broken = try run(["backup", "postgresql:///\(database)?service=shop"])
    try workshop.expectFailure(broken, 14, saying: ["syntax error in service file"])
    #expect(broken.error?["advice"]?.text?.contains("pg_service.conf") == true, "\(broken)")

    // Nobody can tell whose database that would be.
    try writeRealFile("\(home)/.pg_service.conf", entry("bare"), mode: 0o600)
    let unclear = try run(["backup", "postgresql:///?service=bare"], ["PGDATABASE": database])
    try workshop.expectFailure(unclear, 2, saying: ["PGDATABASE"])
  }

  @Test func `a file of passwords that others can read is passed over, and that is said`() throws {
    let database = try makeDatabase()
    defer { try? server.dropDatabase(database) }
    try writeRealFile("\(home)/.pg_service.conf", entry("shop", ["dbname=\(database)"]), mode: 0o600)
    try writePassword(mode: 0o644)
    let refused = try run(["backup", "postgresql:///?service=shop"])
    try workshop.expectFailure(refused, 14, saying: ["no password supplied", "\(home)/.pgpass"])
    // Of the entries of a file the first that fits counts.
    let right = String(decoding: try readRealFile("\(home)/.pgpass"), as: UTF8.self)
    for (content, status) in [
      ("127.0.0.1:1:*:*:wrong\nother:*:*:*:wrong\n" + right, 0), ("*:*:\(database):*:wrong\n" + right, 14),
      ("*:*:another:*:wrong\n" + right, 0),
    ] as [(String, Int32)] {
      try writeRealFile("\(workshop.path)/passwords", content, mode: 0o600)
      let report = try run(
        ["backup", "postgresql:///?service=shop"], ["PGPASSFILE": "\(workshop.path)/passwords"])
      #expect(report.status == status, "\(content): \(report)")
    }
  }
}
