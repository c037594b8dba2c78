import CoffreTestKit
import Glibc
import Testing

/// Fifty rows of all types, in the very server whose data directory is one of them.
@Suite("An inventory of fifty rows", .timeLimit(.minutes(20)))
struct InventoryOfFiftyTests {
  private let workshop: Workshop
  private let server: MariaDBServer
  private let environment: String

  private static let growing = "journal de bord.log"
  /// Of the file that grows, when the run begins: a hole, but for its ends.
  private static let size = 1 << 30

  init() throws {
    workshop = try Workshop(repositoryVersion: nil)
    server = try MariaDBServer()
    try server.run("ALTER USER root@localhost IDENTIFIED BY 'only the tests know'; CREATE DATABASE inventaire;")
    environment = try workshop.writeEnvironment(
      of: server, ["DB_NAME=inventaire", "BACKUP_ROOT=\"\(workshop.path)/archives\""])
  }

  private var source: String { "\(workshop.path)/source" }

  /// Names as people give them, with and without an extension, which may have its dot.
  private static let files: [(name: String, suffix: String)] =
    [
      ("bilan annuel", "xlsx"), ("l'été à \"Nîmes\"", ".ods"), ("LISEZMOI", ""), ("日本語", "txt"), ("fin ", ""),
      ("a.b.c", ".tar.gz"), ("100% sûr", "md"), ("plus+moins=égal", "csv"), ("-tiret", "txt"), ("@liste", ".lst"),
      ("", "htaccess"), ("étoile*?", "x"),
    ] + (1...26).map { ("fichier \($0)", $0 % 2 == 0 ? "dat" : ".dat") }

  private static func fileName(_ file: (name: String, suffix: String)) -> String {
    file.suffix.isEmpty || file.suffix.hasPrefix(".") ? file.name + file.suffix : "\(file.name).\(file.suffix)"
  }

  private func quoted(_ text: String) -> String { MariaDBServer.literal(text) }

  /// Rows 1 to 38 files, 39 to 45 folders, 46 the file that grows, 47 the data directory, 48 to 50 what cannot be.
  private func makeRows() throws {
    var rows: [String] = []
    func add(
      _ type: String, _ path: String, _ name: String? = nil, _ suffix: String? = nil, to folder: String,
      _ format: String? = nil
    ) {
      let values = [type, path, name, suffix, folder, format].map { $0.map(quoted) ?? "NULL" }
      rows.append("(\(rows.count + 1), \(values.joined(separator: ", ")))")
    }
    for (number, file) in Self.files.enumerated() {
      try writeRealFile("\(source)/\(Self.fileName(file))", seededBytes(UInt64(number), count: 1000 * (number % 5)))
      add(
        number % 3 == 0 ? "FICHIER" : "fichier", source, file.name, file.suffix,
        to: number % 2 == 0 ? "compta" : "divers")
    }
    for number in 1...7 {
      try workshop.make(["dossiers/d \(number)/é/\(number).txt", "dossiers/d \(number)/vide/"])
      add("Répertoire", "\(workshop.path)/dossiers/d \(number)", to: "dossiers", number == 7 ? "zip" : nil)
    }
    add("fichier", source, "journal de bord", "log", to: "journal", "tar.zst")
    add("repertoire-mysql", server.dataFolder, to: "mysql", "tar.zst")
    add("fichier", "\\\\serveur\\partage", "a", "txt", to: "divers")
    add("dossier", source, to: "divers")
    add("fichier", source, "absent", "txt", to: "divers")
    try server.run(
      """
      DELETE FROM sauvegardes; ALTER TABLE sauvegardes ADD remarque VARCHAR(40) DEFAULT 'à moi';
      INSERT INTO sauvegardes (id, type, path_source, nom_fichier, ext_fichier, destination, format) VALUES
      \(rows.joined(separator: ",\n"));
      CREATE TABLE avant AS SELECT * FROM sauvegardes;
      """, "inventaire")
  }

  private func coffre(_ arguments: [String]) throws -> ProgramOutcome {
    try Tool.coffre().run(arguments + ["--env-file", environment], workshop.settings())
  }

  /// What another program brings out of an archive.
  private func extracted(_ archive: String, _ number: Int) throws -> String {
    let target = "\(workshop.path)/out/\(number)"
    try makeRealFolder(target)
    let outcome =
      archive.hasSuffix(".tar.zst")
      ? try Tool.named("tar", package: "tar").run(["--zstd", "-xf", archive, "-C", target])
      : try Tool.named("7zz", package: "7zip").run(["x", "-y", "-o\(target)", archive])
    try #require(outcome.isSuccess, "\(outcome)")
    return target
  }

