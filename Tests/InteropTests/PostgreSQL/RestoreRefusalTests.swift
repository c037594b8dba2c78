import CoffreTestKit
import Testing

/// What a restore does not do, and what it says beside.
@Suite("PostgreSQL restores that are refused, or say more", .timeLimit(.minutes(10)))
struct RestoreRefusalTests {
  private let workshop: Workshop
  private let server: PostgresServer

  init() throws {
    workshop = try Workshop()
    server = try PostgresServer.shared()
  }

  @Test func `a table for a database that exists needs pg_dump`() throws {
    let large = try LargeTable(in: server, megabytes: 1)
    defer { try? server.dropDatabase(large.database) }
    let snapshot = try #require(try workshop.backUp(large.database, of: server).snapshot)
    let before = try server.dump(large.database)
    let empty = "\(workshop.path)/empty"
    try makeRealFolder(empty)
    let older = try StandInTools(for: server, in: workshop)
    for name in ["pg_dump", "pg_dumpall"] { try older.pretend(name, version: "12.22") }
    for (variables, advice) in [
      (older.environment.merging(["COFFRE_PG_BINDIR": empty]) { $1 }, "Check what is installed there"),
      (older.environment, "postgresql-client-\(server.installation.version)"),
    ] {
      let report = try workshop.coffreJSON([
        "restore", snapshot, "--to", server.url(large.database), "--table", "public.first=first_again",
      ]) { $0.environment.merge(variables) { $1 } }
      #expect(report.status == 20, "\(report)")
      #expect(report.error?["advice"]?.text?.contains(advice) == true, "\(report)")
      #expect(try large.copies() == [], "\(report)")
      try expectEqualDatabases(large.database, of: server, and: before)
    }
  }

  @Test func `half a restore that was killed is named, unless somebody works on it`() throws {
    let shop = try server.createDatabase("shop")
    try server.run("CREATE TABLE t (id int)", shop)
    let (left, used) = ("\(shop)_coffre_0123456789ab", "\(shop)_coffre_ba9876543210")
    for name in [left, used] { try server.run("CREATE DATABASE \(PostgresServer.identifier(name))") }
    var settings = ProgramSettings()
    settings.environment = server.toolEnvironment(for: used)
    let other = try server.installation.tool("psql").start(["-Xc", "SELECT pg_sleep(60)"], settings)
    defer {
      other.kill(9)
      for name in [shop, left, used, "\(shop)_again"] { try? server.dropDatabase(name) }
    }
    let session = "SELECT count(*) FROM pg_stat_activity WHERE datname = \(PostgresServer.literal(used))"
    #expect(try other.waitUntil { try server.run(session) == "1" })
    let snapshot = try #require(try workshop.backUp(shop, of: server).snapshot)
    let report = try workshop.restore(snapshot, to: "\(shop)_again", of: server)
    #expect(report.status == 0, "\(report)")
    let notes = report.outcome.output.split(separator: "\n").filter { $0.contains("half a restore") }
    #expect(notes.contains { $0.contains(left) } && !notes.contains { $0.contains(used) }, "\(report)")
  }

  @Test func `two databases that would get one name are not restored together`() throws {
    let stem = "long_" + String(repeating: "n", count: 50)
    let names = ["\(stem)_1", "\(stem)_2"]
    for name in names { try server.run("CREATE DATABASE \(PostgresServer.identifier(name))") }
    defer { for name in names { try? server.dropDatabase(name) } }
    let snapshot = try #require(try workshop.backUp(nil, of: server, ["--database", "\(stem)_?"]).snapshot)
    let report = try workshop.restore(snapshot, to: nil, of: server)
    #expect(report.status == 1 && "\(report)".contains("would be called so"), "\(report)")
    #expect(report.error?["advice"]?.text?.contains("--database") == true, "\(report)")
    #expect(try server.databases().filter { $0.hasPrefix("long_n") } == names)
    let one = try workshop.restore(snapshot, to: nil, of: server, ["--database", names[0]])
    #expect(one.status == 0, "\(one)")
    for name in try server.databases() where name.contains("_restored_") && name.hasPrefix("long_n") {
      try server.dropDatabase(name)
    }
  }

  @Test func `roles that are made without a password are named, and nobody else hears of passwords`() throws {
    // Members of pg_read_all_data could read the passwords.
    let reader = try server.createRole("reader")
    let (gone, silent) = (try server.createRole("gone"), try server.createRole("silent"))
    try server.run("ALTER ROLE \(PostgresServer.identifier(silent.user)) NOLOGIN")
    let shop = try server.createDatabase("shop")
    defer {
      for name in [shop, "\(shop)_a", "\(shop)_b", "\(shop)_c"] { try? server.dropDatabase(name) }
      for role in [reader, gone, silent] {
        _ = try? server.run("DROP ROLE IF EXISTS \(PostgresServer.identifier(role.user))")
      }
    }
    let backup = try workshop.coffre(
      ["backup", server.url(shop, user: reader.user), "--name", Workshop.serverName], for: server, as: reader)
    let snapshot = try #require(backup.snapshot, "\(backup)")
    for role in [gone, silent] { try server.run("DROP ROLE \(PostgresServer.identifier(role.user))") }
    func restore(_ ending: String, _ options: [String]) throws -> String {
      let report = try workshop.restore(snapshot, to: "\(shop)_\(ending)", of: server, options)
      #expect(report.status == 0, "\(report)")
      return report.outcome.output
    }
    let plain = try restore("a", [])
    #expect(!plain.contains("password") && !plain.contains("pg_authid"), "\(plain)")
    let made = try restore("b", ["--globals"])
    let told = made.split(separator: "\n").filter { $0.contains("the backup has no passwords") }
    #expect(told.count == 1 && told[0].contains(gone.user) && !told[0].contains(silent.user), "\(made)")
    #expect(!made.contains("pg_authid"), "\(made)")
    let again = try restore("c", ["--globals"])
    #expect(!again.contains("the backup has no passwords"), "\(again)")
  }
}
