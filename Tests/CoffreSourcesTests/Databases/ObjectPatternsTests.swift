import CoffreCore
import Testing

@testable import CoffreSources

@Suite("Patterns for databases and tables")
struct ObjectPatternsTests {
  private func table(_ database: String, _ schema: String?, _ name: String) -> ObjectPatterns.Table {
    ObjectPatterns.Table(database: database, schema: schema, name: name)
  }

  @Test func `without patterns everything is wanted`() {
    let patterns = ObjectPatterns()
    #expect(patterns.takesDatabase("shop"))
    #expect(patterns.decide(on: table("shop", "public", "orders")) == .everything)
    #expect(!patterns.selectsTables)
    #expect(patterns.unmatched(databases: [], tables: []).isEmpty)
  }

  @Test func `databases in and out`() throws {
    let patterns = try ObjectPatterns(
      for: .postgresql, databases: ["shop*", "Web"], excludedDatabases: ["shop_old?", "x"])
    for name in ["shop", "shop_new", "Web", "shop_old", "shop_old22"] {
      #expect(patterns.takesDatabase(name), "\(name)")
    }
    for name in ["web", "other", "shop_old1", "shop_oldé", "x", ""] {
      #expect(!patterns.takesDatabase(name), "\(name)")
    }
    #expect(patterns.decide(on: table("other", "public", "t")) == .leftOut)
  }

  @Test(
    arguments: [
      (
        "orders", [("a", "public", "orders"), ("b", "sales", "orders")],
        [("a", "public", "Orders"), ("a", "orders", "x")]
      ),
      ("sales.*", [("a", "sales", "x"), ("b", "sales", "y.z")], [("sales", "public", "x")]),
      ("a.sales.ord*", [("a", "sales", "orders")], [("b", "sales", "orders"), ("a", "public", "orders")]),
      (#"public.odd\.name"#, [("a", "public", "odd.name")], [("a", "odd", "name"), ("a", "public", "oddxname")]),
      ("[a-c]?.t", [("a", "b1", "t")], [("a", "d1", "t"), ("a", "b", "t")]),
      (#"what\*"#, [("a", "s", "what*")], [("a", "s", "whatever")]),
    ] as [(String, [(String, String, String)], [(String, String, String)])])
  func `table patterns of PostgreSQL`(
    _ example: (
      pattern: String, matching: [(String, String, String)], others: [(String, String, String)]
    )
  ) throws {
    let chosen = try ObjectPatterns(for: .postgresql, tables: [example.pattern])
    let excluded = try ObjectPatterns(for: .postgresql, excludedTables: [example.pattern])
    #expect(chosen.selectsTables && !excluded.selectsTables)
    for (database, schema, name) in example.matching {
      #expect(chosen.decide(on: table(database, schema, name)) == .everything)
      #expect(excluded.decide(on: table(database, schema, name)) == .leftOut)
    }
    for (database, schema, name) in example.others {
      #expect(chosen.decide(on: table(database, schema, name)) == .leftOut)
      #expect(excluded.decide(on: table(database, schema, name)) == .everything)
    }
  }

  @Test func `where there are no schemas the first of two names is the database`() throws {
    let patterns = try ObjectPatterns(for: .mariadb, tables: ["shop.orders"])
    #expect(patterns.decide(on: table("shop", nil, "orders")) == .everything)
    #expect(patterns.decide(on: table("other", nil, "orders")) == .leftOut)
    #expect(throws: ObjectPatternError.self) { _ = try ObjectPatterns(for: .mariadb, tables: ["a.b.c"]) }
  }

  @Test func `leaving out wins over taking`() throws {
    let patterns = try ObjectPatterns(
      for: .postgresql, tables: ["log*", "orders"], excludedTables: ["log_tmp"], excludedTableData: ["log_*"])
    #expect(patterns.decide(on: table("a", "public", "orders")) == .everything)
    #expect(patterns.decide(on: table("a", "public", "log_tmp")) == .leftOut)
    #expect(patterns.decide(on: table("a", "public", "log_web")) == .structureOnly)
    #expect(patterns.decide(on: table("a", "public", "users")) == .leftOut)
  }

  @Test(
    arguments: [
      (ObjectPatterns.Content.everything, ObjectPatterns.TableDecision.everything, .structureOnly),
      (.structureOnly, .structureOnly, .structureOnly), (.dataOnly, .dataOnly, .leftOut),
    ] as [(ObjectPatterns.Content, ObjectPatterns.TableDecision, ObjectPatterns.TableDecision)])
  func `structure alone, rows alone`(
    _ example: (
      content: ObjectPatterns.Content, usual: ObjectPatterns.TableDecision, withoutData: ObjectPatterns.TableDecision
    )
  ) throws {
    let patterns = try ObjectPatterns(for: .postgresql, excludedTableData: ["log"], content: example.content)
    #expect(patterns.decide(on: table("a", "public", "orders")) == example.usual)
    #expect(patterns.decide(on: table("a", "public", "log")) == example.withoutData)
    #expect(example.usual.takesRows == (example.content != .structureOnly))
    #expect(example.usual.takesStructure == (example.content != .dataOnly))
  }

  @Test func `patterns that match nothing are named with their options`() throws {
    let patterns = try ObjectPatterns(
      for: .postgresql, databases: ["shop", "shpo"], excludedDatabases: ["old*"], tables: ["orders", "sales.*"],
      excludedTables: ["ordres"], excludedTableData: ["other.public.orders", "public.orders"])
    let unmatched = patterns.unmatched(databases: ["shop", "web"], tables: [table("shop", "public", "orders")])
    #expect(
      unmatched.map { "\($0.option) \($0.pattern)" } == [
        "--database shpo", "--exclude-database old*", "--table sales.*", "--exclude-table ordres",
        "--exclude-table-data other.public.orders",
      ])
  }

  @Test(arguments: [
    ("", "a name in it is empty"), ("a..b", "a name in it is empty"), (".t", "a name in it is empty"),
    ("t.", "a name in it is empty"), ("a.b.c.d", "it has more names than a table"), ("t[", "a '[' is not closed"),
    ("t\\", "it ends with a backslash"),
  ])
  func `what cannot be read is a usage error`(_ example: (pattern: String, problem: String)) throws {
    let error = #expect(throws: ObjectPatternError.self) {
      _ = try ObjectPatterns(for: .postgresql, excludedTables: [example.pattern])
    }
    let refused = try #require(error)
    #expect(refused.exitCode == .usage)
    #expect(
      refused.explanation.problem.description == "cannot read the pattern '\(example.pattern)' of --exclude-table")
    #expect(refused.explanation.cause?.description == example.problem)
  }
}
