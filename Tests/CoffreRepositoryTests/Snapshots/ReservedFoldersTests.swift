import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Reserved folders of snapshots")
struct ReservedFoldersTests {
  private let repository: Repository
  private let kinds = ReservedFolders(kinds: ["@postgresql", "@mariadb"], marker: "manifest.json")

  init() throws { repository = try Repository.forTest(in: MemoryStore()) }

  private func loader() throws -> BlobLoader {
    BlobLoader(repository: repository, index: try repository.loadIndex(cancellation: Cancellation()).index)
  }

  private func find(
    _ text: String = "latest", _ folders: ReservedFolders? = nil, filter: SnapshotFilter = SnapshotFilter(),
    demandsOneGroup: Bool = true
  ) throws -> (snapshot: StoredSnapshot, folders: [ReservedFolders.Folder]) {
    try repository.findSnapshot(
      text, holding: folders ?? kinds, filter: filter, demandsOneGroup: demandsOneGroup, with: loader()
    ) { _ in }
  }

  private func backUp(_ database: StoredDatabase, time: Int64) throws {
    try repository.backUp(database.session, time: time, parent: false)
  }

  @Test func `the newest snapshot with such a folder is found, whatever came later`() throws {
    try backUp(StoredDatabase([]), time: 1_700_000_100)
    try backUp(StoredDatabase([]), time: 1_700_000_200)
    try repository.backUp([.file("newer", "x")], time: 1_700_000_300)
    let unmarked = MemorySession(
      [.directory("@postgresql", [.directory("server", [])])], paths: ["/@postgresql/server"])
    try repository.backUp(unmarked, time: 1_700_000_400, parent: false)
    let found = try find()
    #expect(found.snapshot.snapshot.time.seconds == 1_700_000_200)
    #expect(found.folders.map(\.text) == ["/@postgresql/db.example.org-5432"])
  }

  @Test func `several hosts and paths are too many for a restore, not for a question`() throws {
    try backUp(StoredDatabase([]), time: 1_700_000_100)
    var other = StoredDatabase([])
    other.server = "other-5432"
    try backUp(other, time: 1_700_000_200)
    let error = #expect(throws: RepositoryError.self) { _ = try find() }
    #expect(error?.exitCode == .usage)
    let cause = error?.explanation.cause?.description ?? ""
    #expect(cause.contains("db.example.org-5432") && cause.contains("other-5432"))
    #expect(try find(demandsOneGroup: false).folders.map(\.text) == ["/@postgresql/other-5432"])
    var named = kinds
    named.names = [Array("db.example.org-5432".utf8)]
    #expect(try find("latest", named).folders.map(\.text) == ["/@postgresql/db.example.org-5432"])
    #expect(try find(filter: SnapshotFilter(paths: other.paths)).folders.map(\.text) == ["/@postgresql/other-5432"])
  }

  @Test func `some lie as deep as a path`() throws {
    let marker = MemoryEntry.file("manifest.json", "{}")
    let session = MemorySession(
      [
        .directory(
          "@sqlite",
          [
            .directory("srv", [.directory("app", [.directory("data.db", [marker, .directory("inner", [marker])])])]),
            .directory("other", [.directory("x.db", [marker])]),
          ])
      ], paths: ["/@sqlite/srv/app/data.db"])
    try repository.backUp(session, time: 1_700_000_100, parent: false)
    var deep = ReservedFolders(kinds: ["@sqlite"], deepKinds: ["@sqlite"], marker: "manifest.json")
    #expect(try find("latest", deep).folders.map(\.text) == ["/@sqlite/other/x.db", "/@sqlite/srv/app/data.db"])
    deep.names = ["srv", "app", "data.db"].map { Array($0.utf8) }
    let found = try find("latest", deep).folders
    #expect(found.map(\.text) == ["/@sqlite/srv/app/data.db"])
    #expect(found.first?.path.count == 4)
    deep.names = [Array("srv".utf8), Array("app".utf8)]
    #expect(throws: ReservedFolderError.self) { _ = try find("latest", deep) }
    #expect(throws: ReservedFolderError.self) {
      _ = try find("latest", ReservedFolders(kinds: ["@sqlite"], marker: "manifest.json"))
    }
  }

  @Test func `a snapshot that is named must hold one`() throws {
    try repository.backUp([.file("x", "x")])
    let id = try #require(try repository.soundSnapshots().last).id
    let error = #expect(throws: ReservedFolderError.self) { _ = try find(id.description) }
    #expect(error == .absent(snapshot: id.short, kinds) && error?.exitCode == .failed)
    #expect(throws: ReservedFolderError.absent(snapshot: nil, kinds)) { _ = try find() }
  }

  @Test func `of several folders one must be chosen`() throws {
    let marker = MemoryEntry.file("manifest.json", "{}")
    let session = MemorySession(
      [
        .directory("@mariadb", [.directory("a", [marker])]),
        .directory("@postgresql", [.directory("a", [marker]), .directory("b", [marker]), .directory("c", [])]),
      ], paths: ["/"])
    try repository.backUp(session, time: 1_700_000_100, parent: false)
    let found = try find()
    #expect(found.folders.map(\.text) == ["/@postgresql/a", "/@postgresql/b", "/@mariadb/a"])
    let error = #expect(throws: ReservedFolderError.self) {
      try ReservedFolders.Folder.only(found.folders, of: found.snapshot)
    }
    #expect(error?.exitCode == .usage)
  }
}
