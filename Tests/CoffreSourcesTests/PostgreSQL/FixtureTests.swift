import CoffreTestKit
import Testing

/// The tests' own server, fixtures and comparison: what they prove about Coffre is worth what these are worth.
@Suite("PostgreSQL's fixtures", .timeLimit(.minutes(10)))
struct PostgresFixtureTests {
  @Test func `everything loads, and survives pg_dump and psql`() throws {
    let server = try PostgresServer.shared()
    let database = try PostgresFixture.makeEverything(in: server)
    defer { try? server.dropDatabase(database) }
    let original = try server.vendorDump(database)
    let copy = try PostgresFixture.load(original, into: "copy", of: server)
    defer { try? server.dropDatabase(copy) }
    let dump = PostgresDump(normalising: original)
    #expect(try server.dump(copy).difference(from: dump) == nil)

    // Two dumps with nothing in them would be equal too.
    #expect(dump.lines.count > 10_000)
    let kinds = try server.run(Self.kinds, database)
    #expect(kinds == Self.expectedKinds)
    #expect(try server.run(Self.kinds, copy) == kinds)
    let rows = try server.run(
      "SELECT sum(n) FROM (SELECT count(*) AS n FROM shop.sale UNION ALL SELECT count(*) FROM ONLY shop.vehicle) x",
      copy)
    #expect(rows == "62")
    for line in [
      "CREATE UNLOGGED TABLE shop.unlogged (", "REFRESH MATERIALIZED VIEW shop.a_sum_of_sums;",
      "SELECT pg_catalog.lo_create('4294967295');", "SELECT pg_catalog.setval('shop.uncalled', 17, false);",
      "CREATE TABLE shop.no_column (", "COPY shop.no_column  FROM stdin;",
    ] {
      #expect(dump.contains(line), "\(line)")
    }
  }

  @Test func `security labels are in the fixture where a provider can be made`() throws {
    let server = try PostgresServer.shared()
    let database = try PostgresFixture.makeEverything(in: server, named: "labels")
    defer { try? server.dropDatabase(database) }
    // Of all databases those with labels are listed everywhere.
    let labels = try server.run(
      "SELECT count(*) FROM pg_seclabels WHERE provider = 'coffre_test' AND objtype NOT IN ('database', 'subscription', 'role', 'tablespace')",
      database)
    #expect(labels == (server.labelObstacle == nil ? "16" : "0"), "\(server.labelObstacle ?? "")")
  }

  private static let changes = [
    "INSERT INTO t VALUES (3, 'c')", "UPDATE t SET x = 'B' WHERE id = 2", "UPDATE t SET x = '' WHERE x IS NULL",
    "DELETE FROM t WHERE id = 1", "SELECT nextval('s')", "COMMENT ON TABLE t IS 'y'", "GRANT SELECT ON t TO PUBLIC",
    "DROP INDEX i", "ALTER TABLE t ALTER x SET DEFAULT 'z'", "SELECT lo_put(4711, 0, 'B')", "SELECT lo_unlink(4711)",
    "CREATE TABLE u ()", "ALTER TABLE t DISABLE TRIGGER ALL", "REFRESH MATERIALIZED VIEW m WITH NO DATA",
    "ALTER TABLE t SET UNLOGGED",
  ]

  @Test func `the comparison sees every change`() throws {
    let server = try PostgresServer.shared()
    let database = try server.createDatabase("changes")
    defer { try? server.dropDatabase(database) }
    try server.run(
      """
      CREATE TABLE t (id int, x text); CREATE INDEX i ON t (x); CREATE SEQUENCE s; CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
      CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
      INSERT INTO t VALUES (1, 'a'), (2, 'b'), (2, 'b'), (9, NULL); SELECT lo_from_bytea(4711, 'A');
      """, database)
    var last = try server.dump(database)
    #expect(try server.dump(database).difference(from: last) == nil)
    for change in Self.changes {
      try server.run(change, database)
      let next = try server.dump(database)
      #expect(next != last && next.difference(from: last) != nil, "\(change)")
      last = next
    }
  }

