import CoffreCore
import Testing

@testable import CoffreSources

@Suite("Planning a restore of PostgreSQL")
struct LoadPlanTests {
  private func table(_ name: String, bytes: Int64 = 0, rootOf: String? = nil, columns: [String] = ["a"])
    -> DatabaseManifest.Table
  {
    DatabaseManifest.Table(
      name: DatabaseManifest.TableName(schema: "public", name: name), path: "d/data/public/\(name).copy", bytes: bytes,
      columns: columns, rootOf: rootOf.map { DatabaseManifest.TableName(schema: "public", name: $0) })
  }

  private func target(_ oid: UInt32, _ name: String, partitioned: Bool = false, ofExtension: Bool = false) -> LoadTarget
  {
    LoadTarget(
      oid: oid, name: DatabaseManifest.TableName(schema: "public", name: name), isPartitioned: partitioned,
      isOfExtension: ofExtension)
  }

  @Test func `the largest table is begun first`() {
    let plan = LoadPlan(
      [table("a", bytes: 1), table("b", bytes: 3), table("c", bytes: 2), table("gone")],
      targets: [target(1, "a"), target(2, "b"), target(3, "c")], references: [])
    #expect(plan.parallel.map(\.table.name.name) == ["b", "c", "a"])
    #expect(plan.parallel.allSatisfy { $0.isFrozen })
    #expect(plan.missing.map(\.name.name) == ["gone"])
  }

  @Test func `a table that would be waited for at the end is loaded by all connections`() {
    let (large, huge): (Int64, Int64) = (60 << 20, 90 << 20)
    let tables = [table("a", bytes: huge), table("b", bytes: large), table("c", bytes: 1)]
    let targets = [target(1, "a"), target(2, "b"), target(3, "c")]
    func shared(_ connections: Int) -> [String] {
      let plan = LoadPlan(tables, targets: targets, references: [], connectionCount: connections)
      #expect(plan.parallel.allSatisfy { $0.isFrozen != $0.isShared })
      return plan.parallel.filter(\.isShared).map(\.table.name.name)
    }
    #expect(shared(1) == [])
    #expect(shared(2) == ["a"])
    // The other one is soon loaded anyway.
    #expect(shared(4) == ["a"])
  }

  @Test func `rows go through the root where the manifest says so, and are not frozen there`() throws {
    let plan = LoadPlan(
      [table("leaf", rootOf: "root")], targets: [target(1, "root", partitioned: true)], references: [])
    let step = try #require(plan.parallel.first)
    #expect(!step.isFrozen)
    #expect(
      try step.copyCommand(encoding: "UTF8") == #"COPY "public"."root" ("a") FROM STDIN WITH (ENCODING 'UTF8')"#)
  }

  @Test func `a table without columns has no list of them`() throws {
    let plan = LoadPlan([table("t", columns: [])], targets: [target(1, "t")], references: [])
    let step = try #require(plan.parallel.first)
    #expect(
      try step.copyCommand(encoding: "LATIN1") == #"COPY "public"."t" FROM STDIN WITH (ENCODING 'LATIN1', FREEZE)"#)
  }

  @Test func `tables of extensions come first, in the order of their keys`() {
    let plan = LoadPlan(
      [table("child"), table("parent"), table("mine")],
      targets: [target(1, "child", ofExtension: true), target(2, "parent", ofExtension: true), target(3, "mine")],
      references: [TableReference(table: 1, referenced: 2), TableReference(table: 2, referenced: 2)])
    #expect(plan.first.map(\.table.name.name) == ["parent", "child"])
    #expect(plan.first.allSatisfy { !$0.isFrozen })
    #expect(plan.parallel.map(\.table.name.name) == ["mine"])
  }

  @Test func `keys in a circle end`() {
    let plan = LoadPlan(
      [table("a"), table("b")], targets: [target(1, "a", ofExtension: true), target(2, "b", ofExtension: true)],
      references: [TableReference(table: 1, referenced: 2), TableReference(table: 2, referenced: 1)])
    #expect(Set(plan.first.map(\.table.name.name)) == ["a", "b"])
    #expect(plan.first.count == 2)
  }

