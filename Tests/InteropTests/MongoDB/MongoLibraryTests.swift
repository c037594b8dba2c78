import CoffreTestKit
import MongoKit
import Testing

/// MongoDB's library comes with the first address of MongoDB's, and nobody else notices that there is one.
@Suite("MongoDB's library", .timeLimit(.minutes(10)))
struct MongoLibraryTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  private static func isNamed(in text: String) -> Bool { text.contains("mongo") || text.contains("bson") }

  @Test func `the program is not linked with it`() throws {
    let linked = try Tool.named("ldd", package: "libc-bin").run([Tool.coffre().path])
    #expect(linked.isSuccess && linked.output.contains("libmariadb"), "\(linked)")
    #expect(!Self.isNamed(in: linked.output), "\(linked)")
  }

  @Test func `it is loaded for MongoDB's addresses alone`() throws {
    // The loader tells each file that it opens.
    func loaded(_ arguments: [String]) throws -> ProgramOutcome {
      try workshop.coffre(arguments) { $0.environment["LD_DEBUG"] = "files" }
    }
    let version = try loaded(["--version"])
    #expect(version.isSuccess && version.errors.contains("libmariadb"), "\(version)")
    #expect(!Self.isNamed(in: version.errors), "\(version)")
    let files = try loaded(["backup", workshop.passwordFile])
    #expect(files.isSuccess, "\(files)")
    #expect(!Self.isNamed(in: files.errors), "\(files)")
    let port = try LoopbackPort.free().number
    let database = try loaded(["source", "test", "mongodb://127.0.0.1:\(port)/?serverSelectionTimeoutMS=1"])
    #expect(database.status == 14 && database.errors.contains("libmongoc-1.0.so.0"), "\(database)")
  }

  enum Broken: CaseIterable { case noLibrary, otherLibrary }

  @Test(arguments: Broken.allCases)
  func `without it, everything of MongoDB's says what to install`(_ fault: Broken) throws {
    let server = try MongoServer.shared()
    let database = server.newName("library")
    defer { try? server.dropDatabase(database) }
    try server.run(["insert": "c", "documents": [["_id": 1]]], in: database)
    let snapshot = try #require(try workshop.backUp(database, of: server).snapshot)
    let folder = "\(workshop.path)/libraries"
    try makeRealFolder(folder)
    let library = "\(folder)/libmongoc-1.0.so.0"
    switch fault {
    case .noLibrary: try writeRealFile(library, "")
    case .otherLibrary:
      // One that lacks what is needed, as a version to come may.
      try writeRealFile("\(folder)/empty.c", "void nothing(void) {}\n")
      let made = try Tool.named("clang", package: "clang").run(["-shared", "-o", library, "\(folder)/empty.c"])
      try #require(made.isSuccess, "\(made)")
    }
    for arguments in [
      ["source", "test", server.url(database)], ["backup", server.url(database)],
      ["restore", snapshot, "--to", server.url("again_\(database)")], ["snapshot", "rows", snapshot, "c"],
    ] {
      let outcome = try workshop.coffre(arguments) { $0.environment["LD_LIBRARY_PATH"] = folder }
      #expect(outcome.status == 20, "\(outcome)")
      #expect(outcome.errors.contains("apt install libmongoc-1.0-0"), "\(outcome)")
    }
    // What needs no library does not miss it.
    let tables = try workshop.coffre(["snapshot", "tables", snapshot]) { $0.environment["LD_LIBRARY_PATH"] = folder }
    #expect(tables.isSuccess, "\(tables)")
    #expect(workshop.snapshotIDs == [snapshot])
  }
}
