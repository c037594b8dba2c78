import CoffreTestKit
import Testing

/// The commands themselves, on a list in a real server or in a file.
@Suite("Inventories", .timeLimit(.minutes(10)))
struct InventoryTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop(repositoryVersion: nil) }

  /// Without the words that name a repository.
  private func coffre(_ arguments: [String], _ variables: [String: String] = [:]) throws -> ProgramOutcome {
    try Tool.coffre().run(arguments, settings(variables))
  }

  private func json(_ arguments: [String], _ variables: [String: String] = [:]) throws -> CoffreReport {
    CoffreReport(try coffre(arguments + ["--json"], variables))
  }

  private func settings(_ variables: [String: String]) -> ProgramSettings {
    workshop.settings { $0.environment.merge(variables) { _, new in new } }
  }

  private func states(_ report: CoffreReport) -> [String] { report.lines(of: "row").compactMap { $0["state"]?.text } }

  private func codes(_ row: JSONValue, _ key: String = "problems") -> [String] {
    (row[key]?.array ?? []).compactMap { $0["code"]?.text }
  }

  // MARK: With a server

  /// As the old script has it: the table in MariaDB, the account in a `.env` file, names of all sorts.
  @Test func `a table in MariaDB by a file of variables`() throws {
    let server = try MariaDBServer.shared()
    let database = try server.createDatabase("inventaire")
    defer { try? server.dropDatabase(database) }
    let escaped = MariaDBServer.password.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    let env = "\(workshop.path)/.env"
    try writeRealFile(
      env,
      """
      # the old script's
      export DB_HOST=127.0.0.1
      DB_PORT=\(server.port.number)
      DB_USER='\(MariaDBServer.user)'
      DB_PASSWORD="\(escaped)"
      DB_NAME=\(database)
      BACKUP_ROOT="\(workshop.path)/archives"
      """, mode: 0o600)
    let made = try coffre(["inventory", "init", "--env-file", env])
    #expect(made.status == 0, "\(made)")
    let again = try coffre(["inventory", "init", "--env-file", env])
    #expect(again.status == 1 && again.errors.contains("'sauvegardes'"), "\(again)")
    // Nothing is active yet: nothing would be backed up, and that is no success.
    let idle = try json(["inventory", "check", "--env-file", env])
    #expect(idle.status == 1 && states(idle) == ["inactive", "inactive", "inactive"], "\(idle)")

    try workshop.make(["source/l'été à \"Nîmes\".ods", "source/LISEZMOI", "source/日本/a.txt", "data/mysql/db.frm"])
    let source = MariaDBServer.literal("\(workshop.path)/source")
    try server.run(
      """
      DELETE FROM sauvegardes;
      INSERT INTO sauvegardes (id, type, path_source, nom_fichier, ext_fichier, destination, retention) VALUES
        (1, 'Fichier', \(source), 'l''été à "Nîmes"', '.ods', 'compta', '30j'),
        (2, 'fichier', \(source), 'LISEZMOI', '', NULL, NULL), (3, 'Répertoire', \(source), NULL, NULL, 'é é', '7'),
        (4, 'repertoire-mysql', \(MariaDBServer.literal("\(workshop.path)/data")), NULL, NULL, 'mysql', NULL),
        (5, 'dossier', \(source), NULL, NULL, NULL, NULL), (6, 'fichier', \(source), 'absent', 'txt', NULL, NULL),
        (7, 'Repertoire', '\\\\\\\\srv\\\\partage', NULL, NULL, NULL, NULL);
      INSERT INTO sauvegardes (id, type, path_source, actif) VALUES (8, 'n''importe quoi', '', 0);
      """, database)
    let before = try server.checksums(database)
    let report = try json(["inventory", "check", "--env-file", env])
    #expect(report.status == 3, "\(report)")
    #expect(
      states(report) == ["ready", "ready", "ready", "ready", "wrong", "wrong", "wrong", "inactive"], "\(report)")
    let rows = report.lines(of: "row")
    #expect(rows.compactMap { $0["id"]?.text } == (1...8).map { "\($0)" })
    #expect(rows[0]["source"]?.text == "\(workshop.path)/source/l'été à \"Nîmes\".ods")
    #expect(rows[0]["destination"]?.text == "\(workshop.path)/archives/compta")
    #expect(rows[0]["keepWithin"]?.text == "30d" && rows[2]["keepLast"]?.int == 7)
    #expect(rows[1]["source"]?.text == "\(workshop.path)/source/LISEZMOI")
    #expect(rows[3]["rowType"]?.text == "Repertoire_MySQL")
    #expect(rows[4...6].map { codes($0) } == [["type"], ["source-missing"], ["no-place"]])
    #expect(report.summary?["wrong"]?.int == 3 && report.summary?["active"]?.int == 7)
    // Nothing was touched, neither in the table nor on disk.
    #expect(try server.checksums(database) == before)
    #expect(!realEntryExists("\(workshop.path)/archives"))
    #expect(!report.description.contains(MariaDBServer.password))

    let text = try coffre(["inventory", "check", "--env-file", env, "--lang", "fr"])
    #expect(text.status == 3, "\(text)")
    #expect(text.output.contains("l'été à \"Nîmes\".ods") && text.output.contains("dossier"), "\(text)")
  }

  @Test func `passwords of a file are refused or warned of, and never shown`() throws {
    let server = try MariaDBServer.shared()
    let env = "\(workshop.path)/.env"
    let lines = "MYSQL_HOST=127.0.0.1\nMYSQL_PORT=\(server.port.number)\nMYSQL_USER=\(MariaDBServer.user)\n"
    try writeRealFile(env, lines + "MYSQL_PASSWORD='sesame-open'\nMYSQL_DATABASE=mysql\n", mode: 0o644)
    let refused = try coffre(["inventory", "check", "--env-file", env])
    #expect(refused.status == 14, "\(refused)")
    #expect(refused.errors.contains("chmod 600"), "\(refused)")
    #expect(!"\(refused)".contains("sesame"), "\(refused)")
    let broken = "\(workshop.path)/broken.env"
    try writeRealFile(broken, lines + "MYSQL_PASSWORD='sesame-open\n", mode: 0o600)
    let open = try coffre(["inventory", "check", "--env-file", broken])
    #expect(open.status == 16 && open.errors.contains("line 4"), "\(open)")
    #expect(!"\(open)".contains("sesame") && !"\(open)".contains("chmod"), "\(open)")
    try writeRealFile(env, lines.replacing("MYSQL_PORT=", with: "MYSQL_PORT=x"))
    #expect(try coffre(["inventory", "check", "--env-file", env]).status == 16)
    // From a file of its own, as containers give it; the environment counts more than the file.
    try writeRealFile("\(workshop.path)/secret", MariaDBServer.password + "\n", mode: 0o600)
    try writeRealFile(
      env, lines + "DB_PASSWORD_FILE=\(workshop.path)/secret\nMYSQL_PASSWORD=sesame\nDB_NAME=nowhere\n")
    let query = "SELECT 'Repertoire' AS type, '/' AS path_source, NULL AS nom_fichier, NULL AS ext_fichier"
    let found = try json(
      ["inventory", "check", "--env-file", env, "--query", query, "--to", workshop.path], ["DB_NAME": "mysql"])
    #expect(found.status == 0 && states(found) == ["ready"], "\(found)")
  }

  @Test func `a table in PostgreSQL with columns of other names`() throws {
    let server = try PostgresServer.shared()
    let database = try server.createDatabase("inventaire")
    defer { try? server.dropDatabase(database) }
    try workshop.make(["source/a.txt"])
    try server.run(
      """
      CREATE SCHEMA sauv; CREATE TABLE sauv.liste (no integer, genre text, "Chemin" text, nom text, suffixe text, ok boolean);
      INSERT INTO sauv.liste VALUES (1, 'fichier', 'Z:\\source', 'a', 'txt', true), (2, 'fichier', 'Y:\\', 'a', 'b', true),
        (3, 'x', 'x', 'x', 'x', false);
      """, database)
    let mapping = "\(workshop.path)/mapping.yaml"
    try writeRealFile(
      mapping,
      """
      columns:
        id: no
        type: genre
        path_source: chemin
        nom_fichier: nom
        ext_fichier: suffixe
        actif: ok
      mounts:
        'Y:': \(workshop.path)/source
      folders:
        'Z:': \(workshop.path)
      """)
    try writeRealFile("\(workshop.path)/secret", PostgresServer.password, mode: 0o600)
    let report = try json([
      "inventory", "check", "--from", server.url(database), "--table", "sauv.liste", "--mapping", mapping, "--to",
      "\(workshop.path)/a", "--source-password-file", "\(workshop.path)/secret",
    ])
    #expect(report.status == 3 && states(report) == ["ready", "wrong", "inactive"], "\(report)")
    let rows = report.lines(of: "row")
    #expect(rows.first?["source"]?.text == "\(workshop.path)/source/a.txt")
    // The folder is there, and no share is mounted on it.
    #expect(rows.count > 1 && codes(rows[1]) == ["not-mounted"], "\(report)")
    #expect(report.summary?["missingResultColumns"]?.array.count == 6)
  }

  // MARK: Without a server

  @Test func `a list in a file`() throws {
    try workshop.make(["source/à b.txt"])
    let list = "\(workshop.path)/liste à moi.csv"
    let made = try coffre(["inventory", "init", "--from", list])
    #expect(made.status == 0, "\(made)")
    #expect(try coffre(["inventory", "init", "--from", list]).status == 1)
    try writeRealFile(
      list, "\u{FEFF}type;path_source;nom_fichier;ext_fichier\r\nfichier;\(workshop.path)/source;à b;txt\r\n;;;\r\n")
    let good = try json(["inventory", "check", "--from", list], ["BACKUP_ROOT": "\(workshop.path)/archives"])
    #expect(good.status == 0 && states(good) == ["ready"], "\(good)")
    #expect(good.lines(of: "row").first?["bytes"]?.int != nil)
    #expect(try json(["inventory", "check", "--from", list]).status == 1)
    try writeRealFile(list, "type;path_source;nom_fichier;ext_fichier\n")
    #expect(try json(["inventory", "check", "--from", list, "--to", "/tmp"]).status == 1)
    try writeRealFile(list, "type;path_source\nRepertoire;/tmp\n")
    #expect(try json(["inventory", "check", "--from", list, "--to", "/tmp"]).status == 16)
    try writeRealFile(list, "type;path_source;nom_fichier;ext_fichier\nfichier;/tmp;a\n")
    #expect(try json(["inventory", "check", "--from", list, "--to", "/tmp"]).status == 14)
    #expect(try json(["inventory", "check", "--from", "\(workshop.path)/none.csv"]).status == 14)
  }

  @Test func `a SQLite database`() throws {
    let path = "\(workshop.path)/l'été.db"
    #expect(try coffre(["inventory", "check", "--from", "sqlite:\(path)"]).status == 14)
    #expect(!realEntryExists(path))
    #expect(try coffre(["inventory", "init", "--from", "sqlite:\(path)", "--table", "l'été"]).status == 0)
    let report = try json(["inventory", "check", "--from", "sqlite:\(path)", "--table", "l'été"])
    #expect(report.status == 1 && states(report).count == 3, "\(report)")
    #expect(report.summary?["missingResultColumns"]?.array.isEmpty == true)
  }

  @Test(
    arguments: [
      ([], "not said where the list is"), (["--from", "mongodb://h/d"], "mongodb"),
      (["--from", "mariadb://h", "--table", "a.b.c"], "names no table"),
      (["--from", "mariadb://u:sesame@h/d"], "holds a password"),
      (["--from", "l.csv", "--query", "SELECT 1"], "for databases"),
    ] as [([String], String)])
  func `wrong usage`(_ example: (arguments: [String], words: String)) throws {
    let outcome = try coffre(["inventory", "check"] + example.arguments)
    #expect(outcome.status == 2 && outcome.errors.contains(example.words), "\(outcome)")
    #expect(!outcome.errors.contains("sesame"))
  }
}
