import CoffreTestKit
import Testing

/// Folders of servers among other files.
@Suite("Files of a running MariaDB", .timeLimit(.minutes(10)))
struct RunningDatabaseTests {
  @Test func `they are refused unless somebody insists, or the server is stopped`() throws {
    let server = try MariaDBServer()
    let workshop = try Workshop()
    let alone = try workshop.coffreJSON(["backup", server.dataFolder])
    #expect(alone.status == 1, "\(alone)")
    #expect("\(alone)".contains("mariadb-physical://"), "\(alone)")
    #expect(workshop.snapshotIDs.isEmpty)

    // What lies beside them is worth having.
    let beside = try workshop.coffreJSON(["backup", server.scratch.path])
    #expect(beside.status == 3, "\(beside)")
    #expect("\(beside)".contains("torn"), "\(beside)")
    let paths = try workshop.paths()
    #expect(paths.contains("\(server.scratch.path)/my.cnf"))
    #expect(!paths.contains("\(server.dataFolder)/ibdata1"))

    let excluded = try workshop.coffreJSON(["backup", server.scratch.path, "--exclude", server.dataFolder])
    #expect(excluded.status == 0, "\(excluded)")
    let insisted = try workshop.coffreJSON(["backup", server.dataFolder, "--allow-running-database"])
    #expect(insisted.status == 0 || insisted.status == 3, "\(insisted)")
    #expect(try workshop.paths().contains("\(server.dataFolder)/ibdata1"))

    server.stop()
    let stopped = try workshop.coffreJSON(["backup", server.dataFolder])
    #expect(stopped.status == 0, "\(stopped)")
  }
}