  @Test func `indexes of one table keep their order, and all else comes behind`() {
    let plan = PostDataPlan(
      [
        "SET statement_timeout = 0", "SELECT pg_catalog.set_config('search_path', '', false)",
        "SET default_tablespace = ''", "ALTER TABLE ONLY public.a ADD CONSTRAINT a_pkey PRIMARY KEY (id)",
        "ALTER TABLE ONLY public.b ADD CONSTRAINT b_key UNIQUE (id)", "CREATE INDEX i ON public.a USING btree (x)",
        "ALTER INDEX public.i ATTACH PARTITION public.j",
        "ALTER TABLE ONLY public.a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES public.b(id)",
      ].map { SQLStatement($0) })
    #expect(plan.preamble.count == 2)
    #expect(
      plan.groups.map { $0.map(\.title) } == [
        [
          "SET default_tablespace", "ALTER TABLE ONLY public.a ADD CONSTRAINT", "SET default_tablespace",
          "CREATE INDEX i ON public.a USING",
        ],
        ["SET default_tablespace", "ALTER TABLE ONLY public.b ADD CONSTRAINT"],
      ])
    #expect(plan.rest.count == 3)
  }

  @Test func `nothing is moved before a view that was put off`() {
    let plan = PostDataPlan(
      ["CREATE MATERIALIZED VIEW public.v AS SELECT 1", "CREATE UNIQUE INDEX i ON public.v USING btree (x)"].map {
        SQLStatement($0)
      })
    #expect(plan.groups.isEmpty)
    #expect(plan.rest.count == 2)
  }

  @Test func `a foreign key tells its tables`() throws {
    let key = try #require(
      PostDataPlan.foreignKey(
        SQLStatement(
          #"ALTER TABLE ONLY public.a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES s."B"(id) ON DELETE CASCADE"#)))
    #expect(key.table == [Array("public".utf8), Array("a".utf8)])
    #expect(key.referenced == [Array("s".utf8), Array("B".utf8)])
    #expect(PostDataPlan.foreignKey(SQLStatement("ALTER TABLE a ADD CONSTRAINT k CHECK ((x > 0))")) == nil)
  }

  @Test func `a database's own commands are found, whatever stands beside them`() {
    let script = SQLStatement(#"ALTER DATABASE :"DBNAME" OWNER TO "bob""#)
    #expect(DatabaseOwnCommands.place(of: script) == 2)
    #expect(
      displayed(script.replacing(2..<4, by: Array(#""new""#.utf8)).bytes) == #"ALTER DATABASE "new" OWNER TO "bob""#)
    #expect(DatabaseOwnCommands.place(of: SQLStatement(#"GRANT CONNECT ON DATABASE :"DBNAME" TO PUBLIC"#)) == 4)
    #expect(DatabaseOwnCommands.place(of: SQLStatement(#"COMMENT ON TABLE t IS 'ON DATABASE :"DBNAME"'"#)) == nil)
    #expect(DatabaseOwnCommands.place(of: SQLStatement("ANALYZE")) == nil)
  }

  @Test func `a key is checked as the server would`() {
    let key = ForeignKeyCheck.Key(
      name: "k", table: ForeignKeyCheck.Side(name: "s.t", isPartitioned: false),
      referenced: ForeignKeyCheck.Side(name: "s.r", isPartitioned: true), isFull: false,
      pairs: [
        ForeignKeyCheck.Pair(column: "a", referenced: "x", operation: "OPERATOR(pg_catalog.=)"),
        ForeignKeyCheck.Pair(column: "b", referenced: "y", operation: "OPERATOR(pg_catalog.=)"),
      ])
    #expect(
      key.command
        == "SELECT 1 FROM ONLY s.t f LEFT JOIN s.r p ON p.x OPERATOR(pg_catalog.=) f.a AND p.y OPERATOR(pg_catalog.=) f.b "
        + "WHERE p.x IS NULL AND (f.a IS NOT NULL AND f.b IS NOT NULL) LIMIT 1")
  }

  @Test func `what was loaded must be what was backed up`() throws {
    var expected = table("t", bytes: 4)
    expected.rows = 2
    expected.rowSum = RowSum()
    let good = LoadedTable(table: expected, sent: SentRows(rows: 2, bytes: 4, sum: RowSum()), taken: 2)
    #expect(good.difference == nil)
    try LoadedTable.check([good], of: [expected], in: "d")
    #expect(throws: SourceError.self) { try LoadedTable.check([], of: [expected], in: "d") }
    let short = LoadedTable(table: expected, sent: SentRows(rows: 1, bytes: 2, sum: RowSum()), taken: 1)
    #expect(short.difference?.description == "the snapshot has 1 row, its manifest says 2")
    let refused = LoadedTable(table: expected, sent: SentRows(rows: 2, bytes: 4, sum: RowSum()), taken: 1)
    #expect(refused.difference?.description == "of 2 rows the server took 1")
    var other = RowSum()
    other.add(Digest(bytes: [UInt8](repeating: 1, count: 32).span))
    let changed = LoadedTable(table: expected, sent: SentRows(rows: 2, bytes: 4, sum: other), taken: 2)
    #expect(changed.difference != nil)
  }

  @Test(arguments: [
    (#"COPY orders, line 7, column total: "12""#, "COPY orders, line 7"), ("COPY t, line 3", "COPY t, line 3"),
    ("something else", ""),
  ])
  func `of a row that is refused its place is told, not its values`(_ context: String, _ shown: String) {
    #expect(RowLoading.line(of: context) == shown)
  }
}
