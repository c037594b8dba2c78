import CoffreTestKit
import Testing

/// Where the backup lies that is made of what a restore replaces.
@Suite("Backups of what a PostgreSQL restore replaces", .timeLimit(.minutes(10)))
struct SafetyBackupTests {
  private let workshop: Workshop
  private let server: PostgresServer

  init() throws {
    workshop = try Workshop()
    server = try PostgresServer.shared()
  }

  private func makeShop(_ server: PostgresServer) throws -> String {
    let shop = try server.createDatabase("shop")
    try server.run("CREATE TABLE t (id int); INSERT INTO t VALUES (1)", shop)
    return shop
  }

  private func remove(_ databases: String..., of server: PostgresServer) throws {
    for name in try server.databases() where databases.contains(where: { name.hasPrefix($0) }) {
      try server.dropDatabase(name)
    }
  }

  @Test func `it lies with the server's others, so that the latest is one`() throws {
    let shop = try makeShop(server)
    defer { try? remove(shop, of: server) }
    let snapshot = try #require(try workshop.backUp(shop, of: server).snapshot)
    try server.run("INSERT INTO t VALUES (2)", shop)
    let report = try workshop.restore(snapshot, to: shop, of: server, ["--confirm", shop])
    #expect(report.status == 0, "\(report)")
    #expect(try server.run("SELECT count(*) FROM t", shop) == "1")
    #expect(workshop.snapshotIDs.count == 2)
    #expect(try workshop.file("\(shop)/data/public/t.copy").output == "1\n2\n")
    let latest = try workshop.restore("latest", to: "\(shop)_latest", of: server)
    #expect(latest.status == 0, "\(latest)")
    #expect(try server.run("SELECT count(*) FROM t", "\(shop)_latest") == "2")
  }

  @Test func `of another server it goes by that one's address, whatever --name chose`() throws {
    let shop = try makeShop(server)
    let other = try PostgresServer()
    try other.run("CREATE DATABASE \(PostgresServer.identifier(shop))")
    defer { try? remove(shop, of: server) }
    _ = try workshop.backUp(shop, of: server)
    let report = try workshop.restore(
      "latest", to: shop, of: other, ["--name", Workshop.serverName, "--confirm", shop])
    #expect(report.status == 0, "\(report)")
    #expect(workshop.snapshotIDs.count == 2)
    // The newest of the first server is still its own.
    let again = try workshop.restore(
      "latest", to: "\(shop)_again", of: server, ["--path", "\(Workshop.databasesFolder)/\(shop)"])
    #expect(again.status == 0, "\(again)")
    #expect(try server.run("SELECT count(*) FROM t", "\(shop)_again") == "1")
    let places = try workshop.coffre(["snapshot", "list"]).output
    #expect(places.contains("/@postgresql/127.0.0.1-\(other.port.number)/\(shop)"), "\(places)")
  }

  @Test func `before a file replaces something, it goes by --name`() throws {
    let shop = try makeShop(server)
    defer { try? remove(shop, of: server) }
    let file = "\(workshop.path)/shop.sql"
    _ = try server.vendorTool("pg_dump", ["--file=\(file)"], shop)
    let report = try workshop.restore(file, to: shop, of: server, ["--confirm", shop, "--name", Workshop.serverName])
    #expect(report.status == 0, "\(report)")
    #expect(try workshop.file("\(shop)/data/public/t.copy").output == "1\n")
    let nothing = try workshop.restore(file, to: "\(shop)_new", of: server, ["--name", Workshop.serverName])
    #expect(nothing.status == 2 && "\(nothing)".contains("--name"), "\(nothing)")
  }
}
