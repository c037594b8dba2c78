import CoffreCore
import CoffreInventory
import CoffreSources
import CoffreSystem
import CoffreTestKit
import Testing

/// Every engine gives the same list, and fails the same way.
@Suite("Inventories in databases", .timeLimit(.minutes(10)))
struct InventoryDatabaseTests {
  enum Engine: String, CaseIterable, Sendable {
    case mariadb, postgresql, sqlite
  }

  /// A database of its own, and how it is asked directly.
  struct Place {
    let settings: DatabaseSettings
    let run: (String) throws -> String
    let remove: () throws -> Void
    /// Writes a name as the engine does.
    let quote: (String) -> String

    func open(for use: InventoryUse = .reading) throws -> any InventoryDatabase {
      try InventoryDatabases.open(settings, for: use, cancellation: Cancellation())
    }

    func read(_ choice: ListChoice) throws -> InventoryTable { try open().read(choice) }
  }

  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  func place(_ engine: Engine) throws -> Place {
    switch engine {
    case .mariadb:
      let server = try MariaDBServer.shared()
      let name = try server.createDatabase("inventaire été")
      let settings = DatabaseSettings(
        location: try DatabaseLocation(server.url(name)), password: Secret(MariaDBServer.password), connectionCount: 1)
      return Place(
        settings: settings, run: { try server.run($0, name) }, remove: { try server.dropDatabase(name) },
        quote: { MariaDBServer.identifier($0) })
    case .postgresql:
      let server = try PostgresServer.shared()
      let name = try server.createDatabase("inventaire été")
      let settings = DatabaseSettings(
        location: try DatabaseLocation(server.url(name)), password: Secret(PostgresServer.password),
        connectionCount: 1)
      return Place(
        settings: settings, run: { try server.run($0, name) }, remove: { try server.dropDatabase(name) },
        quote: { PostgresServer.identifier($0) })
    case .sqlite:
      let path = displayed(folder.path("l'été \"1\".db"))
      let database = SQLiteDatabase(path)
      let settings = DatabaseSettings(location: try DatabaseLocation("sqlite:\(path)"), connectionCount: 1)
      return Place(
        settings: settings, run: { try database.run($0) }, remove: {}, quote: { PostgresServer.identifier($0) })
    }
  }

  private func table(_ name: String) throws -> TableName { try #require(TableName(name)) }

  private func texts(_ table: InventoryTable) -> [[String?]] {
    table.rows.map { row in row.map { $0.map { displayed($0) } } }
  }

  @Test(arguments: Engine.allCases)
  func `names, NULL and empty texts come as they are`(_ engine: Engine) throws {
    let place = try place(engine)
    defer { try? place.remove() }
    let name = "l'été \"à\" `côté`"
    let backslash = engine == .mariadb ? "\\\\\\\\srv\\\\p" : "\\\\srv\\p"
    _ = try place.run(
      """
      CREATE TABLE \(place.quote(name)) (id integer, type varchar(40), path_source varchar(200), nom_fichier varchar(80),
        ext_fichier varchar(9), actif integer);
      INSERT INTO \(place.quote(name)) VALUES (1, 'Répertoire', '\(backslash)', NULL, '', 1),
        (2, 'fichier', '/mnt/l''été', '日本 "語" œ ', '.ods', 0);
      """)
    let found = try place.read(.table(try table(name)))
    #expect(found.columns == ["id", "type", "path_source", "nom_fichier", "ext_fichier", "actif"])
    #expect(
      texts(found) == [
        ["1", "Répertoire", "\\\\srv\\p", nil, "", "1"],
        ["2", "fichier", "/mnt/l'été", "日本 \"語\" œ ", ".ods", "0"],
      ])
    let some = try place.read(.query("SELECT path_source FROM \(place.quote(name)) WHERE id = 2"))
    #expect(texts(some) == [["/mnt/l'été"]])
    let none = try place.read(.query("SELECT id FROM \(place.quote(name)) WHERE id = 9"))
    #expect(none.columns == ["id"] && none.rows.isEmpty)
  }

