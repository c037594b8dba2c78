import CoffreTestKit
import Testing

/// Debian ships no SQL of PostgreSQL's regression tests. The kinds of objects that they make stand in a fixture, and so do
/// all objects that PostgreSQL's own extensions make.
@Suite("PostgreSQL's own objects", .timeLimit(.minutes(10)))
struct VendorObjectsTests {
  @Test(arguments: Tool.restics.prefix(1))
  func `they come back, with Coffre and without`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    let server = try PostgresServer.shared()
    let database = try PostgresFixture.makeRegression(in: server)
    defer { try? server.dropDatabase(database) }
    let original = try server.dump(database)
    // Two dumps with little in them would be equal, too.
    #expect(original.lines.count > 20_000)
    let backup = try workshop.backUp(database, of: server)
    let manifest = try workshop.manifest()
    #expect(manifest["complete"]?.bool == true && manifest["missed"]?.array.isEmpty == true, "\(backup)")
    let found = manifest["databases"]?.array.first?["objects"]
    for (kind, least) in [
      ("function", 1000), ("window function", 2), ("operator", 300), ("operator class", 90), ("operator family", 70),
      ("cast", 30), ("base type", 25), ("access method", 1), ("aggregate", 6), ("range", 2), ("domain", 5),
    ] {
      #expect(try #require(found?[kind]?.int, "\(kind)") >= least, "\(kind)")
    }

    let copy = "again_\(database)"
    let restore = try workshop.restore(try #require(backup.snapshot), to: copy, of: server)
    defer { try? server.dropDatabase(copy) }
    #expect(restore.status == 0, "\(restore)")
    try expectEqual(copy, of: server, and: original)

    let folder = "\(workshop.path)/restored"
    try workshop.resticRestore(restic, "latest", to: folder)
    let byHand = try server.createDatabase("by_hand")
    defer { try? server.dropDatabase(byHand) }
    let made = try server.psqlFile(
      "restore.sql", byHand, in: "\(folder)\(Workshop.databasesFolder)/\(database)")
    #expect(made.output.hasSuffix("restored\n"), "\(made)")
    try expectEqual(byHand, of: server, and: original)
  }

  private func expectEqual(_ copy: String, of server: PostgresServer, and original: PostgresDump) throws {
    let difference = try server.dump(copy).withoutOrder.difference(from: original.withoutOrder)
    #expect(difference == nil, "\(difference ?? "")")
  }
}
