import CoffreCore
import CoffreInventory
import Testing

/// The outcome of a run in the list itself, in every engine.
extension InventoryDatabaseTests {
  private static let columns =
    "type, path_source, nom_fichier, ext_fichier, dernier_statut, derniere_execution, derniere_duree_s, "
    + "derniere_taille, dernier_message, derniere_archive"

  private func definition(_ engine: Engine, id: Bool) -> String {
    let time = engine == .mariadb ? "DATETIME" : engine == .postgresql ? "timestamp with time zone" : "TEXT"
    return """
      CREATE TABLE t (\(id ? "id integer, " : "")type varchar(40), path_source varchar(200), nom_fichier varchar(80),
        ext_fichier varchar(9), autre varchar(20), dernier_statut varchar(16), derniere_execution \(time),
        derniere_duree_s decimal(12,3), derniere_taille bigint, dernier_message varchar(20), derniere_archive text);
      """
  }

  private func outcome(_ status: RowStatus = .done, _ message: Message = "fine", archive: String? = "/a/l'é\"\\x.7z")
    -> RowOutcome
  {
    RowOutcome(
      status: status, began: Timestamp(seconds: 1_795_000_000, nanoseconds: 5), duration: .milliseconds(1500),
      size: archive == nil ? nil : 3 << 32, message: message, archive: archive)
  }

  /// Writes an outcome into a row, as a run does.
  private func write(
    _ outcome: RowOutcome, into row: Int, of name: String = "t", at place: Place, list known: InventoryTable? = nil
  )
    throws
  {
    let table = try #require(TableName(name))
    let list = try known ?? place.read(.table(table))
    let rows = try list.inventoryRows(InventoryMapping(), place: "here")
    let update = try #require(
      RowUpdate(outcome, of: rows[row], in: list, table, InventoryMapping(), language: .english))
    try place.open(for: .updating).update(update)
  }

  private func values(_ place: Place, _ columns: String = columns, order: String = "path_source, nom_fichier") throws
    -> [[String?]]
  {
    try place.read(.query("SELECT \(columns) FROM t ORDER BY \(order)")).rows.map { row in
      row.map { $0.map { displayed($0) } }
    }
  }

  @Test(arguments: Engine.allCases)
  func `an outcome goes into its own row and columns`(_ engine: Engine) throws {
    let place = try self.place(engine)
    defer { try? place.remove() }
    _ = try place.run(
      definition(engine, id: true) + """
        INSERT INTO t (id, type, path_source, autre) VALUES (1, 'Repertoire', '/a', 'x'), (12, 'Repertoire', '/b', 'y');
        """)
    try write(outcome(.done, "longer than the column is, by far"), into: 1, at: place)
    var found = try values(place)
    #expect(found[0].dropFirst(4).allSatisfy { $0 == nil }, "\(found)")
    let message = found[1][8] ?? ""
    #expect(found[1][4] == "ok" && found[1][7] == "\(3 << 32)" && found[1][9] == "/a/l'é\"\\x.7z", "\(found)")
    #expect(found[1][6].flatMap { Double($0) } == 1.5 && found[1][5] != nil, "\(found)")
    #expect(engine == .sqlite ? message.hasSuffix("far") : message.unicodeScalars.count == 20 && message.hasSuffix("…"))
    // What failed keeps the last archive.
    try write(outcome(.failed, "gone", archive: nil), into: 1, at: place)
    found = try values(place)
    #expect(found[1][4] == "echec" && found[1][8] == "gone" && found[1][9] == "/a/l'é\"\\x.7z", "\(found)")
    #expect(try values(place, "autre") == [["x"], ["y"]])
  }

  @Test(arguments: Engine.allCases)
  func `without an id a row is known by its own values, to the letter`(_ engine: Engine) throws {
    let place = try self.place(engine)
    defer { try? place.remove() }
    _ = try place.run(
      definition(engine, id: false) + """
        INSERT INTO t (type, path_source, nom_fichier, ext_fichier) VALUES ('fichier', '/a', 'été', NULL),
          ('fichier', '/a', 'ETE', NULL), ('fichier', '/a', 'été', ''), ('fichier', '/a', 'été ', NULL),
          ('fichier', '/b', 'twice', 'txt'), ('fichier', '/b', 'twice', 'txt');
        """)
    let list = try place.read(.table(try #require(TableName("t"))))
    for row in 0..<4 { try write(outcome(.done, "row \(row)"), into: row, at: place, list: list) }
    let found = try place.read(.table(try #require(TableName("t"))))
    let message = try #require(found.columns.firstIndex(of: "dernier_message"))
    // PostgreSQL may give changed rows in another order: by what they are.
    let told = Dictionary(
      found.rows.map { (Array($0[0..<4]), $0[message].map { displayed($0) }) }, uniquingKeysWith: { first, _ in first })
    #expect((0..<4).map { told[Array(list.rows[$0][0..<4])] } == (0..<4).map { "row \($0)" }, "\(found)")
    // Two that are the same: nobody knows which, and none is touched.
    let error = try #require(throws: InventoryError.self) { try write(outcome(), into: 4, at: place, list: list) }
    #expect(error.explanation.cause?.description == "2 rows are like this one")
    #expect(try values(place, "dernier_statut", order: "path_source").suffix(2) == [[nil], [nil]])
  }

  @Test(arguments: Engine.allCases)
  func `a row that is gone, and a view that cannot be changed`(_ engine: Engine) throws {
    let place = try self.place(engine)
    defer { try? place.remove() }
    _ = try place.run(
      definition(engine, id: true) + """
        INSERT INTO t (id, type, path_source) VALUES (1, 'Repertoire', '/a'), (2, 'Repertoire', '/b');
        CREATE VIEW v AS SELECT DISTINCT * FROM t;
        """)
    let table = try #require(TableName("t"))
    let list = try place.read(.table(table))
    let rows = try list.inventoryRows(InventoryMapping(), place: "here")
    let update = try #require(
      RowUpdate(outcome(), of: rows[0], in: list, table, InventoryMapping(), language: .english))
    _ = try place.run("DELETE FROM t WHERE id = 1;")
    let gone = try #require(throws: InventoryError.self) { try place.open(for: .updating).update(update) }
    #expect(gone.reason == .failed, "\(gone)")
    let refused = try #require(throws: InventoryError.self) { try write(outcome(), into: 0, of: "v", at: place) }
    #expect(refused.reason == .refused, "\(refused)")
    #expect(try values(place, "id, dernier_statut") == [["2", nil]])
  }

  @Test func `a column that the server sets by itself stays as it is`() throws {
    let place = try self.place(.mariadb)
    defer { try? place.remove() }
    _ = try place.run(
      definition(.mariadb, id: true) + """
        ALTER TABLE t ADD vu TIMESTAMP NOT NULL DEFAULT '2001-02-03 04:05:06' ON UPDATE CURRENT_TIMESTAMP;
        INSERT INTO t (id, type, path_source) VALUES (1, 'Repertoire', '/a');
        """)
    let before = try values(place, "vu")
    try write(outcome(), into: 0, at: place)
    #expect(try values(place, "vu") == before)
    #expect(try values(place, "dernier_statut") == [["ok"]])
  }
}