  @Test(arguments: Engine.allCases)
  func `the table that is made can be read, has an inactive row of each type, and is made once`(_ engine: Engine) throws
  {
    let place = try place(engine)
    defer { try? place.remove() }
    let name = try table("Sauvegardes à moi")
    try place.open(for: .making).make(name)
    let found = try place.read(.table(name))
    #expect(found.columns == InventoryColumn.allCases.map(\.name))
    let rows = try found.inventoryRows(InventoryMapping(), place: "l")
    #expect(rows.compactMap { $0.word(.type).flatMap { InventoryType(named: $0) } } == InventoryType.allCases)
    let formats = [RowRules.Format(name: "7z", holdsFolders: true)]
    let judge = RowJudge(RowRules(places: PathPlaces(), root: Array("/srv".utf8), formats: formats))
    for row in rows {
      guard case .inactive = judge.judge(row).outcome else {
        Issue.record("\(row)")
        continue
      }
    }
    // As whoever keeps the table does: all of the examples say something that can be done.
    let yes = engine == .postgresql ? "true" : "1"
    _ = try place.run("UPDATE \(place.quote("Sauvegardes à moi")) SET actif = \(yes)")
    for row in try place.read(.table(name)).inventoryRows(InventoryMapping(), place: "l") {
      guard case .planned = judge.judge(row).outcome else {
        Issue.record("\(judge.judge(row))")
        continue
      }
    }
    let before = try place.read(.table(name))
    let error = try #require(throws: InventoryError.self) { try place.open(for: .making).make(name) }
    #expect(error.reason == .exists && error.exitCode == .failed)
    #expect(try place.read(.table(name)) == before)
  }

  @Test(arguments: Engine.allCases)
  func `a view is a list, and is not made over`(_ engine: Engine) throws {
    let place = try place(engine)
    defer { try? place.remove() }
    _ = try place.run(
      """
      CREATE TABLE t (genre varchar(20)); INSERT INTO t VALUES ('fichier');
      CREATE VIEW v AS SELECT genre AS type FROM t;
      """)
    #expect(try texts(place.read(.table(table("v")))) == [["fichier"]])
    let error = try #require(throws: InventoryError.self) { try place.open(for: .making).make(table("v")) }
    #expect(error.reason == .exists)
  }

  @Test(arguments: Engine.allCases)
  func `a list that cannot be read is never an empty one`(_ engine: Engine) throws {
    let place = try place(engine)
    defer { try? place.remove() }
    _ = try place.run("CREATE TABLE t (a integer); INSERT INTO t VALUES (1)")
    let choices: [ListChoice] = [
      .table(try table("none")), .table(try table("none.t")), .query("SELECT nothing FROM t"), .query("SELEKT 1"),
      .query("DELETE FROM t"), .query("DROP TABLE t"), .query("CREATE TABLE u (a integer)"), .query("COMMIT"),
      .query(""),
    ]
    for choice in choices {
      let error = try #require(throws: InventoryError.self, "\(choice)") { try place.read(choice) }
      #expect(error.reason == .unreadable && error.exitCode == .sourceUnreadable, "\(choice): \(error.text)")
    }
    #expect(try texts(place.read(.table(table("t")))) == [["1"]])
  }

