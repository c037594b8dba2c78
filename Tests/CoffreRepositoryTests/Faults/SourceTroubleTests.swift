import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Sources in trouble")
struct SourceTroubleTests {
  private let store: MemoryStore
  private let repository: Repository
  private let good: [MemoryEntry] = [.file("good", "good"), .directory("also", [.file("fine", "fine")])]

  init() throws {
    store = MemoryStore()
    repository = try Repository.forTest(in: store)
  }

  private func backUp(_ entries: [MemoryEntry]) throws -> (EventLog, [PathBytes: MemoryRestore.Item]) {
    let events = EventLog()
    let session = MemorySession(entries)
    let result = try repository.backUp(session, events: events)
    #expect(session.counts.isFinished && session.counts.closings == 1)
    #expect(try repository.examined().isSound)
    let made = try repository.soundSnapshots().first { $0.id == result.snapshotID }
    return (events, try repository.restored(try #require(made)))
  }

  private func expectGood(_ items: [PathBytes: MemoryRestore.Item]) {
    #expect(items[Array("/good".utf8)]?.content == Array("good".utf8))
    #expect(items[Array("/also/fine".utf8)]?.content == Array("fine".utf8))
  }

  @Test func `what cannot be opened, listed or read is named and left out`() throws {
    let troubled: [MemoryEntry] = [
      MemoryEntry.file("bad", "bad").failing { $0.open = .noPermission },
      MemoryEntry.file("bad", "bad content").failing { $0.readAfter = (3, .failed) },
      MemoryEntry.directory("bad", [.file("x", "x")]).failing { $0.open = .noPermission },
      MemoryEntry.directory("bad", [.file("x", "x")]).failing { $0.list = .failed },
    ]
    for entry in troubled {
      let (events, items) = try backUp(good + [entry])
      expectGood(items)
      #expect(events.has("unreadable", "/bad"), Comment(rawValue: events.text))
      #expect(events.losses.count == 1)
      #expect(!items.keys.contains { $0.starts(with: Array("/bad".utf8)) })
    }
  }

  @Test func `what vanished is named, and is no loss`() throws {
    let (events, items) = try backUp(good + [MemoryEntry.file("gone", "gone").failing { $0.open = .vanished }])
    expectGood(items)
    #expect(events.has("vanished", "/gone") && events.losses.isEmpty)
  }

  @Test func `a file that changes once is read again; one that always changes is stored with a warning`() throws {
    let (calm, items) = try backUp(good + [MemoryEntry.file("log", "line").failing { $0.changingReadings = 1 }])
    #expect(calm.warnings.isEmpty, Comment(rawValue: calm.text))
    #expect(items[Array("/log".utf8)]?.content == Array("line".utf8))
    let (told, restless) = try backUp(good + [MemoryEntry.file("restless", "line").failing { $0.changingReadings = 9 }])
    #expect(told.has("changed-while-read", "/restless") && told.losses.isEmpty)
    #expect(restless[Array("/restless".utf8)] != nil)
  }

  @Test func `the parts of a file are joined in their order`() throws {
    let parts = (0..<5).map { BackupSample.noise(1000 * $0, seed: UInt64($0)) }
    let (events, items) = try backUp([MemoryEntry.file("parted", []).with { $0.parts = parts }])
    #expect(events.warnings.isEmpty)
    #expect(items[Array("/parted".utf8)]?.content == parts.flatMap { $0 })
  }

  @Test func `one part that fails leaves the whole file out`() throws {
    let entry = MemoryEntry.file("parted", []).with { entry in
      entry.parts = [[1, 2], [3, 4], [5]]
      entry.faults.readAfter = (2, .failed)
    }
    let (events, items) = try backUp(good + [entry])
    expectGood(items)
    #expect(items[Array("/parted".utf8)] == nil && events.losses.count == 1, Comment(rawValue: events.text))
  }

  @Test func `a root that cannot be listed, or a view that was not whole, makes no snapshot`() throws {
    #expect(throws: SourceError.self) { try repository.backUp(MemorySession(good, finishing: .failed)) }
    #expect(store.paths(in: "snapshots").isEmpty)
    #expect(try repository.examined().isSound)
    // What was read is there for the next run.
    let packs = store.paths(in: "data")
    let (_, items) = try backUp(good)
    expectGood(items)
    #expect(store.paths(in: "data") == packs)
  }

  @Test func `a cancelled backup keeps what it read, names it in an index, and makes no snapshot`() throws {
    let cancellation = Cancellation()
    let stopper = MemoryEntry.file("z", "z").failing { $0.willRead = { cancellation.cancel(.interrupted) } }
    #expect(throws: Cancelled(reason: .interrupted)) {
      try repository.backUp(
        MemorySession([.directory("a", good), .directory("z", [stopper, .file("zz", "never")])]),
        cancellation: cancellation
      ) { $0.threadCount = 1 }
    }
    #expect(store.paths(in: "snapshots").isEmpty)
    #expect(try repository.examined().isSound)
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    #expect(index.contains(repository.makeCodec().hashed(Array("good".utf8)), .data))
  }

  @Test func `a target that refuses one file loses that file, by name, and no other`() throws {
    try repository.backUp(good + [.file("refused", "refused")])
    let snapshot = try #require(try repository.soundSnapshots().last)
    let target = MemoryRestore { $0 == Array("/refused".utf8) ? .failed : nil }
    let events = EventLog()
    try repository.restore(snapshot, to: target, events: events)
    #expect(events.has("not-restored", "/refused") && events.losses.count == 1)
    expectGood(target.items)
    #expect(target.items[Array("/refused".utf8)] == nil)
  }

  @Test func `a target that is full ends the restore with its exit code`() throws {
    try repository.backUp(good)
    let snapshot = try #require(try repository.soundSnapshots().last)
    let error = #expect(throws: SourceError.self) {
      try repository.restore(snapshot, to: MemoryRestore { _ in .noSpace })
    }
    #expect(error?.exitCode == .noSpace)
  }
}
