import CoffreTestKit
import Glibc
import Testing

/// `inventory run` itself: what lies in the archives, in the list and on the shelf afterwards.
@Suite("Runs of inventories", .timeLimit(.minutes(20)))
struct InventoryRunTests {
  private let workshop: Workshop
  private let list: SQLiteDatabase

  init() throws {
    workshop = try Workshop(repositoryVersion: nil)
    list = SQLiteDatabase("\(workshop.path)/liste.db")
  }

  private var archives: String { "\(workshop.path)/archives" }
  private var source: String { "\(workshop.path)/source" }

  private func run(_ arguments: [String] = [], from: String? = nil, to: Bool = true) throws -> CoffreReport {
    let words =
      ["inventory", "run", "--from", from ?? "sqlite:\(list.path)", "--json", "--retry-pause", "10ms"]
      + (to ? ["--to", archives] : []) + arguments
    return CoffreReport(try Tool.coffre().run(words, workshop.settings()))
  }

  private func makeList(_ rows: String, without columns: [String] = []) throws {
    let all = [
      "id INTEGER PRIMARY KEY", "type", "path_source", "nom_fichier", "ext_fichier", "destination", "actif", "format",
      "retention", "notes DEFAULT 'mine'", "dernier_statut", "derniere_execution", "derniere_duree_s",
      "derniere_taille", "dernier_message", "derniere_archive",
    ].filter { column in !columns.contains { column.hasPrefix($0) } }
    try list.run("CREATE TABLE sauvegardes (\(all.joined(separator: ", ")));" + rows)
  }

  private func states(_ report: CoffreReport) -> [String: String] {
    Dictionary(
      report.lines(of: "row").compactMap { row in
        row["number"]?.int.flatMap { number in row["state"]?.text.map { ("\(number)", $0) } }
      }
    ) { _, second in second }
  }

  private func row(_ number: Int, _ report: CoffreReport) -> JSONValue? {
    report.lines(of: "row").first { $0["number"]?.int == number }
  }

  /// What 7-Zip itself brings out of an archive.
  private func extracted(_ archive: String) throws -> String {
    let target = "\(workshop.path)/out-\(archive.split(separator: "/").suffix(2).joined(separator: "-"))"
    let outcome = try Tool.named("7zz", package: "7zip").run(["x", "-y", "-o\(target)", archive])
    try #require(outcome.isSuccess, "\(outcome)")
    return target
  }

  private func archiveNames(_ folder: String) -> [String] {
    realNames(in: "\(archives)/\(folder)").filter { $0.hasSuffix(".7z") }.sorted()
  }

  /// A run that is killed in between would leave a list that names an archive which is gone.
  @Test func `nothing old goes before the list names what is new`() throws {
    try workshop.make(["source/a"])
    try makeList(
      """
      INSERT INTO sauvegardes (id, type, path_source, destination, retention) VALUES (1, 'Repertoire', '\(source)', 'd', '1');
      """)
    #expect(try run().status == 0)
    let first = archiveNames("d")
    // Somebody reads the list and does not come to an end: nothing is written there meanwhile.
    let reader = try Tool.named("sqlite3", package: "sqlite3").start([
      "-batch", list.path, "BEGIN; SELECT count(*) FROM sauvegardes;", ".shell echo begun && sleep 300",
    ])
    defer { reader.kill(SIGKILL) }
    try #require(reader.waitUntil { reader.outputSoFar.contains("begun") }, "\(reader.errorsSoFar)")
    let words = ["inventory", "run", "--from", "sqlite:\(list.path)", "--to", archives]
    let run = try Tool.coffre().start(words, workshop.settings())
    #expect(run.waitUntil { archiveNames("d").count > 1 || run.hasEnded })
    // Time enough to remove what is too much.
    pause(seconds: 1)
    run.kill(SIGKILL)
    let outcome = try run.wait()
    #expect(outcome.status == 128 + SIGKILL, "\(outcome)")
    reader.kill(SIGKILL)
    let named = try list.run("SELECT derniere_archive FROM sauvegardes").split(separator: "\n").map(String.init)
    #expect(named == ["\(archives)/d/\(first.first ?? "")"])
    #expect(archiveNames("d").count == 2 && Set(archiveNames("d")).isSuperset(of: first), "\(archiveNames("d"))")
    // The next run tells the list, and removes what is too much.
    #expect(try self.run().status == 0)
    #expect(archiveNames("d").count == 1)
    let last = try list.run("SELECT derniere_archive FROM sauvegardes").split(separator: "\n").map(String.init)
    #expect(last == archiveNames("d").map { "\(archives)/d/\($0)" })
  }

  // MARK: Rows

