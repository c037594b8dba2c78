import CoffreTestKit
import Glibc
import Testing

/// A database whose backup takes some seconds, beside small tables, and an account of its own: time enough to disturb it,
/// and sessions that are told from those of other tests.
struct LargeMariaDBTable {
  let server: MariaDBServer
  let database: String
  let login: MariaDBLogin

  /// - Parameters:
  ///   - megabytes: of rows, as text that does not compress well.
  ///   - options: of the table that is large.
  init(in server: MariaDBServer, megabytes: Int = 40, options: String = "") throws {
    self.server = server
    database = try server.createDatabase("large")
    login = try server.createUser("worker", ["ALL ON *.*"])
    try server.run(
      """
      CREATE TABLE first (id INT PRIMARY KEY, name TEXT) ENGINE=InnoDB;
      INSERT INTO first VALUES (1, 'one'), (2, 'two');
      CREATE TABLE large (id INT PRIMARY KEY, noise TEXT) ENGINE=InnoDB \(options);
      CREATE TABLE isam (id INT PRIMARY KEY) ENGINE=MyISAM;
      INSERT INTO isam VALUES (1);
      INSERT INTO large SELECT seq, CONCAT(\(Self.noise)) FROM seq_1_to_\(megabytes * 1000);
      CREATE TABLE second (id INT PRIMARY KEY, name TEXT) ENGINE=InnoDB;
      INSERT INTO second VALUES (1, 'one');
      CREATE VIEW names AS SELECT name FROM first;
      CREATE FUNCTION one () RETURNS INT DETERMINISTIC RETURN 1;
      CREATE TRIGGER kept BEFORE INSERT ON second FOR EACH ROW SET NEW.name = UPPER(NEW.name);
      CREATE SEQUENCE counter;
      """, database)
  }

  private static let noise = (1...30).map { "MD5(seq * 31 + \($0))" }.joined(separator: ", ")

  /// One that loses nothing when it is killed.
  static func durableServer() throws -> MariaDBServer {
    var options = MariaDBServer.Options()
    options.settings["innodb-flush-log-at-trx-commit"] = "1"
    return try MariaDBServer(options)
  }

  func drop() {
    for name in [database] + ((try? copies()) ?? []) { try? server.dropDatabase(name) }
    _ = try? server.run("DROP USER IF EXISTS \(MariaDBServer.literal(login.user))@'%'")
  }

  func url(_ other: String? = nil) -> String { server.url(other ?? database, user: login.user) }

  /// Starts Coffre with the account.
  func start(_ arguments: [String], in workshop: Workshop) throws -> RunningProgram {
    let password = login.password
    return try workshop.startCoffre(arguments + ["--json"]) { $0.environment["MYSQL_PWD"] = password }
  }

  func backUp(in workshop: Workshop, _ options: [String] = []) throws -> CoffreReport {
    let report = try workshop.coffre(
      ["backup", url(), "--name", Workshop.mariadbName] + options, for: server, as: login)
    try #require(report.status == 0, "\(report)\n\(server.log.suffix(2000))")
    return report
  }

  /// Sessions of the account for which a condition on `information_schema.PROCESSLIST` holds.
  func sessions(_ condition: String = "TRUE") throws -> [String] {
    try server.run(
      """
      SELECT ID FROM information_schema.PROCESSLIST WHERE USER = \(MariaDBServer.literal(login.user)) AND (\(condition))
      """
    ).split(separator: "\n").map(String.init)
  }

  /// Statements that bring rows of the large table, in one direction and in the other. What is asked before looks different:
  /// a backup that holds everybody must not be stopped, others would wait for it.
  enum Rows: String {
    case out = "SELECT /*!40001%`large`%"
    case into = "LOAD DATA%`large`%"
  }

  struct TooFast: Error {}

  /// Starts Coffre and stops it (SIGSTOP) while rows of the large table are on their way. It may have been done before
  /// anybody could look: then it is tried again.
  ///
  /// - Parameter undo: makes everything as if a run that was too fast had not been.
  func startStopped(
    _ rows: Rows, _ arguments: [String], in workshop: Workshop, undo: () throws -> Void
  ) throws -> RunningProgram {
    for _ in 0..<5 {
      let program = try start(arguments, in: workshop)
      func isAtWork() throws -> Bool { try !sessions("INFO LIKE '\(rows.rawValue)'").isEmpty }
      _ = try program.waitUntil(seconds: 120) { try program.hasEnded || isAtWork() }
      program.signal(SIGSTOP)
      if try !program.hasEnded && isAtWork() { return program }
      program.signal(SIGCONT)
      _ = try program.wait()
      try undo()
    }
    throw TooFast()
  }

  /// Ends sessions; those that are gone meanwhile are no error.
  func kill(_ numbers: [String]) { for number in numbers { _ = try? server.run("KILL \(number)") } }

  /// Waits until the server has seen that its clients are gone.
  ///
  /// - Returns: what is still at work; nothing if all are gone.
  func sessionsThatStay() throws -> String {
    for _ in 0..<600 {
      if try sessions().isEmpty { return "" }
      pause(seconds: 0.1)
    }
    return try server.run("SHOW FULL PROCESSLIST")
  }

  /// What restores make of it, under whatever names.
  func copies() throws -> [String] {
    try server.databases().filter { $0.hasPrefix("\(database)_") || $0.hasPrefix("again_\(database)") }
  }
}
