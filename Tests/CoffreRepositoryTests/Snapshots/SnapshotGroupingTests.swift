import CoffreCore
import Testing

@testable import CoffreRepository

@Suite("Groups of snapshots")
struct SnapshotGroupingTests {
  private func snapshot(_ host: String, _ paths: [String], _ tags: [String] = [], number: UInt64) -> StoredSnapshot {
    var snapshot = Snapshot(
      time: Timestamp(seconds: Int64(number), nanoseconds: 0), tree: Digest(words: 0, 0, 0, 0), paths: paths)
    snapshot.hostname = host
    snapshot.tags = tags
    return StoredSnapshot(id: Digest(words: 0, 0, 0, number), snapshot: snapshot)
  }

  /// The numbers of the snapshots of each group.
  private func numbers(_ grouping: String, _ snapshots: [StoredSnapshot]) throws -> [[UInt64]] {
    try #require(SnapshotGrouping(grouping)).groups(of: snapshots).map { $0.snapshots.map(\.id.word3) }
  }

  @Test func `hosts and paths make groups, in whatever order the paths are`() throws {
    let snapshots = [
      snapshot("shop", ["/b", "/a"], number: 1), snapshot("desk", ["/a"], number: 2),
      snapshot("shop", ["/a", "/b"], ["x"], number: 3), snapshot("shop", ["/a"], number: 4),
    ]
    #expect(try numbers("host,paths", snapshots) == [[2], [4], [1, 3]])
    #expect(try numbers("paths", snapshots) == [[2, 4], [1, 3]])
    #expect(try numbers("host", snapshots) == [[2], [1, 3, 4]])
    #expect(try numbers("tags", snapshots) == [[1, 2, 4], [3]])
    #expect(try numbers("", snapshots) == [[1, 2, 3, 4]])
    #expect(try numbers("none", snapshots) == [[1, 2, 3, 4]])
  }

  @Test func `tags are sorted first`() throws {
    let snapshots = [snapshot("h", ["/"], ["b", "a"], number: 1), snapshot("h", ["/"], ["a", "b"], number: 2)]
    #expect(try numbers("tags", snapshots) == [[1, 2]])
  }

  @Test func `what looks alike joined together is not the same`() throws {
    let snapshots = [
      snapshot("h", ["/a", "/b"], number: 1), snapshot("h", ["/a"], ["/b"], number: 2),
      snapshot("h", ["/a,/b"], number: 3), snapshot("h", [], ["/a", "/b"], number: 4),
    ]
    #expect(try numbers("host,paths,tags", snapshots).sorted { $0[0] < $1[0] } == [[1], [2], [3], [4]])
  }

  @Test func `two spellings of one name are two groups, and two filters`() throws {
    let snapshots = [snapshot("caf\u{E9}", ["/"], number: 1), snapshot("cafe\u{301}", ["/"], number: 2)]
    #expect(try numbers("host", snapshots).count == 2)
    let filter = SnapshotFilter(hosts: ["caf\u{E9}"])
    #expect(snapshots.filter { filter.matches($0.snapshot) }.map(\.id.word3) == [1])
    let paths = SnapshotFilter(paths: ["/cafe\u{301}"])
    #expect(!paths.matches(snapshot("h", ["/caf\u{E9}"], number: 3).snapshot))
  }

  @Test(arguments: ["host paths", "hosts,size", "HOST", "none,host"])
  func `other words are refused`(_ text: String) { #expect(SnapshotGrouping(text) == nil) }

  @Test func `both numbers of a word are understood`() {
    #expect(SnapshotGrouping("hosts,path,tag") == SnapshotGrouping(byHost: true, byPaths: true, byTags: true))
  }

  @Test func `a heading names what a group has in common`() throws {
    let one = [snapshot("shop", ["/b", "/a"], ["x"], number: 1)]
    for (grouping, text) in [
      ("host,paths", "host 'shop', paths '/a, /b'"), ("tags", "tags 'x'"), ("", "all snapshots"),
    ] {
      let groups = try #require(SnapshotGrouping(grouping)).groups(of: one)
      let group = try #require(groups.first)
      #expect(group.key.forPeople == Message.verbatim(text))
    }
  }
}