  @Test func `files and folders of all names, beside rows that cannot be`() throws {
    try workshop.make([
      "source/l'été à \"Nîmes\".ods", "source/SANS", "source/point.txt", "source/日本/a b.txt", "source/日本/vide/",
      "other/point.txt",
    ])
    try makeRealSymlink("\(workshop.path)/lien", to: "source/日本")
    let mapping = "\(workshop.path)/mapping.yaml"
    try writeRealFile(mapping, "mounts:\n  'Y:': \(workshop.path)/other\n")
    try makeList(
      """
      INSERT INTO sauvegardes (id, type, path_source, nom_fichier, ext_fichier, destination, actif) VALUES
        (1, 'Fichier', '\(source)', 'l''été à "Nîmes"', '.ods', 'compta', 1), (2, 'fichier', '\(source)', 'SANS', '', NULL, 1),
        (3, 'fichier', '\(source)', 'point', 'txt', 'm', 1), (4, 'fichier', '\(workshop.path)/other', 'point', 'txt', 'm/', 1),
        (5, 'répertoire', '\(source)/日本', NULL, NULL, 'é é', 1), (6, 'dossier', '\(source)', NULL, NULL, NULL, 1),
        (7, 'fichier', '\(source)', 'absent', 'txt', NULL, 1), (8, 'fichier', 'Y:\\', 'point', 'txt', NULL, 1),
        (9, 'n''importe quoi', '', NULL, NULL, NULL, 0), (10, 'Repertoire', '\(workshop.path)/lien', NULL, NULL, 'l', NULL);
      """)
    let report = try run(["--mapping", mapping, "--retries", "1"])
    #expect(report.status == 3, "\(report)")
    #expect(
      states(report) == [
        "1": "done", "2": "done", "3": "done", "4": "done", "5": "done", "6": "failed", "7": "failed", "8": "failed",
        "10": "done",
      ], "\(report)")
    // The share is away: it was waited for, and the others were not.
    #expect(row(8, report)?["attempts"]?.int == 2 && report.warnings("postponed") == ["row 8"], "\(report)")
    #expect(report.summary?["good"]?.int == 6 && report.summary?["failed"]?.int == 3)
    for (number, path) in [
      (1, "l'été à \"Nîmes\".ods"), (2, "SANS"), (3, "point.txt"), (5, "日本/a b.txt"), (10, "lien/a b.txt"),
    ] {
      let archive = try #require(row(number, report)?["archive"]?.text)
      let original = number == 10 ? "\(source)/日本/a b.txt" : "\(source)/\(path)"
      #expect(try readRealFile("\(try extracted(archive))/\(path)") == readRealFile(original), "\(archive)")
    }
    #expect(realEntryExists("\(try extracted(try #require(row(5, report)?["archive"]?.text)))/日本/vide"))
    // One folder for two rows whose files have one name: each has its own.
    #expect(archiveNames("m").count == 2)
    let fourth = try extracted(try #require(row(4, report)?["archive"]?.text))
    #expect(try readRealFile("\(fourth)/point.txt") == readRealFile("\(workshop.path)/other/point.txt"))
    let written = try list.run(
      "SELECT id, notes, dernier_statut, derniere_archive, derniere_taille > 0 FROM sauvegardes ORDER BY id")
    let first = try #require(row(1, report)?["archive"]?.text)
    #expect(written.contains("1|mine|ok|\(first)|1\n"), "\(written)")
    #expect(written.contains("\n6|mine|echec||\n") && written.contains("\n9|mine|||\n"), "\(written)")
    // The journal has it all.
    let journal = try #require(workshop.journals.first { $0.contains("inventory-run") })
    let lines = try JSONValue.lines(String(decoding: try readRealFile(journal), as: UTF8.self))
    #expect(lines.count { $0["type"]?.text == "row" } == 9)
    #expect(lines.last?["type"]?.text == "summary")
  }

  @Test func `retention is each row's own, and a listing that fails removes nothing`() throws {
    try workshop.make(["source/a.txt", "source/b.txt", "archives/d/old a.7z"])
    try makeList(
      """
      INSERT INTO sauvegardes (id, type, path_source, nom_fichier, ext_fichier, destination, retention) VALUES
        (1, 'fichier', '\(source)', 'a', 'txt', 'd', '1'), (2, 'fichier', '\(source)', 'b', 'txt', 'd', '2'),
        (3, 'fichier', '\(source)', 'a', 'txt', 'd', NULL);
      """)
    for _ in 0..<3 {
      let report = try run()
      #expect(report.status == 0, "\(report)")
    }
    var names = archiveNames("d")
    // One of row 1, two of row 2, three of row 3, which has the same file; and what somebody else laid there.
    #expect(names.count { $0.hasPrefix("a.txt") } == 4 && names.count { $0.hasPrefix("b.txt") } == 2, "\(names)")
    #expect(names.contains("old a.7z"))
    let broken = try #require(realNames(in: "\(archives)/d").first { $0.hasPrefix("b.txt") && $0.hasSuffix("json") })
    let manifest = try readRealFile("\(archives)/d/\(broken)")
    try writeRealFile("\(archives)/d/\(broken)", Array(manifest.dropLast(manifest.count / 2)))
    let report = try run()
    names = archiveNames("d")
    #expect(report.status == 0 && Set(report.warnings("retention")) == ["row 1", "row 2"], "\(report)")
    #expect(names.count { $0.hasPrefix("a.txt") } == 6 && names.count { $0.hasPrefix("b.txt") } == 3, "\(names)")
  }

