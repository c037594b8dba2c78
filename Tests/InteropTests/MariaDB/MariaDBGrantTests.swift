import CoffreTestKit
import Testing

/// `--globals`, and what is told when some of several databases fails.
@Suite("Accounts of MariaDB that cannot be made, and runs that end halfway", .timeLimit(.minutes(10)))
struct MariaDBGrantTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  /// A right given to nobody makes an account without a password, unless the server is told otherwise.
  @Test func `an account that cannot be made is not made by its rights`() throws {
    let server = try MariaDBServer()
    let database = try server.createDatabase("granted")
    // As an account looks whose plugin the next server has not.
    try server.run(
      """
      CREATE ROLE readers; GRANT SELECT ON *.* TO readers;
      INSERT INTO mysql.global_priv VALUES
       ('%', 'ghost', '{"access":0,"plugin":"ed25519","authentication_string":"ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY"}');
      FLUSH PRIVILEGES;
      GRANT ALL ON *.* TO ghost@'%' WITH GRANT OPTION; GRANT readers TO ghost@'%'; SET DEFAULT ROLE readers FOR ghost@'%';
      CREATE USER living@'%' IDENTIFIED BY 'sesame'; GRANT SELECT ON *.* TO living@'%'; GRANT readers TO living@'%';
      """)
    let snapshot = try #require(try workshop.backUp(database, of: server).snapshot)
    let other = try MariaDBServer()
    let report = try workshop.restore(snapshot, to: database, of: other, ["--globals"])
    #expect(report.status == 0, "\(report)")
    #expect(try other.run("SELECT User FROM mysql.global_priv WHERE User = 'ghost'") == "", "\(report)")
    #expect("\(report)".contains("they could not be made: ghost@%"), "\(report)")
    // Another way to see it: nobody gets in.
    #expect(throws: MariaDBRefusal.self) { try other.run("SELECT 1", as: MariaDBLogin(user: "ghost", password: "")) }
    let grants = "SHOW GRANTS FOR living@'%'; SHOW GRANTS FOR readers"
    #expect(try other.run(grants) == server.run(grants), "\(report)")
  }

  /// Two databases go back under names with a date, one in the place of what has its name, and the other is refused.
  @Test func `a run that ends halfway tells which databases have their new content`() throws {
    let server = try MariaDBServer()
    let first = try server.createDatabase("first")
    let second = try server.createDatabase("second")
    for name in [first, second] { try server.run("CREATE TABLE t (a INT PRIMARY KEY); INSERT INTO t VALUES (1)", name) }
    let snapshot = try #require(try workshop.backUp(nil, of: server).snapshot)
    let login = try server.createUser(
      "half",
      [
        "ALL ON `\(first.replacing("_", with: "\\_"))%`.*",
        "SELECT, RELOAD, PROCESS, SHOW DATABASES, BINLOG MONITOR ON *.*",
      ])
    // Names tell the day: at midnight it is another one.
    for attempt in 1... {
      let whole = try workshop.restore(snapshot, to: nil, of: server)
      #expect(whole.status == 0, "\(whole)")
      let copy = try #require(try server.databases().last { $0.hasPrefix("\(first)_restored_") })
      for name in try server.databases() where name.hasPrefix("\(second)_") { try server.dropDatabase(name) }
      try server.run("INSERT INTO t VALUES (2)", copy)
      let report = try workshop.coffre(
        ["restore", snapshot, "--to", server.url(nil, user: login.user), "--confirm", copy], for: server, as: login)
      #expect(report.status != 0, "\(report)")
      guard attempt > 1 || "\(report)".contains(copy) else { continue }
      #expect("\(report)".contains("and stay so: \(copy)"), "\(report)")
      #expect(!"\(report)".contains("nothing else was changed"), "\(report)")
      #expect(try server.run("SELECT COUNT(*) FROM t", copy) == "1")
      #expect(try server.databases().filter { $0.hasPrefix("\(second)_") || $0.contains("_coffre_") } == [])
      return
    }
  }
}
