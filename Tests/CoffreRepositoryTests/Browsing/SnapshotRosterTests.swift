import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("The snapshots of now")
struct SnapshotRosterTests {
  private let store = MemoryStore()
  private let repository: Repository

  init() throws {
    repository = try Repository.forTest(in: store)
    try repository.backUp([.file("a", "a")], time: 1_700_001_000)
  }

  @Test func `come and go with their files`() throws {
    let roster = SnapshotRoster(of: repository)
    #expect(roster.snapshots.isEmpty)
    #expect(try roster.refresh { _ in } == .added)
    #expect(try roster.refresh { _ in } == .none)
    try repository.backUp([.file("b", "b")], time: 1_600_000_000)
    #expect(try roster.refresh { _ in } == .added)
    #expect(roster.snapshots.map(\.snapshot.time.seconds) == [1_600_000_000, 1_700_001_000])
    store[ObjectKind.snapshot.storeKey(of: roster.snapshots[0].id).path] = nil
    #expect(try roster.refresh { _ in } == .removed)
    #expect(roster.snapshots.map(\.snapshot.time.seconds) == [1_700_001_000])
  }

  @Test func `that are known are not read again`() throws {
    let recording = RecordingStore(store)
    let roster = SnapshotRoster(of: try Repository.opened(recording))
    _ = try roster.refresh { _ in }
    let before = recording.calls.count { $0.action == .load }
    _ = try roster.refresh { _ in }
    #expect(recording.calls.count { $0.action == .load } == before)
  }

  @Test func `stay as they were if there is no list`() throws {
    let faulty = FaultyStore(store)
    let roster = SnapshotRoster(of: try Repository.opened(faulty))
    _ = try roster.refresh { _ in }
    faulty.add(FaultyStore.Rule([.list], below: "snapshots", .fail(.unreachable)))
    #expect(throws: StoreError.self) { try roster.refresh { _ in } }
    #expect(roster.snapshots.count == 1)
  }

  @Test func `that are damaged are told once and hide no other`() throws {
    try repository.backUp([.file("b", "b")], time: 1_700_002_000)
    let path = try #require(store.paths(in: "snapshots").first)
    store[path]?[20] ^= 1
    let roster = SnapshotRoster(of: repository)
    var told: [RepositoryError] = []
    for _ in 0..<3 { _ = try roster.refresh { told.append($0) } }
    #expect(told.count == 1 && roster.snapshots.count == 1)
    store[path]?[20] ^= 1
    #expect(try roster.refresh { _ in } == .added)
    #expect(roster.snapshots.count == 2)
  }

  @Test func `are those that match`() throws {
    let roster = SnapshotRoster(of: repository, filter: SnapshotFilter(hosts: ["elsewhere"]))
    _ = try roster.refresh { _ in }
    #expect(roster.snapshots.isEmpty)
  }
}