  @Test func `what is only read is left as it is`() throws {
    try workshop.make(["source/a.txt"])
    let csv = "\(workshop.path)/liste.csv"
    let text =
      "type;path_source;nom_fichier;ext_fichier;dernier_statut\r\nfichier;\(source);a;txt;\r\nfichier;\(source);a;txt;\r\n"
    try writeRealFile(csv, text)
    let report = try run(from: csv)
    // Two rows that are the same, without ids: the second one's archives would be the first one's.
    #expect(report.status == 3 && states(report) == ["1": "done", "2": "failed"], "\(report)")
    #expect(try readRealFile(csv) == Array(text.utf8))
    #expect(report.lines(of: "log").contains { $0["message"]?.text?.contains("CSV") == true }, "\(report)")
    try makeList("INSERT INTO sauvegardes (type, path_source) VALUES ('Repertoire', '\(source)');")
    try list.run("CREATE VIEW v AS SELECT DISTINCT * FROM sauvegardes;")
    let view = try run(["--table", "v"])
    #expect(view.status == 0 && view.warnings("write-back") == ["row 1"], "\(view)")
    let query = try run(["--query", "SELECT * FROM sauvegardes"])
    #expect(query.status == 0 && query.warnings("write-back").isEmpty, "\(query)")
    #expect(try list.run("SELECT count(*) FROM sauvegardes WHERE dernier_statut IS NOT NULL") == "0")
  }

  @Test func `a dry run tells and touches nothing`() throws {
    try workshop.make([
      "source/bilan annuel.ods", "source/photos/1", "archives/Bilan annuel_2026-10-01.7z", "archives/vieux.zip",
      "archives/notes.txt",
    ])
    try makeList(
      """
      INSERT INTO sauvegardes (type, path_source, nom_fichier, ext_fichier) VALUES
        ('fichier', '\(source)', 'bilan annuel', 'ods'), ('Repertoire', '\(source)/photos', NULL, NULL);
      """)
    let before = try list.bytes
    let report = try run(["--dry-run"])
    #expect(report.status == 0, "\(report)")
    #expect(row(1, report)?["archives"]?.int == 1 && row(2, report)?["archives"]?.int == 0, "\(report)")
    #expect(row(1, report)?["newestArchive"]?.text == "Bilan annuel_2026-10-01.7z")
    #expect(report.summary?["archivesWithoutRow"]?.array.map(\.text) == ["\(archives)/vieux.zip"], "\(report)")
    #expect(try list.bytes == before)
    #expect(realNames(in: archives).sorted() == ["Bilan annuel_2026-10-01.7z", "notes.txt", "vieux.zip"])
    #expect(workshop.journals.isEmpty)
  }

  // MARK: Repositories

  @Test func `each row is a snapshot that restores, beside its archive or instead`() throws {
    try workshop.makeRepository()
    try workshop.make(["source/a.txt", "source/dossier/é.txt"])
    try makeList(
      """
      INSERT INTO sauvegardes (id, type, path_source, nom_fichier, ext_fichier, destination) VALUES
        (1, 'fichier', '\(source)', 'a', 'txt', '\\\\nowhere\\x'), (2, 'Repertoire', '\(source)/dossier', NULL, NULL, NULL);
      """)
    let report = try run(workshop.access + ["--host", "ancien"], to: false)
    #expect(report.status == 0, "\(report)")
    #expect(!realEntryExists(archives))
    for (number, path) in [(1, "a.txt"), (2, "dossier/é.txt")] {
      let snapshot = try #require(row(number, report)?["snapshotId"]?.text)
      let target = "\(workshop.path)/restored-\(number)"
      #expect(try workshop.coffre(["restore", snapshot, "--to", target]).status == 0)
      #expect(try readRealFile("\(target)\(source)/\(path)") == readRealFile("\(source)/\(path)"))
    }
    #expect(try list.run("SELECT dernier_statut || length(derniere_archive) FROM sauvegardes WHERE id = 2") == "ok64")
    let snapshots = try workshop.coffreJSON(["snapshot", "list"])
    #expect("\(snapshots)".contains("ancien"))
    // Both: a destination that leads nowhere counts now.
    let both = try run(workshop.access)
    #expect(both.status == 3 && states(both) == ["1": "failed", "2": "done"], "\(both)")
    #expect(row(2, both)?["archive"]?.text != nil && row(2, both)?["snapshotId"]?.text != nil, "\(both)")
    #expect(workshop.snapshotIDs.count == 3)
    #expect(try workshop.coffre(["repo", "check", "--read-data"]).status == 0)
  }

