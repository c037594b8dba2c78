import CoffreCore
import CoffreSystem
import CoffreTestKit
import PostgresKit
import Synchronization
import Testing

@testable import CoffreSources

/// Against a server of the tests' own.
@Suite("Backups of PostgreSQL", .timeLimit(.minutes(10)))
struct PostgresBackupTests {
  private let server: TestServer

  init() throws { server = try TestServer.shared() }

  private func patterns(
    databases: [String] = [], tables: [String] = [], excludedTables: [String] = [], excludedData: [String] = [],
    content: ObjectPatterns.Content = .everything
  ) throws -> ObjectPatterns {
    try ObjectPatterns(
      for: .postgresql, databases: databases, tables: tables, excludedTables: excludedTables,
      excludedTableData: excludedData, content: content)
  }

  /// Why a run ended.
  private func failure(_ settings: DatabaseSettings) throws -> SourceError {
    let error = #expect(throws: SourceError.self) { _ = try BackupRun(settings) }
    return try #require(error)
  }

  // MARK: Rights

  @Test func `the rights of the guide are enough, and row security is not passed over`() throws {
    let role = try server.createRole("backup")
    let database = try server.createDatabase()
    try server.run(
      """
      GRANT pg_read_all_data TO "\(role.user)"; GRANT CONNECT ON DATABASE "\(database)" TO "\(role.user)";
      REVOKE CONNECT ON DATABASE "\(database)" FROM PUBLIC;
      CREATE SCHEMA closed; REVOKE ALL ON SCHEMA closed FROM PUBLIC;
      CREATE TABLE closed.t (id serial PRIMARY KEY, name text); INSERT INTO closed.t (name) VALUES ('a'), ('b');
      CREATE MATERIALIZED VIEW closed.m AS SELECT * FROM closed.t;
      CREATE SEQUENCE closed.s; SELECT nextval('closed.s');
      CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);
      INSERT INTO p VALUES (3)
      """, database)
    let run = try BackupRun(server.settings(database, as: role))
    #expect(run.text("/closed/t.copy") == "1\ta\n2\tb\n")
    #expect(run.text("/public/p1.copy") == "3\n")
    #expect(run.notes.filter(\.isLoss).isEmpty)
    #expect(try DatabaseManifest(decoding: run.manifest).isComplete)

    try server.run("ALTER TABLE closed.t ENABLE ROW LEVEL SECURITY", database)
    let refused = try failure(server.settings(database, as: role))
    #expect(refused.reason == .notWhole)
    #expect(refused.explanation.cause?.contains("row security hides rows") == true)
    try server.run(#"ALTER ROLE "\#(role.user)" BYPASSRLS"#)
    #expect(try BackupRun(server.settings(database, as: role)).text("/closed/t.copy") == "1\ta\n2\tb\n")
  }

  @Test func `rights on passwords are asked for where the globals are read`() throws {
    let role = try server.createRole("globals")
    let database = try server.createDatabase()
    try server.run(#"CREATE TABLE t (id int); GRANT SELECT ON t TO "\#(role.user)""#, database)
    try server.run(#"GRANT SELECT ON pg_catalog.pg_authid TO "\#(role.user)""#)
    defer { _ = try? server.run(#"REVOKE SELECT ON pg_catalog.pg_authid FROM "\#(role.user)""#) }
    // The right holds in the database 'postgres' alone.
    let whole = try BackupRun(server.settings(nil, as: role, patterns(databases: [database])))
    #expect(whole.text("/globals.sql")?.contains("PASSWORD 'SCRAM-SHA-256$") == true)
    let one = try BackupRun(server.settings(database, as: role))
    #expect(one.text("/globals.sql")?.contains("PASSWORD '") == false)
  }

  @Test func `what is not asked for needs no right, in a test as in a backup`() throws {
    let role = try server.createRole("lean")
    let database = try server.createDatabase()
    defer { try? server.dropDatabase(database) }
    try server.run(
      """
      CREATE TABLE mine (id int); INSERT INTO mine VALUES (7); GRANT SELECT ON mine TO "\(role.user)";
      CREATE SEQUENCE other; CREATE TABLE others (id int); SELECT lo_create(0);
      CREATE SUBSCRIPTION "\(database)" CONNECTION 'dbname=none' PUBLICATION p WITH (connect = false)
      """, database)
    let chosen = try server.settings(database, as: role, patterns(tables: ["mine"]))
    let probe = try PostgresProbe.run(chosen, cancellation: Cancellation())
    #expect(probe.allMissing.filter(\.isLoss) == [])
    #expect(probe.databases.map(\.tableCount) == [1] && probe.databases.map(\.largeObjectCount) == [0])
    #expect(try BackupRun(chosen).text("/public/mine.copy") == "7\n")

    // Rows alone have no definitions, structure has.
    try server.run(
      #"GRANT SELECT ON others, other TO "\#(role.user)"; SELECT lo_unlink(oid) FROM pg_largeobject_metadata"#, database
    )
    let rows = try server.settings(database, as: role, patterns(content: .dataOnly))
    #expect(try PostgresProbe.run(rows, cancellation: Cancellation()).allMissing.filter(\.isLoss) == [])
    #expect(try BackupRun(rows).text("/public/mine.copy") == "7\n")
    let structure = try server.settings(database, as: role, patterns(content: .structureOnly))
    let lost = try PostgresProbe.run(structure, cancellation: Cancellation()).allMissing.filter(\.isLoss)
    #expect(lost.map(\.object) == ["subscriptions"])
    #expect(try failure(structure).explanation.cause?.hasPrefix("subscriptions:") == true)
  }

  @Test func `a test looks at the databases that a backup takes, and tells of patterns that match nothing`() throws {
    let database = try server.createDatabase()
    try server.run("CREATE TABLE t (id int)", database)
    let wanted = try ObjectPatterns(
      for: .postgresql, databases: [database, "template1", "nowhere"], tables: ["t", "none"],
      excludedTables: ["nothing"])
    let probe = try PostgresProbe.run(server.settings(nil, as: .superuser, wanted), cancellation: Cancellation())
    #expect(probe.databases.map(\.name) == [database])
    #expect(probe.unmatched.map(\.pattern) == ["nowhere", "none", "nothing"])
    #expect(probe.unmatched.map(\.isForTaking) == [true, true, false])
  }

  // MARK: Locks

  @Test func `a dump waits for a lock less than a second if it is told so`() throws {
    let database = try server.createDatabase()
    try server.run("CREATE TABLE t (id int)", database)
    let other = try server.session(database)
    try other.execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
    var settings = try server.settings(database)
    settings.lockTimeout = .milliseconds(300)
    let cancellation = Cancellation()
    let watch = try EngineThread.start(named: "watch") {
      try? pause(for: .seconds(120), unless: cancellation)
      cancellation.cancel(.interrupted)
    }
    defer {
      cancellation.cancel(.interrupted)
      watch.join()
    }
    let start = ContinuousClock.now
    let reader = try PostgresFileDump(settings, form: .plain).open(cancellation: cancellation) { _ in }
    let error = #expect(throws: SourceError.self) {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        var span = buffer.mutableSpan
        guard try reader.read(into: &span) > 0 else { return }
      }
    }
    #expect(ContinuousClock.now - start < .seconds(60))
    #expect(error?.reason == .notWhole)
  }

  /// The change comes in between the leader's lock and pg_dump's own.
  @Test func `a change that waits for the backup does not keep it waiting`() throws {
    let database = try server.createDatabase()
    try server.run("CREATE TABLE t (id int); INSERT INTO t VALUES (1)", database)
    var settings = try server.settings(database)
    let real = try InstalledTools.find(.postgresql, cancellation: Cancellation()).choose(
      forMajor: server.installation.version)
    // The tool is slow to start, as in a container far away.
    settings.tools = InstalledTools(
      family: .postgresql,
      found: [
        VendorTools(
          prefix: ["/bin/sh", "-c", #"case "$*" in *--section*) sleep 1.5;; esac; exec "$@""#, "sh"],
          folder: real.folder, version: real.version)
      ])
    let other = try server.session(database)
    let watcher = try server.session(database)
    let changing = try EngineThread.start(named: "change") {
      for _ in 0..<1000 {
        let held = try? watcher.execute(
          "SELECT 1 FROM pg_locks WHERE relation = 't'::regclass AND pid <> pg_backend_pid()")
        if held?.count ?? 0 > 0 { break }
        try? pause(for: .milliseconds(10), unless: Cancellation())
      }
      _ = try? other.execute("ALTER TABLE t ADD COLUMN more int DEFAULT 5")
    }
    let start = ContinuousClock.now
    let run = try BackupRun(settings)
    changing.join()
    #expect(ContinuousClock.now - start < .seconds(30))
    #expect(run.text("/public/t.copy") == "1\t5\n")
    #expect(run.text("/pre-data.sql")?.contains("more integer DEFAULT 5") == true)
  }

  // MARK: Connections

  /// A database with a role that may back it up.
  private func makeLimited() throws -> (database: String, role: PostgresLogin) {
    let role = try server.createRole("limited", "IN ROLE pg_read_all_data")
    let database = try server.createDatabase()
    try server.run("CREATE TABLE t (id int); INSERT INTO t VALUES (1)", database)
    return (database, role)
  }

  private func limit(_ role: PostgresLogin, to connections: Int) throws {
    try server.run(#"ALTER ROLE "\#(role.user)" CONNECTION LIMIT \#(connections)"#)
  }

  @Test func `a backup that has read the rows needs no connection more`() throws {
    let (database, role) = try makeLimited()
    var isLimited = false
    let run = try BackupRun(server.settings(database, as: role)) { path in
      guard path.hasSuffix("/post-data.sql") || path.hasSuffix("/pre-data.sql") else { return }
      isLimited = true
      try limit(role, to: 1)
    }
    #expect(isLimited && run.text("/public/t.copy") == "1\n")
    #expect(try DatabaseManifest(decoding: run.manifest).isComplete)
  }

  @Test func `a connection that looked at the present sees the instant again`() throws {
    let (database, _) = try makeLimited()
    let opener = CoffreSources.PostgresServer(try server.settings(database), cancellation: Cancellation())
    let shared = try SharedInstant(of: database, on: opener, workers: 1) { _ in ["public.t"] }
    defer { shared.close() }
    func look(_ connection: PostgresConnection) throws(PostgresError) -> [String?] {
      let rows = try connection.execute("SELECT pg_backend_pid(), count(*) FROM public.t")
      return [rows[0, 0], rows[0, 1]]
    }
    let worker = try shared.lease(locking: "public.t")
    let before = try look(worker.connection)
    worker.giveBack()
    try server.run("INSERT INTO t VALUES (2)", database)
    let present = try shared.withPresent { connection throws(PostgresError) in try look(connection) }
    let again = try shared.lease(locking: "public.t")
    #expect(try look(again.connection) == before)
    #expect(before[1] == "1" && present == [before[0], "2"])
    again.giveBack()
  }

  @Test func `a server that is full for a moment is waited for`() throws {
    let (database, role) = try makeLimited()
    var settings = try server.settings(database, as: role)
    // Nothing but the leader: each look at the present is a connection of its own.
    settings.connectionCount = 0
    let server = server
    var opening: EngineThread?
    let run = try BackupRun(settings) { path in
      guard path.hasSuffix("/post-data.sql") else { return }
      try limit(role, to: 1)
      opening = try EngineThread.start(named: "opening") {
        try? pause(for: .seconds(2), unless: Cancellation())
        _ = try? server.run(#"ALTER ROLE "\#(role.user)" CONNECTION LIMIT -1"#)
      }
    }
    opening?.join()
    #expect(opening != nil && run.text("/public/t.copy") == "1\n")
  }

  @Test func `a server that stays full is not waited for for ever`() throws {
    let (database, role) = try makeLimited()
    try limit(role, to: 0)
    let opener = CoffreSources.PostgresServer(
      try server.settings(database, as: role), cancellation: Cancellation())
    let start = ContinuousClock.now
    let error = #expect(throws: PostgresError.self) {
      _ = try opener.connect(to: database, waitingForRoom: .milliseconds(1500))
    }
    #expect(error?.state == "53300")
    #expect(ContinuousClock.now - start > .milliseconds(1500) && ContinuousClock.now - start < .seconds(60))
  }

  // MARK: Rows

  /// A value that its type knows no more: its text cannot be made.
  private func makeBrokenRow(in database: String) throws {
    try server.run(
      """
      CREATE TYPE mood AS ENUM ('fine', 'gone');
      CREATE TABLE broken (id int, region text, mood mood, notes text, PRIMARY KEY (region, id));
      INSERT INTO broken SELECT i, 'eu', 'fine', 'x' FROM generate_series(1, 500) i;
      INSERT INTO broken VALUES (4711, 'us', 'gone', repeat('y', 100000));
      INSERT INTO broken VALUES (4712, 'us', 'fine', 'z');
      CREATE TABLE sound (id int); INSERT INTO sound VALUES (1), (2);
      DELETE FROM pg_enum WHERE enumlabel = 'gone'
      """, database)
  }

  @Test func `a row that the server cannot send is named`() throws {
    let database = try server.createDatabase()
    try makeBrokenRow(in: database)
    let error = try failure(server.settings(database))
    let cause = try #require(error.explanation.cause)
    #expect(cause.contains("in the row region=us, id=4711, whose text takes about 97.7 KiB"), "\(cause)")
    #expect(error.explanation.advice?.contains("--exclude-table-data") == true)
  }

  @Test(arguments: [0, 1, 2])
  func `a table that cannot be read does not end a partial backup, whoever reads it`(_ connections: Int) throws {
    let database = try server.createDatabase()
    try makeBrokenRow(in: database)
    var settings = try server.settings(database)
    settings.connectionCount = connections
    settings.allowsPartial = true
    let run = try BackupRun(settings)
    #expect(run.failures.count == 1)
    #expect(run.text("/public/sound.copy") == "1\n2\n")
    let manifest = try DatabaseManifest(decoding: run.manifest)
    #expect(!manifest.isComplete)
    #expect(manifest.missed.map(\.object) == ["table public.broken"])
    #expect(manifest.missed.first?.reason.contains("id=4711") == true)
  }

  @Test func `a table that had rows in the backup before is no longer empty in silence`() throws {
    let database = try server.createDatabase()
    try server.run(
      "CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int); INSERT INTO a VALUES (1), (2), (3);"
        + "INSERT INTO c VALUES (1)", database)
    let first = try BackupRun(server.settings(database))
    #expect(first.notes.filter { $0.subject.contains(".public.") }.isEmpty)
    try server.run("DELETE FROM a; DROP TABLE c", database)
    let second = try BackupRun(server.settings(database), former: first.manifest)
    let told = second.notes.filter { $0.subject.hasPrefix("table ") }
    #expect(told.map(\.subject) == ["table \(database).public.a"])
    #expect(told.first?.message == "it is empty, and had 3 rows in the backup before")
    #expect(told.first?.isLoss == false)
  }

  // MARK: Many tables

  @Test func `many tables are named by their schemas where that is the same`() throws {
    let database = try server.createDatabase()
    try server.run(
      """
      CREATE SCHEMA a; CREATE SCHEMA "B.b"; CREATE SCHEMA c;
      CREATE TABLE a.one (id serial); CREATE TABLE a.two (id int); CREATE VIEW a.three AS SELECT 1;
      CREATE TABLE "B.b".one (id int); CREATE TABLE "B.b".two (id int); CREATE TABLE c.one (id int); CREATE SEQUENCE c.s
      """, database)
    let connection = try server.session(database)
    func choice(_ patterns: ObjectPatterns, most: Int) throws -> ToolChoice {
      let wanted = try DumpChoice(in: database, on: connection, patterns)
      let choice = try ToolChoice(wanted, selects: patterns.selectsTables, most: most)
      return try #require(choice)
    }
    let some = try choice(patterns(tables: ["a.*", "B\\.b.one", "c.one"]), most: 2)
    #expect(some.included == [#""a".*"#, #""B.b"."one""#, #""c"."one""#])
    let few = try choice(patterns(tables: ["a.*"]), most: 5)
    #expect(few.included == [#""a"."one""#, #""a"."two""#, #""a"."three""#])
    let others = try choice(patterns(excludedTables: ["B\\.b.*", "c.one"]), most: 1)
    #expect(others.included == [] && others.excluded == [#""B.b".*"#, #""c"."one""#])
    let nothing = try DumpChoice(in: database, on: connection, patterns(tables: ["none"]))
    #expect(try ToolChoice(nothing, selects: true) == nil)
    let lines = [#""a".*"#, #""B.b"."one""#, #""c"."one""#].map { "include table \($0)\n" }
    #expect(displayed(some.filter) == lines.joined())

    // pg_dump reads the patterns as they are meant.
    let dump = try server.vendorTool("pg_dump", ["--schema-only"] + some.arguments, database).output
    for name in ["a.one", "a.two", "a.three", "a.one_id_seq", #""B.b".one"#, "c.one"] {
      #expect(dump.contains(" \(name) ") || dump.contains(" \(name)\n"), "\(name)")
    }
    #expect(!dump.contains(#""B.b".two"#) && !dump.contains("c.s"))
  }
}
