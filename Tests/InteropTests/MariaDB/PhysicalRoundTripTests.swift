import CoffreTestKit
import Testing

/// Files of a running server go through the repository, and a server starts on them.
@Suite("MariaDB by its files", .timeLimit(.minutes(10)))
struct PhysicalRoundTripTests {
  /// Starts a server on a folder that was restored.
  private func serve(_ folder: String) throws -> MariaDBServer {
    var options = MariaDBServer.Options()
    options.data = folder
    return try MariaDBServer(options)
  }

  @Test func `a server that is written to comes back as it was at one moment`() throws {
    let server = try MariaDBServer()
    let physical = try PhysicalWorkshop(server)
    let everything = try MariaDBFixture.makeEverything(in: server)
    let name = try server.createDatabase("bank")
    let bank = try MariaDBBank(in: server, database: name)
    // Rows that lie in memory alone are in no file.
    let original = try MariaDBState(of: everything, in: server, without: ["in_memory"])
    let writer = try bank.startWriter()
    try writer.waitForTransfers(50)
    let before = try bank.transfers()
    let backup = try physical.backUp()
    try writer.waitForTransfers(20)
    let after = try bank.transfers()
    writer.end()
    #expect(backup.status == 0, "\(backup)")
    #expect(physical.leftovers == [])

    let restore = try physical.restore()
    #expect(restore.status == 0, "\(restore)")
    #expect("\(restore)".contains("a server opened it"), "\(restore)")
    #expect(physical.leftovers == [])
    let other = try serve(physical.target)
    try expectEqualDatabases(everything, of: other, and: original, without: ["in_memory"])
    #expect(try bank.problems(of: other) == [])
    let copied = Int(try other.run("SELECT COUNT(*) FROM transfer", name)) ?? -1
    #expect(copied >= before && copied < after, "\(copied) transfers, \(before) before and \(after) after the backup")
  }

  @Test func `the manifest names what is in it, and where the log was`() throws {
    let physical = try PhysicalWorkshop(PhysicalWorkshop.sharedServer())
    let backup = try physical.backUp()
    try #require(backup.status == 0, "\(backup)")
    let folder = "/@mariadb-physical/\(Workshop.mariadbName)"
    #expect(try Set(physical.workshop.paths()).isSuperset(of: ["\(folder)/backup.xb", "\(folder)/manifest.json"]))
    let printed = try physical.workshop.coffre(["snapshot", "dump", "latest", "\(folder)/manifest.json"])
    let manifest = try JSONValue(printed.output)
    #expect(manifest["complete"]?.bool == true)
    let databases = manifest["databases"]?.array ?? []
    func tables(_ name: String) -> [String] {
      databases.first { $0["name"]?.text == name }?["imaged"]?.array.compactMap(\.text) ?? []
    }
    #expect(tables("shop") == ["isam", "orders"], "\(printed)")
    #expect(tables("é/odd name") == ["t/1 'x'"], "\(printed)")
    #expect(databases.contains { $0["name"]?.text == "nothing" })
    #expect(tables("mysql").contains("proc"))
    let listed = try physical.workshop.coffre(["snapshot", "tables", "latest"])
    #expect(listed.output.contains("t/1 'x'") && listed.output.contains("orders"), "\(listed)")
    let position = manifest["instant"]?.array.first?["position"]?.text ?? ""
    #expect(position.contains("bin.0") && position.contains("lsn "), "\(position)")
  }

  /// With the vendor's programs alone.
  @Test(arguments: Tool.restics)
  func `a backup comes back without Coffre`(_ restic: ResticProgram) throws {
    let server = try PhysicalWorkshop.sharedServer()
    let physical = try PhysicalWorkshop(server)
    let backup = try physical.backUp()
    try #require(backup.status == 0, "\(backup)")
    let files = "\(physical.workshop.path)/files"
    try physical.workshop.resticRestore(restic, "latest", to: files)
    try makeRealFolder(physical.target)
    var settings = ProgramSettings()
    settings.input = "\(files)/@mariadb-physical/\(Workshop.mariadbName)/backup.xb"
    let extracted = try Tool.named("mbstream", package: "mariadb-backup").run(["-x", "-C", physical.target], settings)
    #expect(extracted.isSuccess, "\(extracted)")
    let prepared = try Tool.named("mariadb-backup", package: "mariadb-backup").run(
      ["--no-defaults", "--prepare", "--target-dir=\(physical.target)"])
    #expect(prepared.isSuccess, "\(prepared)")
    let other = try serve(physical.target)
    #expect(try other.checksums("shop") == server.checksums("shop"))
    #expect(try other.checksums("é/odd name") == server.checksums("é/odd name"))
  }

  @Test func `source test tells what a backup would meet`() throws {
    let physical = try PhysicalWorkshop(PhysicalWorkshop.sharedServer())
    let probe = try physical.coffre(["source", "test", physical.url])
    #expect(probe.status == 0, "\(probe)")
    #expect("\(probe)".contains(physical.server.dataFolder), "\(probe)")
    let login = try physical.server.createUser("weak", ["SELECT ON *.*"])
    let address = "mariadb-physical://\(login.user)@127.0.0.1:\(physical.server.port.number)"
    let weak = try physical.coffre(["source", "test", address], password: login.password)
    #expect(weak.status == 22 && "\(weak)".contains("RELOAD"), "\(weak)")
  }
}
