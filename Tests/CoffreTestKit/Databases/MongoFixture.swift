import MongoKit

/// Databases that use everything MongoDB has: scripts in `Fixtures/MongoDB`, run by Python with `pymongo`.
package enum MongoFixture {
  /// Where a script lies, in the project.
  package static func script(_ name: String) throws -> String {
    let kit = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return String(decoding: try readRealFile("/\(kit)/Fixtures/MongoDB/\(name)"), as: UTF8.self)
  }

  /// Makes a database with everything in it.
  ///
  /// - Returns: its name.
  package static func makeEverything(in server: MongoServer, named name: String = "everything") throws -> String {
    let database = server.newName(name)
    try server.python(try script("everything.py"), [database])
    return database
  }
}

/// A database in which only one instant adds up: money moves between accounts of one collection, in transactions that write
/// each transfer into another.
package struct MongoBank {
  package let server: MongoServer
  package let database: String

  /// Makes it, with a hundred accounts, beside what a database holds already.
  package init(in server: MongoServer, database: String) throws {
    self.server = server
    self.database = database
    try server.python(
      """
      import os, sys, pymongo
      db = pymongo.MongoClient(os.environ["URL"])[sys.argv[1]]
      db.account.insert_many([{"_id": i, "balance": 1000, "moves": 0} for i in range(100)])
      db.create_collection("transfer")
      """, [database])
  }

  /// What does not add up in a database; nothing if all does.
  package func problems(in other: String? = nil, of another: MongoServer? = nil) throws -> [String] {
    try (another ?? server).python(
      """
      import os, sys, pymongo
      db = pymongo.MongoClient(os.environ["URL"])[sys.argv[1]]
      balance, moves = {i: 1000 for i in range(100)}, {i: 0 for i in range(100)}
      for t in db.transfer.find():
          balance[t["source"]] -= t["amount"]; balance[t["target"]] += t["amount"]
          moves[t["source"]] += 1; moves[t["target"]] += 1
      for a in db.account.find():
          if a["balance"] != balance.pop(a["_id"]) or a["moves"] != moves[a["_id"]]: print("account", a)
      if balance: print("missing accounts", balance)
      """, [other ?? database]
    ).split(separator: "\n").map(String.init)
  }

  /// How many transfers there were.
  package func transfers(in other: String? = nil) throws -> Int {
    try server.count("transfer", of: other ?? database)
  }

  /// Starts a client that moves money, until the value is gone.
  package func startWriter() throws -> Writer {
    let program = try server.startPython(
      """
      import os, random, sys, time, pymongo
      client = pymongo.MongoClient(os.environ["URL"])
      db = client[sys.argv[1]]
      def move(session, source, target, amount):
          db.account.update_one({"_id": source}, {"$inc": {"balance": -amount, "moves": 1}}, session=session)
          db.transfer.insert_one({"source": source, "target": target, "amount": amount}, session=session)
          db.account.update_one({"_id": target}, {"$inc": {"balance": amount, "moves": 1}}, session=session)
      with client.start_session() as session:
          while True:
              source, target = random.sample(range(100), 2)
              session.with_transaction(lambda s: move(s, source, target, random.randrange(50)))
              time.sleep(0.002)
      """, [database])
    return Writer(bank: self, program: program)
  }

  /// A client at work; ended with this value at the latest.
  package final class Writer {
    private let bank: MongoBank
    private let program: RunningProgram

    package struct Stopped: Error, CustomStringConvertible {
      package let description: String
    }

    init(bank: MongoBank, program: RunningProgram) {
      self.bank = bank
      self.program = program
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
