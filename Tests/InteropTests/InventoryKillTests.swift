import CoffreTestKit
import Glibc
import Testing

/// SIGKILL at any moment of a run, also in the middle of the copy of a server's data directory.
@Suite("Killed runs of inventories", .timeLimit(.minutes(30)))
struct InventoryKillTests {
  private static let rounds = 10
  private static let folders = 6

  /// The seed is fixed unless `COFFRE_TEST_SEED` gives another: a failure can be had again.
  private static let seed = environmentValue("COFFRE_TEST_SEED").flatMap { UInt64($0) } ?? 20_261_123

  private let workshop: Workshop
  private let server: MariaDBServer
  private let list: SQLiteDatabase
  private let environment: String

  init() throws {
    workshop = try Workshop(repositoryVersion: nil)
    server = try MariaDBServer()
    list = SQLiteDatabase("\(workshop.path)/liste.db")
    environment = try workshop.writeEnvironment(of: server)
  }

  private var archives: String { "\(workshop.path)/archives" }
  private var temporary: String { "\(workshop.path)/temp" }

  private var words: [String] {
    [
      "inventory", "run", "--from", "sqlite:\(list.path)", "--env-file", environment, "--to", archives, "--temp-dir",
      temporary, "--json",
    ]
  }

  private func makeRows() throws {
    var rows: [String] = []
    try makeRealFolder("\(workshop.path)/source")
    for number in 1...Self.folders {
      let folder = "\(workshop.path)/source/d\(number)"
      try makeRealFolder(folder)
      try writeRealFile("\(folder)/noise", seededBytes(UInt64(number), count: 3 << 20))
      rows.append("(\(number), 'Repertoire', '\(folder)', 'd\(number % 2)', 'tar.zst', '3')")
    }
    rows.append("(\(rows.count + 1), 'Repertoire_MySQL', '\(server.dataFolder)', 'mysql', 'tar.zst', '2')")
    try list.run(
      """
      CREATE TABLE sauvegardes (id INTEGER PRIMARY KEY, type, path_source, nom_fichier, ext_fichier, destination, format,
       retention, dernier_statut, derniere_archive);
      INSERT INTO sauvegardes (id, type, path_source, destination, format, retention) VALUES
       \(rows.joined(separator: ",\n "))
      """)
  }

  /// What bears a final name is whole, and what the list calls good is there.
  private func judge(_ note: Comment) throws {
    for folder in ["d0", "d1", "mysql"] where realEntryExists("\(archives)/\(folder)") {
      let verify = try Tool.coffre().run(
        ["shelf", "verify", "\(archives)/\(folder)", "--level", "contents"], workshop.settings())
      #expect(verify.isSuccess, "\(note), \(folder): \(verify)")
    }
    let good = try list.run("SELECT derniere_archive FROM sauvegardes WHERE dernier_statut = 'ok'")
    for archive in good.split(separator: "\n") {
      #expect(realEntryExists(String(archive)), "\(note): \(archive) is called good and is not there")
    }
  }

  @Test(.tags(.slow)) func `what looks good is good, and the next run tidies up`() throws {
    try makeRows()
    let first = try Tool.coffre().run(words, workshop.settings())
    try #require(first.isSuccess, "\(first)")
    try judge("an undisturbed run")
    var whole = first.seconds
    var random = SeededRandom(seed: Self.seed)
    var (kills, round, copies) = (0, 0, 0)
    while kills < Self.rounds {
      round += 1
      try #require(round <= 5 * Self.rounds, "of \(round) kills only \(kills) hit a run")
      let moment = Double(random.next() % 1000) / 1000 * whole
      let note: Comment = "seed \(Self.seed), round \(round), killed after \(moment) s of \(whole) s"
      let run = try Tool.coffre().start(words, workshop.settings())
      pause(seconds: moment)
      run.kill(SIGKILL)
      let outcome = try run.wait()
      if outcome.status == 128 + SIGKILL { kills += 1 } else { whole = min(whole, outcome.seconds) }
      copies += realNames(in: temporary).contains { $0.hasPrefix("coffre-run") } ? 1 : 0
      try judge(note)
    }
    #expect(copies > 0, "no kill left a copy behind: nothing was proved")

    let last = try Tool.coffre().run(words, workshop.settings())
    #expect(last.isSuccess, "\(last)")
    try judge("the run after all kills")
    #expect(realNames(in: temporary).filter { $0.hasPrefix("coffre-run") } == [])
    for folder in ["d0", "d1", "mysql"] {
      let left = realNames(in: "\(archives)/\(folder)").filter { $0.hasSuffix(".part") }
      #expect(left.isEmpty, "\(folder): \(left)")
    }
    // Each row has as many as it keeps, no more: what a kill left counts as none of them.
    for folder in ["d0", "d1"] {
      let names = realNames(in: "\(archives)/\(folder)").filter { $0.hasSuffix(".tar.zst") }
      #expect(names.count == 3 * Self.folders / 2, "\(names)")
    }
  }
}
