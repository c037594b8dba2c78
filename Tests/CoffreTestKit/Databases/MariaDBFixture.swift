/// Databases that use everything MariaDB has: scripts in `Fixtures/MariaDB`, run by `mariadb`.
package enum MariaDBFixture {
  /// Where a script lies, in the project.
  package static func path(_ name: String) -> String {
    let kit = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return "/\(kit)/Fixtures/MariaDB/\(name)"
  }

  /// Makes a database with everything in it.
  ///
  /// - Returns: its name.
  package static func makeEverything(in server: MariaDBServer, named name: String = "everything") throws -> String {
    let database = try server.createDatabase(
      name, "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci COMMENT 'it''s all'")
    try server.runFile(path("everything.sql"), database)
    return database
  }
}

/// A database in which only one instant adds up: money moves between accounts of one table with transactions, and each
/// transfer is a row of another.
package struct MariaDBBank {
  package let server: MariaDBServer
  package let database: String

  /// Makes it, with a hundred accounts, beside what a database holds already.
  package init(in server: MariaDBServer, database: String) throws {
    self.server = server
    self.database = database
    try server.run(
      """
      CREATE TABLE account (id INT PRIMARY KEY, balance BIGINT NOT NULL, moves BIGINT NOT NULL) ENGINE=InnoDB;
      INSERT INTO account SELECT seq, 1000, 0 FROM seq_1_to_100;
      CREATE TABLE transfer (
        id BIGINT AUTO_INCREMENT PRIMARY KEY, source INT NOT NULL, target INT NOT NULL, amount BIGINT NOT NULL,
        KEY source (source)) ENGINE=InnoDB;
      """, database)
  }

  /// What does not add up in a database; nothing if all does.
  package func problems(in other: String? = nil, of another: MariaDBServer? = nil) throws -> [String] {
    let answer = try (another ?? server).run(
      """
      START TRANSACTION WITH CONSISTENT SNAPSHOT;
      SELECT 'the balances are not what they were together' FROM account HAVING SUM(balance) <> 100000;
      SELECT 'transfers and moves differ' FROM account HAVING SUM(moves) <> 2 * (SELECT COUNT(*) FROM transfer);
      SELECT CONCAT('account ', a.id) FROM account a WHERE balance <> 1000
        + (SELECT COALESCE(SUM(amount), 0) FROM transfer t WHERE t.target = a.id)
        - (SELECT COALESCE(SUM(amount), 0) FROM transfer t WHERE t.source = a.id);
      COMMIT;
      """, other ?? database)
    return answer.split(separator: "\n").map(String.init)
  }

  /// How many transfers there were.
  package func transfers(in other: String? = nil) throws -> Int {
    Int(try server.run("SELECT COUNT(*) FROM transfer", other ?? database)) ?? -1
  }

  /// Starts a client that moves money, until the value is gone.
  package func startWriter() throws -> Writer {
    let folder = try WorkFolder()
    var text = ""
    for number in 0..<60_000 {
      let (source, target, amount) = (number % 100 + 1, (number * 7 + 13) % 100 + 1, number % 50)
      text += """
        BEGIN; UPDATE account SET balance = balance - \(amount), moves = moves + 1 WHERE id = \(source); \
        UPDATE account SET balance = balance + \(amount), moves = moves + 1 WHERE id = \(target); \
        INSERT INTO transfer (source, target, amount) VALUES (\(source), \(target), \(amount)); COMMIT; DO SLEEP(0.002);

        """
    }
    try writeRealFile("\(folder.path)/writer.sql", text)
    var settings = ProgramSettings()
    settings.environment = ["MYSQL_PWD": MariaDBServer.password]
    settings.input = "\(folder.path)/writer.sql"
    settings.timeLimit = 3600
    let program = try MariaDBServer.tool("mariadb").start(
      ["--no-defaults", "--host=127.0.0.1", "--port=\(server.port.number)", "--user=\(MariaDBServer.user)", database],
      settings)
    return Writer(bank: self, program: program, folder: folder)
  }

  /// A client at work; ended with this value at the latest.
  package final class Writer {
    private let bank: MariaDBBank
    private let program: RunningProgram
    private let folder: WorkFolder

    package struct Stopped: Error, CustomStringConvertible {
      package let description: String
    }

    init(bank: MariaDBBank, program: RunningProgram, folder: WorkFolder) {
      self.bank = bank
      self.program = program
      self.folder = folder
    }

    deinit { end() }

    /// Waits until so many more transfers are done.
    package func waitForTransfers(_ count: Int) throws {
      let goal = try bank.transfers() + count
      let isDone = try program.waitUntil(seconds: 60) {
        if program.hasEnded { return true }
        return try bank.transfers() >= goal
      }
      guard isDone, !program.hasEnded else { throw Stopped(description: "no more transfers: \(program.errorsSoFar)") }
    }

    package func end() {
      program.kill(9)
      _ = try? program.wait()
    }
  }
}