  // MARK: Signals

  /// A row waits for a share that never comes; the signal comes when the other one is done.
  @Test(arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
  func `what is done when a signal comes is kept and written back`(_ example: (signal: Int32, status: Int32)) throws {
    try workshop.make(["source/a.txt"])
    let mapping = "\(workshop.path)/mapping.yaml"
    try writeRealFile(mapping, "mounts:\n  'Y:': \(source)\n")
    try makeList(
      """
      INSERT INTO sauvegardes (id, type, path_source, nom_fichier, ext_fichier) VALUES
        (1, 'fichier', 'Y:\\', 'a', 'txt'), (2, 'fichier', '\(source)', 'a', 'txt');
      """)
    let program = try Tool.coffre().start(
      [
        "inventory", "run", "--from", "sqlite:\(list.path)", "--to", archives, "--mapping", mapping, "--retry-pause",
        "10h",
        "--json",
      ], workshop.settings())
    let isDone = program.waitUntil {
      // It is locked for a moment while it is written to.
      (try? list.run("SELECT count(*) FROM sauvegardes WHERE dernier_statut = 'ok'")) == "1"
    }
    #expect(isDone)
    program.signal(example.signal)
    let outcome = try program.wait()
    #expect(outcome.status == example.status, "\(outcome)")
    #expect(try list.run("SELECT id, dernier_statut FROM sauvegardes ORDER BY id") == "1|\n2|ok")
    #expect(archiveNames(".").count == 1 && !realNames(in: archives).contains { $0.hasSuffix(".part") })
  }

  @Test func `a signal while the list is read`() throws {
    let server = try MariaDBServer.shared()
    let secret = "\(workshop.path)/secret"
    try writeRealFile(secret, MariaDBServer.password, mode: 0o600)
    let mark = "inventory-\(workshop.scratch.path.split(separator: "/").last ?? "")"
    for command in ["run", "check"] {
      let query = "SELECT SLEEP(3000) AS type, '\(mark)' AS path_source, '' AS nom_fichier, '' AS ext_fichier"
      let program = try Tool.coffre().start(
        [
          "inventory", command, "--from", server.url("mysql"), "--source-password-file", secret, "--query", query,
          "--to",
          archives,
        ], workshop.settings())
      let running =
        "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP(3000)%\(mark)%'"
      let isReading = try program.waitUntil { try !server.run(running).isEmpty }
      #expect(isReading)
      program.signal(SIGTERM)
      let outcome = try program.wait()
      #expect(outcome.status == 143, "\(outcome)")
      // Nobody waits for the answer any more; the server would sleep on.
      for id in try server.run(running).split(separator: "\n") { _ = try? server.run("KILL \(id)") }
    }
    #expect(!realEntryExists(archives))
  }

  /// Rows are for themselves: what one waits for is not the others' trouble.
  @Test func `a destination that somebody else writes to keeps no row from another`() throws {
    try workshop.make(["source/a.txt", "source/b.txt"])
    try makeList(
      """
      INSERT INTO sauvegardes (id, type, path_source, nom_fichier, ext_fichier, destination, format) VALUES
       (1, 'fichier', '\(source)', 'a', 'txt', 'busy', 'zip'), (2, 'fichier', '\(source)', 'b', 'txt', 'free', 'zip');
      """)
    try workshop.make(["archives/busy/"])
    let holder = try Tool.named("flock", package: "util-linux").start([
      "--no-fork", "\(archives)/busy/.coffre-writer.lock", "sleep", "600",
    ])
    defer { holder.kill(SIGKILL) }
    #expect(holder.waitUntil { realEntryExists("\(archives)/busy/.coffre-writer.lock") || holder.hasEnded })
    let run = try Tool.coffre().start(
      [
        "inventory", "run", "--from", "sqlite:\(list.path)", "--to", archives, "--jobs", "2", "--retry-lock", "10m",
        "--json",
      ], workshop.settings())
    let isDone = run.waitUntil(seconds: 60) {
      run.hasEnded || realNames(in: "\(archives)/free").contains { $0.hasSuffix(".zip") }
    }
    #expect(isDone && !run.hasEnded, "the second row waited for the first one's folder, or neither did")
    holder.kill(SIGKILL)
    _ = try holder.wait()
    let report = CoffreReport(try run.wait())
    #expect(report.status == 0 && states(report) == ["1": "done", "2": "done"], "\(report)")
  }
}