  /// The error comes with a row in the middle: those before it are no list.
  @Test(arguments: [Engine.postgresql, .sqlite])
  func `an error half-way is an error`(_ engine: Engine) throws {
    let place = try place(engine)
    defer { try? place.remove() }
    let fault = engine == .postgresql ? "1 / (500 - a)" : "CASE a WHEN 500 THEN abs(-9223372036854775808) ELSE a END"
    _ = try place.run(
      """
      CREATE TABLE t (a bigint);
      INSERT INTO t WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n WHERE a < 1000) SELECT a FROM n;
      """)
    let error = try #require(throws: InventoryError.self) {
      try place.read(.query("SELECT \(fault) FROM t ORDER BY a"))
    }
    #expect(error.reason == .unreadable)
  }

  @Test func `MariaDB tells names as they are meant, whatever set they are stored in`() throws {
    let place = try place(.mariadb)
    defer { try? place.remove() }
    _ = try place.run(
      """
      CREATE TABLE t (a varchar(20) CHARACTER SET latin1, b varchar(20) CHARACTER SET utf16,
        c varchar(20) CHARACTER SET cp850, d bit(1), e varbinary(9));
      INSERT INTO t VALUES ('été œ', 'été 😀', 'été', b'1', X'61E9'), (NULL, '', 'ü', b'0', '');
      """)
    let found = try place.read(.table(try table("t")))
    #expect(Array(found.rows[0][..<3]) == ["été œ", "été 😀", "été"].map { Array($0.utf8) })
    #expect(Array(found.rows[0][3...]) == [[1], [0x61, 0xE9]])
    #expect(found.rows[1] == [nil, [], Array("ü".utf8), [0], []])
  }

  @Test func `PostgreSQL's padded texts, bytes and truth`() throws {
    let place = try place(.postgresql)
    defer { try? place.remove() }
    _ = try place.run(
      """
      CREATE SCHEMA "à part"; CREATE TABLE "à part".t (a char(9), b bytea, c boolean, d char(3), e text);
      INSERT INTO "à part".t VALUES ('été ', '\\x61e9'::bytea, false, '', 'fin  ');
      """)
    let found = try place.read(.table(try table("à part.t")))
    #expect(found.rows == [[Array("été".utf8), [0x61, 0xE9], Array("f".utf8), [], Array("fin  ".utf8)]])
  }

  /// Whom a policy lets see less must not take what is left for the list.
  @Test func `PostgreSQL's rows that a policy hides are an error`() throws {
    let place = try place(.postgresql)
    defer { try? place.remove() }
    let server = try PostgresServer.shared()
    let role = try server.createRole()
    _ = try place.run(
      """
      CREATE TABLE t (a integer); INSERT INTO t VALUES (1), (2); ALTER TABLE t ENABLE ROW LEVEL SECURITY;
      CREATE POLICY narrow ON t USING (a = 1); GRANT SELECT ON t TO \(PostgresServer.identifier(role.user));
      """)
    var settings = place.settings
    settings.location.user = role.user
    settings.password = Secret(role.password)
    let database = try InventoryDatabases.open(settings, cancellation: Cancellation())
    let error = try #require(throws: InventoryError.self) { try database.read(.table(table("t"))) }
    #expect("\(error.text)".contains("row-level security"), "\(error.text)")
  }

  @Test(arguments: [Engine.mariadb, .postgresql])
  func `a server that refuses or is away`(_ engine: Engine) throws {
    let place = try place(engine)
    defer { try? place.remove() }
    var wrong = place.settings
    wrong.password = Secret("sesame-open")
    let refused = try #require(throws: InventoryError.self) {
      _ = try InventoryDatabases.open(wrong, cancellation: Cancellation())
    }
    #expect(refused.exitCode == .sourceUnreadable)
    #expect(!"\(refused.text)".contains("sesame"), "\(refused.text)")
    #expect(refused.explanation.advice != nil)
    var away = place.settings
    away.location = DatabaseLocation(
      kind: away.location.kind, user: "u", servers: [DatabaseLocation.Server(host: "127.0.0.1", port: 1)],
      database: "d")
    let unreachable = try #require(throws: InventoryError.self) {
      _ = try InventoryDatabases.open(away, cancellation: Cancellation())
    }
    #expect(unreachable.exitCode == .sourceUnreadable)
  }

  @Test func `a SQLite file that is none is not made by reading`() throws {
    let place = try place(.sqlite)
    #expect(throws: InventoryError.self) { try place.open() }
    #expect(throws: SystemError.self) { try FileDescriptor.attributes(ofPath: folder.path("l'été \"1\".db")) }
    try folder.write("l'été \"1\".db", Array("no database at all, but some text".utf8))
    let error = try #require(throws: InventoryError.self) { try place.read(.table(table("t"))) }
    #expect(error.exitCode == .sourceUnreadable)
  }
}
