import CoffreTestKit
import Testing

/// restic and mariadb make the database again: nobody needs Coffre for it.
@Suite("MariaDB without Coffre", .timeLimit(.minutes(10)))
struct MariaDBWithoutCoffreTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  @Test(arguments: Tool.restics)
  func `a database that uses everything comes back on a new server`(_ restic: ResticProgram) throws {
    let server = try MariaDBServer.shared()
    let database = try MariaDBFixture.makeEverything(in: server)
    defer { try? server.dropDatabase(database) }
    let original = try MariaDBState(of: database, in: server)
    _ = try workshop.backUp(database, of: server)
    let target = "\(workshop.path)/restored"
    try workshop.expectResticFindsNoErrors(restic)
    try workshop.resticRestore(restic, "latest", to: target)
    let folder = "\(target)\(Workshop.mariadbFolder)/\(database)"

    let other = try MariaDBServer()
    let script = String(decoding: try readRealFile("\(folder)/restore.sql"), as: UTF8.self)
    #expect(script.contains("CREATE DATABASE NEW CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"))
    let copy = try other.createDatabase("again", "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci COMMENT 'it''s all'")
    // In another folder it does nothing.
    #expect(throws: MariaDBRefusal.self) {
      try other.runFile("\(folder)/restore.sql", copy, in: workshop.path, options: ["--local-infile=1"])
    }
    #expect(try other.run("SHOW TABLES", copy) == "")
    let made = try other.runFile("\(folder)/restore.sql", copy, in: folder, options: ["--local-infile=1"])
    #expect(made.output.hasSuffix("restored\n"), "\(made)")
    try expectEqualDatabases(copy, of: other, and: original)
  }
}
