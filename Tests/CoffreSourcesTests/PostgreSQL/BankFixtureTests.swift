import CoffreTestKit
import Testing

@Suite("The bank in PostgreSQL", .timeLimit(.minutes(10)))
struct PostgresBankTests {
  @Test func `it adds up while it is written to, and so does a copy of one instant`() throws {
    let server = try PostgresServer.shared()
    let bank = try PostgresBank(in: server)
    defer { try? server.dropDatabase(bank.database) }
    #expect(try bank.problems() == [])
    let writer = try bank.startWriter()
    try writer.waitForTransfers(20)
    #expect(try bank.problems() == [])
    let before = try bank.transfers()
    let dump = try server.vendorDump(bank.database)
    try writer.waitForTransfers(20)
    try writer.end()
    #expect(try bank.problems() == [])
    let copy = try PostgresFixture.load(dump, of: server)
    defer { try? server.dropDatabase(copy) }
    #expect(try bank.problems(in: copy) == [])
    let copied = try bank.transfers(in: copy)
    #expect(copied >= before)
    #expect(try bank.transfers() >= copied + 20)
  }

  @Test func `a copy of two instants does not add up`() throws {
    let server = try PostgresServer.shared()
    let bank = try PostgresBank(in: server)
    defer { try? server.dropDatabase(bank.database) }
    let writer = try bank.startWriter()
    try writer.waitForTransfers(5)
    let first = try server.vendorDump(bank.database, ["-t", "public.account", "-t", "public.counter"])
    try writer.waitForTransfers(5)
    let rest = try server.vendorDump(bank.database, ["-T", "public.account", "-T", "public.counter"])
    try writer.end()
    let copy = try PostgresFixture.load(first + rest, of: server)
    defer { try? server.dropDatabase(copy) }
    let problems = try bank.problems(in: copy)
    #expect(problems.contains { $0.hasPrefix("the counter of transfers says ") }, "\(problems)")
    #expect(problems.contains { $0.hasPrefix("account ") }, "\(problems)")
  }

  @Test(arguments: [
    ("UPDATE account SET balance = balance + 1 WHERE id = 7", "the sum of the accounts is 100001"),
    ("DELETE FROM child WHERE parent = 9 AND number = 2", "parent 9 has 2 children"),
    ("UPDATE child SET number = 4 WHERE parent = 9 AND number = 2", "parent 9 has 3 children"),
    ("DELETE FROM parent WHERE id = 200", "the counter of parents says 200 for 199"),
    ("DELETE FROM account WHERE id = 7", "99 accounts"),
    ("DELETE FROM counter WHERE name = 'parents'", "1 counters"),
    ("SELECT setval('parent_id_seq', 5)", "the next parent would be 5, the greatest is 200"),
    (
      "ALTER TABLE child DROP CONSTRAINT child_parent_fkey; DELETE FROM parent WHERE id = 9",
      "child 1 of 9 has no parent"
    ),
  ])
  func `every breach is told`(_ example: (statement: String, problem: String)) throws {
    let server = try PostgresServer.shared()
    let bank = try PostgresBank(in: server, named: "breach")
    defer { try? server.dropDatabase(bank.database) }
    try server.run(example.statement, bank.database)
    let problems = try bank.problems()
    #expect(problems.contains(example.problem), "\(problems)")
  }

  @Test func `clients that ended by themselves fail the test`() throws {
    let server = try PostgresServer.shared()
    let bank = try PostgresBank(in: server)
    let writer = try bank.startWriter()
    try writer.waitForTransfers(1)
    try server.dropDatabase(bank.database)
    #expect(throws: (any Error).self) { try writer.waitForTransfers(1) }
    for _ in 0..<200 where !writer.hasEnded { pause(seconds: 0.1) }
    #expect(throws: PostgresBank.Writer.Stopped.self) { try writer.end() }
  }
}