  @Test func `the order of rows does not count`() throws {
    let server = try PostgresServer.shared()
    let database = try server.createDatabase("order")
    defer { try? server.dropDatabase(database) }
    try server.run("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (2), (3)", database)
    let first = try server.dump(database)
    try server.run("DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (1)", database)
    #expect(try server.run("SELECT string_agg(id::text, '') FROM t", database) == "231")
    #expect(try server.dump(database) == first)
  }

  @Test func `text in other encodings, and in none, survives too`() throws {
    let server = try PostgresServer.shared()
    for (encoding, database) in [
      ("LATIN1", try PostgresFixture.makeLatin1(in: server)),
      ("SQL_ASCII", try PostgresFixture.makeRawBytes(in: server)),
    ] {
      defer { try? server.dropDatabase(database) }
      let original = try server.vendorDump(database)
      let copy = try PostgresFixture.load(original, encoding: encoding, of: server)
      defer { try? server.dropDatabase(copy) }
      #expect(try server.dump(copy).difference(from: PostgresDump(normalising: original)) == nil)
      #expect(original.contains(0xE9), "a byte that is no UTF-8")
      #expect(try server.properties(of: copy) == server.properties(of: database))
    }
  }

  @Test func `odd names of databases are names`() throws {
    let server = try PostgresServer.shared()
    for name in PostgresFixture.oddNames {
      let database = try server.createDatabase(name)
      try server.run("CREATE TABLE t (a int); INSERT INTO t VALUES (1)", database)
      #expect(try server.run("SELECT current_database() FROM t", database) == database)
      #expect(try server.dump(database).contains("CREATE TABLE public.t ("))
      try server.dropDatabase(database)
    }
  }

  // The kinds of things that are there, and how many; of relations, constraints and triggers by their letter.
  private static let kinds = """
    SELECT 'relations', relkind, count(*) FROM pg_class WHERE oid >= 16384 AND relkind IN ('r','p','f','m','v','S') GROUP BY 2
    UNION ALL SELECT 'constraints', contype, count(*) FROM pg_constraint WHERE oid >= 16384 AND contype <> 'n' GROUP BY 2
    UNION ALL SELECT 'triggers', tgenabled, count(*) FROM pg_trigger WHERE NOT tgisinternal GROUP BY 2
    UNION ALL SELECT 'types', typtype, count(*) FROM pg_type WHERE oid >= 16384 AND typtype IN ('d','e','r','m') GROUP BY 2
    UNION ALL SELECT 'functions', prokind, count(*) FROM pg_proc p WHERE oid >= 16384
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e') GROUP BY 2
    UNION ALL SELECT 'event triggers', '', count(*) FROM pg_event_trigger
    UNION ALL SELECT 'policies', '', count(*) FROM pg_policy
    UNION ALL SELECT 'rules', '', count(*) FROM pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN'
    UNION ALL SELECT 'publications', '', count(*) FROM pg_publication
    UNION ALL SELECT 'extensions', '', count(*) FROM pg_extension
    UNION ALL SELECT 'large objects', '', count(*) FROM pg_largeobject_metadata
    UNION ALL SELECT 'default rights', '', count(*) FROM pg_default_acl
    UNION ALL SELECT 'statistics', '', count(*) FROM pg_statistic_ext
    UNION ALL SELECT 'casts', '', count(*) FROM pg_cast c WHERE oid >= 16384
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    UNION ALL SELECT 'user mappings', '', count(*) FROM pg_user_mapping
    ORDER BY 1, 2
    """

  private static let expectedKinds = """
    casts||5
    constraints|c|15
    constraints|f|16
    constraints|p|107
    constraints|t|1
    constraints|u|3
    constraints|x|1
    default rights||5
    event triggers||2
    extensions||12
    functions|a|3
    functions|f|32
    functions|p|1
    large objects||5
    policies||4
    publications||4
    relations|S|12
    relations|f|3
    relations|m|5
    relations|p|9
    relations|r|137
    relations|v|7
    rules||4
    statistics||2
    triggers|A|1
    triggers|D|2
    triggers|O|11
    triggers|R|1
    types|d|3
    types|e|2
    types|m|1
    types|r|1
    user mappings||2
    """
}
