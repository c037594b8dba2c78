import CoffreTestKit
import MongoKit
import Testing

/// Long logs of changes, and the memory they take.
@Suite("MongoDB with a long log", .timeLimit(.minutes(60)))
struct MongoLogSizeTests {
  /// What a restore keeps in memory does not grow with the log.
  @Test(.tags(.slow), .enabled(if: runsAllTests, "only with COFFRE_TEST_ALL=1"))
  func `a long log takes little memory`() throws {
    let logs = try MongoLogTests()
    let workshop = logs.workshop
    let server = try MongoLogTests.makeServer(logSize: 1200)
    let database = server.newName("long")
    try server.python(
      """
      import os, sys, pymongo
      db = pymongo.MongoClient(os.environ["URL"])[sys.argv[1]]
      db.c.insert_many([{"_id": i, "n": 0, "text": "x" * 100} for i in range(20_000)])
      """, [database])
    let report = try logs.backUp(database, of: server) {
      try server.python(
        """
        import os, sys, pymongo
        db = pymongo.MongoClient(os.environ["URL"])[sys.argv[1]]
        for first in range(0, 30_000, 100):
            # Nothing that compresses, and nothing that is the same as before.
            db.c.bulk_write([pymongo.ReplaceOne({"_id": i}, {"b": os.urandom(11_000)}, upsert=True)
                             for i in range(first, first + 100)])
            db.c.update_one({"_id": first}, {"$set": {"seen": True}})
        """, [database])
    }
    try #require(report.status == 0, "\(report)")
    let snapshot = try #require(report.snapshot)
    let size = try workshop.coffre(["snapshot", "ls", "-l", snapshot]).output
    let log = try #require(size.split(separator: "\n").first { $0.hasSuffix("/oplog.bson") }, "\(size)")
    #expect(log.split(separator: " ").compactMap { Int($0) }.contains { $0 > 300_000_000 }, "\(log)")
    let copy = "again_\(database)"
    let password = "\(workshop.path)/password-of-\(MongoServer.user)"
    let (outcome, peak) = try workshop.coffreWithPeak(["restore", snapshot, "--to", server.url(copy)]) {
      $0.environment["COFFRE_SOURCE_PASSWORD_FILE"] = password
      $0.timeLimit = 1800
    }
    #expect(outcome.isSuccess, "\(outcome)")
    #expect(peak < 200_000_000, "\(peak) bytes at its peak")
    expectEqual(try server.contents(of: copy), try server.contents(of: database))
  }
}
