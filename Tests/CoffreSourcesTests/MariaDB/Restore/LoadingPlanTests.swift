import CoffreCore
import Testing

@testable import CoffreSources

@Suite("How rows come into MariaDB")
struct LoadingPlanTests {
  private static func table(_ name: String, rows: Int64, bytes: Int64, history: Bool = false) -> DatabaseManifest.Table
  {
    DatabaseManifest.Table(
      name: DatabaseManifest.TableName(name: name), path: "shop/data/\(name).tsv", rows: rows, bytes: bytes,
      condition: history ? "FOR SYSTEM_TIME ALL" : nil)
  }

  private static func plan(
    _ tables: [DatabaseManifest.Table], shareable: [String] = ["short", "long", "small", "huge"], connections: Int = 2,
    memory: Int64 = 128 << 20
  ) -> LoadingPlan {
    LoadingPlan(
      tables, shareable: Set(shareable.map { Array($0.utf8) }), connectionCount: connections, memory: memory)
  }

  private static func step(_ table: DatabaseManifest.Table, in plan: LoadingPlan) throws -> LoadingPlan.Step {
    try #require(plan.steps.first { $0.table == table })
  }

  private let short = table("short", rows: 1_000_000, bytes: 100_000_000)
  private let long = table("long", rows: 40_000, bytes: 400_000_000)
  private let small = table("small", rows: 1000, bytes: 100_000)

  @Test func `rows count more than bytes for what takes longest`() {
    #expect(Self.plan([small, long, short]).steps.map(\.table.name.name) == ["short", "long", "small"])
  }

  @Test func `only short rows of a large table that several connections can load are shared`() throws {
    let plan = Self.plan([short, long, small])
    #expect(try Self.step(short, in: plan).isShared)
    #expect(try !Self.step(long, in: plan).isShared)
    #expect(try !Self.step(small, in: plan).isShared)
    #expect(try !Self.step(short, in: Self.plan([short], shareable: ["long"])).isShared)
    #expect(try !Self.step(short, in: Self.plan([short], connections: 1)).isShared)
    let history = Self.table("short", rows: 1_000_000, bytes: 100_000_000, history: true)
    #expect(try !Self.step(history, in: Self.plan([history])).isShared)
  }

  @Test func `what is collected and sorted is short and loaded by one connection`() throws {
    let plan = Self.plan([short, long, small])
    #expect(try Self.step(short, in: plan).goesInOrder)
    #expect(try Self.step(long, in: plan).goesInOrder)
    #expect(try !Self.step(small, in: plan).goesInOrder)
  }

  @Test func `keys come first where they fit into the server's memory`() throws {
    let plan = Self.plan([short, long, small])
    #expect(try Self.step(short, in: plan).hasKeysFirst)
    #expect(try Self.step(long, in: plan).hasKeysFirst)
    #expect(try !Self.step(small, in: plan).hasKeysFirst)
    #expect(try !Self.step(short, in: Self.plan([short], memory: 32 << 20)).hasKeysFirst)
  }

  @Test func `a manifest may claim anything`() {
    let tables = [
      Self.table("huge", rows: .max, bytes: .max), Self.table("none", rows: 0, bytes: .max),
      Self.table("empty", rows: 0, bytes: 0),
    ]
    #expect(Self.plan(tables).steps.count == 3)
  }
}

@Suite("Keys that are made apart")
struct TableKeyTests {
  private static func key(_ statement: String) -> TableKey? { TableKey(Array(statement.utf8)) }

  @Test func `a statement tells its table and what it makes`() throws {
    let cases: [(String, String, TableKey.Kind)] = [
      ("ALTER TABLE `a``b`\n  ADD KEY `FOREIGN` (`UNIQUE`)", "a`b", .ordinary),
      ("ALTER TABLE `t`\n  ADD KEY `a` (`a`),\n  ADD UNIQUE KEY `b` (`b`)", "t", .unique),
      ("ALTER TABLE `t`\n  ADD FULLTEXT KEY `b` (`b`)", "t", .special),
      ("ALTER TABLE `t`\n  ADD CONSTRAINT `c` FOREIGN KEY (`a`) REFERENCES `o` (`id`)", "t", .foreign),
    ]
    for (statement, table, kind) in cases {
      let found = try #require(Self.key(statement))
      #expect(found.table == table)
      #expect(found.kind == kind, "\(statement)")
    }
    #expect(Self.key("SET NAMES utf8mb4") == nil)
  }

  @Test func `only keys that are not unique come first, and of the tables that gain by it`() throws {
    let table = DatabaseManifest.Table(
      name: DatabaseManifest.TableName(name: "t"), path: "t.tsv", rows: 10, bytes: 1 << 20)
    let plan = LoadingPlan([table], shareable: [], connectionCount: 2, memory: 1 << 20)
    #expect(try #require(Self.key("ALTER TABLE `t` ADD KEY `a` (`a`)")).comesFirst(in: plan))
    #expect(try #require(Self.key("ALTER TABLE `t` ADD UNIQUE KEY `a` (`a`)")).comesFirst(in: plan) == false)
    #expect(try #require(Self.key("ALTER TABLE `T` ADD KEY `a` (`a`)")).comesFirst(in: plan) == false)
  }

  @Test func `the keys of a table stay together`() throws {
    let keys = ["a", "a", "b", "a"].compactMap { Self.key("ALTER TABLE `\($0)` ADD KEY `k` (`k`)") }
    #expect(TableKey.byTable(keys).map(\.count) == [2, 1, 1])
  }
}