  @Test func `every row comes to its end, and what is called good is`() throws {
    try makeRealFolder(source)
    try #require(coffre(["inventory", "init"]).status == 0)
    try makeRows()
    let growing = "\(source)/\(Self.growing)"
    let bash = try Tool.named("bash", package: "bash")
    try #require(
      bash.run(["-euc", "echo début >\"$0\"; truncate -s \(Self.size - 4) \"$0\"; echo fin >>\"$0\"", growing])
        .isSuccess)
    let writer = try bash.start(["-c", "while :; do echo 'encore une ligne' >>\"$0\"; sleep 0.01; done", growing])
    defer { writer.kill(SIGKILL) }
    let mapping = "\(workshop.path)/mapping.yaml"
    try makeRealFolder("\(workshop.path)/montage")
    try writeRealFile(mapping, "mounts:\n  '\\\\serveur\\partage': \(workshop.path)/montage\n")
    let outcome = try coffre([
      "inventory", "run", "--json", "--mapping", mapping, "--retry-pause", "10ms", "--temp-dir",
      "\(workshop.path)/temp",
      "--lang", "fr",
    ])
    let report = CoffreReport(outcome)
    try #require(report.status == 3, "\(report)")
    let rows = Dictionary(
      report.lines(of: "row").compactMap { row in row["number"]?.int.map { ($0, row) } }
    ) { _, second in second }
    let bad = rows.filter { $0.value["state"]?.text != "done" }
    #expect(rows.count == 50 && Set(bad.keys) == [48, 49, 50], "\(bad)")
    #expect(rows[48]?["attempts"]?.int == 3)

    // Files and folders come back as they are.
    try makeRealFolder("\(workshop.path)/out")
    for (number, file) in Self.files.enumerated() {
      let name = Self.fileName(file)
      let archive = try #require(rows[number + 1]?["archive"]?.text)
      let target = try extracted(archive, number + 1)
      #expect(realNames(in: target) == [name], "\(archive)")
      #expect(try readRealFile("\(target)/\(name)") == readRealFile("\(source)/\(name)"), "\(archive)")
    }
    for number in 1...7 {
      let target = try extracted(try #require(rows[38 + number]?["archive"]?.text), 38 + number)
      let compared = try Tool.named("diff", package: "diffutils").run(
        ["-r", "\(workshop.path)/dossiers/d \(number)", "\(target)/d \(number)"])
      #expect(compared.isSuccess, "\(compared)")
    }
    // Of the file that grew there is a moment at or after the begin.
    let grown = try extracted(try #require(rows[46]?["archive"]?.text), 46)
    writer.kill(SIGSTOP)
    let prefix = try bash.run([
      "-euc", "test $(stat -c %s \"$0\") -ge \(Self.size); cmp -n $(stat -c %s \"$0\") \"$0\" \"$1\"",
      "\(grown)/\(Self.growing)", growing,
    ])
    #expect(prefix.isSuccess, "\(prefix)")
    // Of the server a copy that another one opens.
    #expect(["server-backup", "server-locked"].contains(rows[47]?["way"]?.text), "\(String(describing: rows[47]))")
    let data = try extracted(try #require(rows[47]?["archive"]?.text), 47)
    var options = MariaDBServer.Options()
    options.data = "\(data)/\(server.dataFolder.split(separator: "/").last ?? "")"
    let other = try MariaDBServer(options)
    #expect(try other.run("SELECT COUNT(*) FROM inventaire.avant") == "50")

    // The list: each row's own columns, and nothing else.
    let kept = "id, type, path_source, nom_fichier, ext_fichier, destination, actif, format, retention, remarque"
    #expect(
      try server.run(
        "SELECT COUNT(*) FROM (SELECT \(kept) FROM sauvegardes INTERSECT SELECT \(kept) FROM avant) same", "inventaire")
        == "50")
    #expect(
      try server.run(
        "SELECT GROUP_CONCAT(id ORDER BY id) FROM sauvegardes WHERE dernier_statut = 'echec'", "inventaire")
        == "48,49,50")
    #expect(
      try server.run(
        "SELECT COUNT(*) FROM sauvegardes WHERE dernier_statut = 'ok' AND derniere_archive LIKE '%/archives/%'"
          + " AND derniere_taille > 0 AND derniere_execution > NOW() - INTERVAL 1 DAY", "inventaire") == "47")
    // The log is in French, and no copy is left.
    let log = try #require(realNames(in: "\(workshop.path)/archives/logs").first)
    let lines = String(decoding: try readRealFile("\(workshop.path)/archives/logs/\(log)"), as: UTF8.self)
    #expect(lines.contains("ligne 49") && lines.contains("bilan annuel.xlsx"), "\(lines.suffix(2000))")
    #expect(!lines.contains(MariaDBServer.password))
    #expect(realNames(in: "\(workshop.path)/temp").filter { $0.hasPrefix("coffre-run") }.isEmpty)
  }
}
