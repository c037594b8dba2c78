import CoffreTestKit
import Glibc
import Testing

/// What breaks in the middle of a restore: the database that is there stays as it was, and what was made goes.
@Suite("PostgreSQL restores that are disturbed", .timeLimit(.minutes(10)))
struct RestoreFaultTests {
  private let workshop: Workshop
  private let server: PostgresServer

  init() throws {
    workshop = try Workshop()
    server = try PostgresServer.shared()
  }

  private func start(_ snapshot: String, to database: String, of server: PostgresServer, _ options: [String] = [])
    throws -> RunningProgram
  {
    try workshop.startCoffre(["restore", snapshot, "--to", server.url(database), "--json"] + options) {
      $0.environment["PGPASSWORD"] = PostgresServer.password
    }
  }

  @Test(arguments: [(signal: SIGINT, status: 130), (SIGTERM, 143), (SIGKILL, 137)] as [(signal: Int32, status: Int32)])
  func `coffre that is stopped while it replaces a database`(_ example: (signal: Int32, status: Int32)) throws {
    let large = try LargeTable(in: server)
    defer { try? server.dropDatabase(large.database) }
    let snapshot = try #require(try workshop.backUp(large.database, of: server).snapshot)
    try server.run("INSERT INTO first VALUES (3, 'written after the backup')", large.database)
    let now = try server.dump(large.database)
    let restore = try start(snapshot, to: large.database, of: server, ["--confirm", large.database])
    // The safety backup reads rows first: they go the other way then.
    #expect(
      try restore.waitUntil {
        try server.run(
          """
          SELECT count(*) FROM pg_stat_progress_copy
            WHERE command = 'COPY FROM' AND bytes_processed > 1000000 AND \(large.isOurs)
          """) != "0"
      }, "\(restore.outputSoFar)")
    restore.signal(example.signal)
    let outcome = try restore.wait()
    #expect(outcome.status == example.status, "\(outcome)")
    #expect(try large.waitForNoSessions())
    try expectEqualDatabases(large.database, of: server, and: now)
    if example.signal == SIGKILL {
      // Nobody was there to remove it. It bears the name that the guide tells, and does not stand in the way.
      let left = try large.copies()
      #expect(left.count == 1 && left[0].hasPrefix("\(large.database)_coffre_"), "\(left)")
      for name in left { try server.dropDatabase(name) }
    } else {
      #expect(try large.copies() == [], "\(outcome)")
    }
    let again = try workshop.restore(
      snapshot, to: large.database, of: server, ["--confirm", large.database, "--disconnect"])
    #expect(again.status == 0, "\(again)")
    #expect(try server.run("SELECT count(*) FROM first", large.database) == "2")
    for name in try large.copies() {
      #expect(name.hasPrefix("\(large.database)_before_"))
      #expect(try server.run("SELECT count(*) FROM first", name) == "3")
      try server.dropDatabase(name)
    }
  }

  @Test func `a server that is killed`() throws {
    let server = try PostgresServer()
    let large = try LargeTable(in: server)
    let snapshot = try #require(try workshop.backUp(large.database, of: server).snapshot)
    let before = try server.dump(large.database)
    let restore = try start(snapshot, to: "again_\(large.database)", of: server)
    try #require(try large.waitForRows(by: restore), "\(restore.outputSoFar)")
    server.kill()
    let report = CoffreReport(try restore.wait())
    #expect(report.status == 13, "\(report)")
    #expect(report.error?["advice"]?.text?.isEmpty == false, "\(report)")
    try server.start()
    try expectEqualDatabases(large.database, of: server, and: before)
    let left = try server.databases().filter { $0 != large.database }
    #expect(!left.contains("again_\(large.database)"), "half a database bears the name of a whole one")
    for name in left { #expect("\(report)".contains(name), "nobody says that '\(name)' is left over: \(report)") }
    #expect(try workshop.restore(snapshot, to: "again_\(large.database)", of: server).status == 0)
  }

  @Test func `sessions that are ended`() throws {
    let large = try LargeTable(in: server)
    defer { try? server.dropDatabase(large.database) }
    let snapshot = try #require(try workshop.backUp(large.database, of: server).snapshot)
    let restore = try start(snapshot, to: "\(large.database)_again", of: server)
    try #require(try large.waitForRows(by: restore), "\(restore.outputSoFar)")
    try server.run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE \(large.isOurs)")
    let report = CoffreReport(try restore.wait())
    #expect(report.status == 13, "\(report)")
    #expect(report.error?["advice"]?.text?.isEmpty == false, "\(report)")
    #expect(try large.copies() == [], "\(report)")
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `a full disk of the server`() throws {
    let server = try PostgresServer()
    let folder = try server.makeFolder("small")
    let mount = try MemoryMount(at: folder, options: "size=30m,mode=0777")
    defer { withExtendedLifetime(mount) {} }
    let place = try server.makeFolder("small/place")
    try server.run("CREATE TABLESPACE small LOCATION \(PostgresServer.literal(place))")
    let large = try LargeTable(in: server, megabytes: 18, tablespace: "small")
    let snapshot = try #require(try workshop.backUp(large.database, of: server).snapshot)
    let before = try server.dump(large.database)
    let report = try workshop.restore(snapshot, to: "again", of: server)
    #expect(report.status == 21, "\(report)")
    #expect(report.error?["advice"]?.text?.isEmpty == false, "\(report)")
    #expect(try server.databases() == [large.database])
    try expectEqualDatabases(large.database, of: server, and: before)
  }

  @Test func `a damaged repository`() throws {
    let large = try LargeTable(in: server, megabytes: 20)
    defer { try? server.dropDatabase(large.database) }
    let snapshot = try #require(try workshop.backUp(large.database, of: server).snapshot)
    try server.run("INSERT INTO first VALUES (3, 'written after the backup')", large.database)
    let before = try server.dump(large.database)
    // In the middle of the largest pack: rows.
    let damaging = try Tool.named("python3", package: "python3").run([
      "-c",
      """
      import os, sys
      packs = [os.path.join(folder, name) for folder, _, names in os.walk(sys.argv[1]) for name in names]
      pack = max(packs, key=os.path.getsize)
      os.chmod(pack, 0o600)
      with open(pack, "r+b") as file:
          file.seek(os.path.getsize(pack) // 2)
          byte = file.read(1)[0]
          file.seek(-1, 1)
          file.write(bytes([byte ^ 1]))
      """, "\(workshop.repository)/data",
    ])
    try #require(damaging.isSuccess, "\(damaging)")
    for (target, options) in [
      ("\(large.database)_again", []), (large.database, ["--confirm", large.database]),
      (large.database, ["--table", "public.large=large_again"]),
      (large.database, ["--data-only", "--table", "public.large", "--confirm", large.database]),
    ] {
      let report = try workshop.restore(snapshot, to: target, of: server, options)
      #expect(report.status == 1, "\(options): \(report)")
      #expect(report.error?["advice"]?.text?.isEmpty == false, "\(options): \(report)")
      #expect(try large.copies() == [], "\(options): \(report)")
      try expectEqualDatabases(large.database, of: server, and: before)
    }
  }

  @Test func `a database that exists is not touched without its name`() throws {
    let large = try LargeTable(in: server, megabytes: 1)
    defer { try? server.dropDatabase(large.database) }
    let snapshot = try #require(try workshop.backUp(large.database, of: server).snapshot)
    try server.run("INSERT INTO first VALUES (3, 'written after the backup')", large.database)
    let before = try server.dump(large.database)
    for options in [[], ["--confirm", "other"], ["--yes"], ["--disconnect"], ["--data-only"]] {
      let report = try workshop.restore(snapshot, to: large.database, of: server, options)
      #expect(report.status == 1 || report.status == 2, "\(options): \(report)")
      #expect(report.error?["advice"]?.text?.isEmpty == false, "\(options): \(report)")
    }
    // Somebody is connected to it.
    let other = try server.installation.tool("psql").start(
      ["-Xc", "SELECT pg_sleep(60)"],
      {
        var settings = ProgramSettings()
        settings.environment = server.toolEnvironment(for: large.database)
        return settings
      }())
    #expect(try other.waitUntil { try large.sessions() == 1 })
    let used = try workshop.restore(snapshot, to: large.database, of: server, ["--confirm", large.database])
    #expect(used.status == 1 && "\(used)".contains("--disconnect"), "\(used)")
    other.kill(SIGKILL)
    #expect(try large.copies() == [])
    try expectEqualDatabases(large.database, of: server, and: before)
  }
}
