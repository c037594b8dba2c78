import CoffreTestKit
import Testing

/// Databases go through the repository and are what they were, while others write to them.
@Suite("PostgreSQL there and back", .timeLimit(.minutes(10)))
struct DatabaseRoundTripTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  /// What the writers change: its rows and values are those of an instant that no dump can be asked for afterwards.
  private static let withoutBank = [
    "account", "transfer", "parent", "child", "counter", "transfer_id_seq", "parent_id_seq",
  ].map { "--exclude-table-data=*.\($0)" }

  @Test func `a database that uses everything comes back while it is written to`() throws {
    let server = try PostgresServer.shared()
    let database = try PostgresFixture.makeEverything(in: server)
    defer { try? server.dropDatabase(database) }
    let bank = try PostgresBank(in: server, database: database)
    let original = try server.dump(database, Self.withoutBank)
    #expect(original.lines.count > 10_000)

    let writer = try bank.startWriter()
    try writer.waitForTransfers(50)
    let before = try bank.transfers()
    let backup = try workshop.backUp(database, of: server)
    try writer.waitForTransfers(20)
    let after = try bank.transfers()
    let copy = "again_\(database)"
    let restore = try workshop.restore(try #require(backup.snapshot), to: copy, of: server)
    defer { try? server.dropDatabase(copy) }
    try writer.waitForTransfers(1)
    try writer.end()
    #expect(restore.status == 0, "\(restore)")

    try expectEqualDatabases(copy, of: server, and: original, Self.withoutBank)
    #expect(try server.properties(of: copy) == server.properties(of: database))
    #expect(try bank.problems(in: copy) == [])
    let copied = try bank.transfers(in: copy)
    #expect(copied >= before && copied < after, "\(copied) transfers, \(before) before and \(after) after the backup")
    try workshop.expectManifest(agreesWith: copy, of: server)
  }

  @Test func `a whole server comes back on another, with its roles`() throws {
    let server = try PostgresServer()
    let everything = try PostgresFixture.makeEverything(in: server)
    let bank = try PostgresBank(in: server)
    let latin = try PostgresFixture.makeLatin1(in: server)
    let names = runsAllTests ? PostgresFixture.oddNames : ["a\"b", "a/b", "..", "line\nbreak", "é 😀"]
    let odd = try names.map { try server.createDatabase($0) }
    let writer = try bank.startWriter()
    try writer.waitForTransfers(20)
    let backup = try workshop.backUp(nil, of: server)
    try writer.end()

    let other = try PostgresServer()
    let restore = try workshop.restore(try #require(backup.snapshot), to: nil, of: other, ["--globals"])
    #expect(restore.status == 0, "\(restore)")
    let made = try other.databases()
    let count = try other.run("SELECT count(*) FROM pg_database WHERE datname LIKE '%\\_restored\\_%'")
    #expect(count == "\(odd.count + 3)", "\(made)")
    // The first server still uses the folder of its tablespace.
    for database in [everything, latin] {
      let copy = try #require(made.first { $0.hasPrefix("\(database)_restored_") }, "\(made)")
      let original = try server.dump(database, ["--no-tablespaces"])
      try expectEqualDatabases(copy, of: other, and: original, ["--no-tablespaces"])
      #expect(try other.properties(of: copy) == server.properties(of: database))
    }
    let copy = try #require(made.first { $0.hasPrefix("\(bank.database)_restored_") }, "\(made)")
    #expect(try bank.problems(in: copy, of: other) == [])
    let (expected, found) = (try Self.withoutTablespace(server.globals()), try Self.withoutTablespace(other.globals()))
    // Memberships come in the order of their making, and the titles of what is left out are missing.
    #expect(Set(found) == Set(expected))
    #expect(expected.contains { $0.hasPrefix("GRANT coffre_reader TO ") })
  }

  /// The tests' own role has one password with another salt on each server.
  private static func withoutTablespace(_ globals: PostgresDump) -> [String] {
    globals.lines.map { String(decoding: $0, as: UTF8.self) }.filter { line in
      !line.uppercased().contains("TABLESPACE") && !line.hasPrefix("ALTER ROLE \(PostgresServer.user) ")
    }
  }
}
