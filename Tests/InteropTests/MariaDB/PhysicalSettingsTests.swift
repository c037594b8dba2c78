import CoffreTestKit
import Testing

/// Whatever mariadb-backup is told: a backup of a server has all of it.
@Suite("Settings of mariadb-backup", .timeLimit(.minutes(10)))
struct PhysicalSettingsTests {
  private let physical: PhysicalWorkshop

  init() throws { physical = try PhysicalWorkshop(PhysicalWorkshop.sharedServer()) }

  private func databases() throws -> [String: [String]] {
    let path = "/@mariadb-physical/\(Workshop.mariadbName)/manifest.json"
    let manifest = try JSONValue(try physical.workshop.coffre(["snapshot", "dump", "latest", path]).output)
    return Dictionary(
      (manifest["databases"]?.array ?? []).map {
        ($0["name"]?.text ?? "", $0["imaged"]?.array.compactMap(\.text) ?? [])
      },
      uniquingKeysWith: { first, _ in first })
  }

  /// Where somebody has a password, he may have more.
  @Test(arguments: [
    "[mariadb-backup]\ndatabases=shop", "[mariabackup]\ndatabases-exclude=nothing",
    "[xtrabackup]\ntables=^shop[.]isam$",
    "[client]\ndatabases = shop", "[mysqld]\ndatadir=/nowhere\ninnodb_data_home_dir=/nowhere",
    "[client-mariadb]\nloose_tables_exclude='^shop[.]'",
  ])
  func `a user's own file leaves nothing out`(_ lines: String) throws {
    let home = "\(physical.workshop.path)/home"
    try makeRealFolder(home)
    let escaped = MariaDBServer.password.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    try writeRealFile("\(home)/account.cnf", "# ours\n[client]\n  password = \"\(escaped)\"\n", mode: 0o600)
    try writeRealFile("\(home)/.my.cnf", "\(lines)\n!include \(home)/account.cnf\n", mode: 0o600)
    let report = try physical.coffre(
      ["backup", physical.url, "--name", Workshop.mariadbName], password: nil, variables: ["HOME": home])
    #expect(report.status == 0, "\(report)")
    let found = try databases()
    #expect(found["shop"] == ["isam", "orders"], "\(found)")
    #expect(found["é/odd name"] == ["t/1 'x'"] && found["nothing"] == [] && found["mysql"] != nil, "\(found)")
  }

  /// However it was told.
  @Test(arguments: [
    (option: "--databases=shop", word: "'mysql'"), ("--databases-exclude=nothing", "'nothing'"),
    ("--tables-exclude=^shop[.]orders$", "'shop.orders'"),
  ])
  func `a copy that lacks something is none`(_ example: (option: String, word: String)) throws {
    try physical.replace("mariadb-backup", by: #"exec "$program" "$@" '\#(example.option)'"#)
    try physical.workshop.expectFailure(try physical.backUp(), 14, saying: [example.word, "before and afterwards"])
    #expect(physical.leftovers == [])
  }

  /// Tables that come and go meanwhile are no fault of the copy.
  @Test func `tables that come and go meanwhile are not missed`() throws {
    let server = try MariaDBServer()
    let busy = try PhysicalWorkshop(server)
    let name = try server.createDatabase("busy")
    try server.run("CREATE TABLE stays (a INT) ENGINE=InnoDB; CREATE TABLE goes (a INT) ENGINE=InnoDB", name)
    let gate = "\(busy.workshop.path)/gate"
    // The copy is made, and the program takes its time to end.
    try busy.replace(
      "mariadb-backup",
      by: #"{ "$program" "$@"; status=$?; touch \#(gate); while [ -e \#(gate) ]; do sleep 0.05; done; exit $status; }"#)
    let backup = try busy.start(["backup", busy.url, "--name", Workshop.mariadbName])
    #expect(backup.waitUntil { backup.hasEnded || realEntryExists(gate) })
    try server.run(
      "DROP TABLE goes; CREATE TABLE comes (a INT); CREATE DATABASE late; CREATE TABLE late.t (a INT)", name)
    try removeRealTree(gate)
    let report = CoffreReport(try backup.wait())
    #expect(report.status == 0, "\(report)")
  }
}
