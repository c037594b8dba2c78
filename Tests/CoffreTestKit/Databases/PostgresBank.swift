import Glibc

/// A database in which only one instant adds up: money moves between accounts, each parent comes and goes with three
/// children, counters count rows.
package struct PostgresBank {
  package let server: PostgresServer
  package let database: String

  /// Makes one, with a hundred accounts and two hundred parents.
  package init(in server: PostgresServer, named name: String = "bank") throws {
    self.server = server
    database = try server.createDatabase(name)
    try server.psqlFile(PostgresFixture.path("bank/schema.sql"), database)
  }

  /// Makes one beside what a database holds already.
  package init(in server: PostgresServer, database: String) throws {
    self.server = server
    self.database = database
    try server.psqlFile(PostgresFixture.path("bank/schema.sql"), database)
  }

  /// What does not add up in a database, a line each; nothing if all does.
  ///
  /// - Parameter database: a restored copy; the bank itself without one. It is looked at in one transaction.
  package func problems(in database: String? = nil, of other: PostgresServer? = nil) throws -> [String] {
    let check = String(decoding: try readRealFile(PostgresFixture.path("bank/check.sql")), as: UTF8.self)
    return try (other ?? server).run(
      "BEGIN ISOLATION LEVEL REPEATABLE READ;\n\(check)\nCOMMIT;", database ?? self.database
    ).split(separator: "\n").map(String.init)
  }

  /// How many transfers there were.
  package func transfers(in database: String? = nil) throws -> Int {
    Int(try server.run("SELECT count(*) FROM transfer", database ?? self.database)) ?? -1
  }

  /// Starts clients that move money until the writer is ended.
  ///
  /// - Parameter rate: transactions a second, of all clients together.
  package func startWriter(clients: Int = 2, rate: Int = 200) throws -> Writer {
    var settings = ProgramSettings()
    settings.environment = server.toolEnvironment(for: database)
    settings.timeLimit = 3600
    let program = try server.installation.tool("pgbench").start(
      [
        "-n", "-c", "\(clients)", "-T", "3000", "-R", "\(rate)", "-f", PostgresFixture.path("bank/writer.sql"),
      ], settings)
    return Writer(bank: self, program: program)
  }

  /// Clients at work; ended with this value at the latest.
  package final class Writer {
    private let bank: PostgresBank
    private let program: RunningProgram

    package struct Stopped: Error, CustomStringConvertible {
      package let description: String
    }

    init(bank: PostgresBank, program: RunningProgram) {
      self.bank = bank
      self.program = program
    }

    package var hasEnded: Bool { program.hasEnded }

    /// Waits until so many more transfers are done.
    ///
    /// - Throws: if the clients have ended, or take longer than a minute.
    package func waitForTransfers(_ count: Int) throws {
      let goal = try bank.transfers() + count
      let isDone = try program.waitUntil(seconds: 60) {
        if program.hasEnded { return true }
        return try bank.transfers() >= goal
      }
      guard isDone, !program.hasEnded else { throw Stopped(description: "no more transfers: \(program.errorsSoFar)") }
    }

    /// Ends the clients.
    ///
    /// - Throws: if they had ended by themselves: then nobody wrote while the test thought so.
    package func end() throws {
      guard !program.hasEnded else { throw Stopped(description: "\(try program.wait())") }
      program.kill(SIGKILL)
      try program.wait()
    }
  }
}
