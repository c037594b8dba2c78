import CoffreTestKit
import Testing

/// `restore FILE --to URL`: what pg_dump writes, whoever ran it.
@Suite("Restoring vendors' dumps of PostgreSQL", .timeLimit(.minutes(10)))
struct PostgresFileRestoreTests {
  private let workshop: Workshop
  private let server: PostgresServer

  init() throws {
    workshop = try Workshop()
    server = try PostgresServer.shared()
  }

  private func restore(_ file: String, to database: String?, _ options: [String] = []) throws -> CoffreReport {
    try workshop.coffreJSON(["restore", file, "--to", server.url(database)] + options) {
      $0.environment["PGPASSWORD"] = PostgresServer.password
      $0.directory = workshop.path
    }
  }

  /// A database with something of each kind that scripts write in their own ways.
  private func makeShop() throws -> String {
    let shop = try server.createDatabase("shop")
    try server.run(
      #"""
      CREATE TABLE "odd; name" (id int PRIMARY KEY, t text, CHECK (t <> ';'));
      INSERT INTO "odd; name" SELECT n, E'a\tb\\N \\. ' || n || E'\n\\.\nc' FROM generate_series(1, 3000) n;
      CREATE TABLE empty (x int);
      CREATE TABLE columnless (); INSERT INTO columnless DEFAULT VALUES;
      CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $x$ BEGIN RETURN 'a;
      \. b'; END $x$;
      CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;
      CREATE VIEW v AS SELECT id FROM "odd; name";
      CREATE SEQUENCE s START 5; SELECT nextval('s');
      SELECT lo_from_bytea(4711, '\x00ff5c');
      """#, shop)
    return shop
  }

  private func dump(_ shop: String, _ arguments: [String], as name: String) throws -> String {
    let file = "\(workshop.path)/\(name)"
    _ = try server.vendorTool("pg_dump", arguments + ["--file=\(file)"], shop)
    return file
  }

  private func compress(_ file: String, by program: String, _ package: String) throws {
    let outcome = try Tool.named(program, package: package).run(["-k", file])
    #expect(outcome.isSuccess, "\(outcome)")
  }

  @Test func `every form comes back equal, whatever it is called`() throws {
    let shop = try makeShop()
    defer { try? server.dropDatabase(shop) }
    let plain = try dump(shop, [], as: "plain")
    for (program, package) in [("gzip", "gzip"), ("xz", "xz-utils"), ("bzip2", "bzip2"), ("zstd", "zstd")] {
      try compress(plain, by: program, package)
    }
    _ = try dump(shop, ["-Fc"], as: "custom")
    _ = try dump(shop, ["-Ft"], as: "tar")
    _ = try dump(shop, ["-Fd"], as: "folder")
    _ = try dump(shop, ["--create"], as: "create")
    _ = try dump(shop, ["--inserts", "--rows-per-insert=7"], as: "inserts")
    let expected = try server.dump(shop)
    for name in [
      "plain", "plain.gz", "plain.xz", "plain.bz2", "plain.zst", "custom", "tar", "folder", "create", "inserts",
    ] {
      let target = "\(shop)_\(name)"
      defer { try? server.dropDatabase(target) }
      let report = try restore(name, to: target)
      #expect(report.status == 0, "\(name): \(report)")
      #expect(try server.dump(target) == expected, "\(name)")
    }
  }

  /// Nothing in it says which schema is meant, nor which zone.
  @Test func `a script written by hand does what psql does with it`() throws {
    let login = try server.createRole("writer", "SUPERUSER")
    let role = PostgresServer.identifier(login.user)
    try server.run("ALTER ROLE \(role) SET timezone = 'Asia/Tokyo'")
    let file = "\(workshop.path)/hand.sql"
    try writeRealFile(
      file,
      """
      CREATE TABLE plain (id int PRIMARY KEY, at timestamptz);
      INSERT INTO plain VALUES (1, '2026-01-02 03:04:05');
      COPY plain FROM stdin;
      2\t2026-01-02 03:04:05
      \\.
      CREATE TYPE mood AS ENUM ('fine');
      CREATE FUNCTION one() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM plain';
      CREATE MATERIALIZED VIEW seen AS SELECT * FROM plain;
      SELECT pg_sleep(0.4);
      SET search_path = pg_catalog;
      CREATE SCHEMA other CREATE TABLE more (id int);

      """)
    let byHand = try server.createDatabase("by_hand")
    let target = "\(byHand)_again"
    defer { for name in [byHand, target] { try? server.dropDatabase(name) } }
    try server.psqlFile(file, byHand, in: workshop.path, as: login)
    // A limit that a restore must not keep.
    try server.run("ALTER ROLE \(role) SET statement_timeout = '250ms'")
    let report = try workshop.coffreJSON(["restore", file, "--to", server.url(target, user: login.user)]) {
      $0.environment["PGPASSWORD"] = login.password
    }
    #expect(report.status == 0, "\(report)")
    let seen = try server.run("SELECT DISTINCT extract(epoch FROM at)::bigint, one() FROM plain", target)
    #expect(seen == "1767290645|2")
    try expectEqualDatabases(target, of: server, and: server.dump(byHand))
  }

  @Test func `without a name it gets one that says so`() throws {
    let shop = try makeShop()
    defer { try? server.dropDatabase(shop) }
    _ = try dump(shop, [], as: "kiosk.sql")
    let report = try restore("./kiosk.sql", to: nil)
    let name = try #require(report.summary?["target"]?.text)
    defer { try? server.dropDatabase(name) }
    #expect(name.hasPrefix("kiosk_restored_2"))
    #expect(try server.dump(name) == server.dump(shop))
  }

  private struct BadFile {
    let name: String
    let content: [UInt8]
    let status: Int32

    init(_ name: String, _ content: [UInt8], _ status: Int32) {
      (self.name, self.content, self.status) = (name, content, status)
    }

    init(_ name: String, text: String, _ status: Int32) { self.init(name, Array(text.utf8), status) }
  }

  @Test func `what is cut, or is no dump, leaves the server as it was`() throws {
    let shop = try makeShop()
    defer { try? server.dropDatabase(shop) }
    let plain = try readRealFile(try dump(shop, [], as: "plain"))
    let custom = try readRealFile(try dump(shop, ["-Fc"], as: "custom"))
    try compress("\(workshop.path)/plain", by: "gzip", "gzip")
    let zipped = try readRealFile("\(workshop.path)/plain.gz")
    let whole = String(decoding: plain, as: UTF8.self)
    let end = try #require(whole.firstRange(of: "-- PostgreSQL database dump complete"))
    let rows = try #require(whole.firstRange(of: "FROM stdin;"))
    var flipped = zipped
    // In its checksum: all of it was run before it shows.
    flipped[flipped.count - 6] ^= 0x10
    let files: [BadFile] = [
      BadFile("among rows", text: "\(whole[..<rows.upperBound])\n1\ta", 14),
      BadFile("before its end", text: String(whole[..<end.lowerBound]), 14),
      BadFile("archive", Array(custom.dropLast(100)), 14), BadFile("zipped", Array(zipped.dropLast(9)), 14),
      BadFile("flipped", flipped, 14),
      BadFile("program", text: "\\! touch \(workshop.path)/ran\n\(whole)", 1),
      BadFile("copy program", text: "COPY t FROM PROGRAM 'true';\n\(whole)", 1),
      BadFile("role", text: "CREATE ROLE intruder;\n\(whole)", 1),
      BadFile("two", text: "\\connect a\n\\connect b\n\(whole)", 1), BadFile("text", text: "hello\n", 1),
      BadFile("open transaction", text: "BEGIN;\nCREATE TABLE public.a (b int);\n", 14),
      BadFile("zero", text: "SELECT '\0';\n", 1),
    ]
    for file in files {
      try writeRealFile("\(workshop.path)/\(file.name)", file.content)
      let report = try restore("./\(file.name)", to: "\(shop)_never")
      #expect(report.status == file.status, "\(file.name): \(report)")
      #expect(report.error?["detail"]?.text?.contains("was removed") == true, "\(file.name): \(report)")
      // Others work on the same server; what is made for this one begins with its name.
      #expect(try server.databases().filter { $0.hasPrefix("\(shop)_") } == [], "\(file.name)")
    }
    #expect(!realEntryExists("\(workshop.path)/ran"))
    #expect(try server.run("SELECT count(*) FROM pg_roles WHERE rolname = 'intruder'") == "0")
  }

  @Test func `the dump of a whole server is left to psql`() throws {
    let file = "\(workshop.path)/all.sql"
    _ = try server.vendorTool("pg_dumpall", ["--globals-only", "--database=postgres", "--file=\(file)"], "postgres")
    let report = try restore(file, to: "never")
    #expect(report.status == 1)
    #expect(report.error?["detail"]?.text?.contains("whole server") == true, "\(report)")
  }

  @Test func `what exists is replaced only if its name is typed and it was backed up`() throws {
    let shop = try makeShop()
    let target = try server.createDatabase("kept")
    defer { for name in [shop, target] { try? server.dropDatabase(name) } }
    try server.run("CREATE TABLE mine (a int)", target)
    let file = try dump(shop, ["-Fc"], as: "shop.dump")
    for options in [[], ["--confirm", shop]] {
      let refused = try restore(file, to: target, options)
      #expect(refused.status == 1, "\(refused)")
      #expect(try server.run("SELECT count(*) FROM mine", target) == "0")
    }
    let report = try restore(file, to: target, ["--confirm", target])
    #expect(report.status == 0, "\(report)")
    #expect(try server.dump(target) == server.dump(shop))
    #expect(workshop.snapshotIDs.count == 1, "the safety backup")
    let old = try #require(try server.databases().first { $0.hasPrefix("\(target)_before_") })
    defer { try? server.dropDatabase(old) }
    #expect(try server.run("SELECT count(*) FROM mine", old) == "0")
  }

  @Test func `options that choose within a snapshot are refused`() throws {
    let shop = try makeShop()
    defer { try? server.dropDatabase(shop) }
    let file = try dump(shop, [], as: "shop.sql")
    for option in [["--table", "t"], ["--data-only"], ["--globals"], ["--verify"], ["--database", "x"]] {
      #expect(try restore(file, to: "never", option).status == 2, "\(option)")
    }
    #expect(try restore("./nothing", to: "never").status == 1)
  }
}
