import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// A store that fails, lies or garbles while it is read: reported, never a crash, never a wrong result.
@Suite("A store that reads badly")
struct ReadingFaultTests {
  private let tiny: TinyRepository

  init() throws { tiny = try TinyRepository.make() }

  private func faulty(_ rules: FaultyStore.Rule...) -> FaultyStore {
    let store = FaultyStore(tiny.store())
    for rule in rules { store.add(rule) }
    return store
  }

  private func expectDetected(_ store: any Store, _ what: String) {
    let verdict = tiny.judge(store)
    guard case .detected = verdict else {
      Issue.record("\(what): \(verdict)")
      return
    }
  }

  static let folders = ["config", "keys", "snapshots", "index", "data"]
  static let reasons: [StoreError.Reason] = [.failed, .notFound, .truncated, .unreachable, .noPermission, .refused]

  // MARK: Loading

  @Test(arguments: folders, reasons)
  func `loads that fail are told`(_ folder: String, _ reason: StoreError.Reason) throws {
    let store = faulty(FaultyStore.Rule([.load], below: folder, .fail(reason)))
    if folder == "snapshots", reason == .notFound {
      // Forgotten since it was listed: what others do.
      #expect(try Repository.opened(store).soundSnapshots().isEmpty)
    } else {
      expectDetected(store, "\(folder) \(reason)")
    }
  }

  @Test(arguments: folders)
  func `one load that fails, whichever, is told or does no harm`(_ folder: String) {
    for call in 1...8 {
      let verdict = tiny.judge(faulty(FaultyStore.Rule([.load], below: folder, calls: call...call, .fail(.failed))))
      if case .wrong(let text) = verdict, !text.hasPrefix("the check found nothing") {
        Issue.record("load \(call) below \(folder): \(text)")
      }
    }
  }

  @Test func `bytes that change on their way are never restored`() {
    for folder in Self.folders {
      for position in [0, 1, 17, 40, 100] {
        let store = faulty(
          FaultyStore.Rule(
            [.load], below: folder, .corrupt { bytes in if position < bytes.count { bytes[position] ^= 4 } }))
        expectDetected(store, "\(folder), byte \(position)")
      }
    }
  }

  @Test func `the check goes on past one object that cannot be read, and names it`() throws {
    for folder in ["keys", "snapshots", "index", "data"] {
      for path in tiny.store().paths(in: folder) {
        for reason in [StoreError.Reason.failed, .truncated] {
          let store = faulty(FaultyStore.Rule([.load], below: path, .fail(reason)))
          // The key must open the repository first.
          let repository = Repository(
            store: store, config: try Repository.opened(tiny.store()).config,
            keyID: digest(1), masterKey: try Repository.opened(tiny.store()).masterKey)
          let examination = try repository.examined()
          #expect(examination.names(StoreKey(path).name), "\(path) \(reason): \(examination.text)")
          #expect(examination.counters.phase == "data", "it did not come to its end")
        }
      }
    }
  }

  @Test func `a key that cannot be read does not keep another from opening`() throws {
    let memory = tiny.store()
    for id in [Digest(words: 0, 0, 0, 1), Digest(words: .max, 0, 0, 1)] {
      memory[ObjectKind.key.storeKey(of: id).path] = [1]
      for reason in [StoreError.Reason.failed, .truncated] {
        let store = FaultyStore(memory)
        store.fail(.load, below: ObjectKind.key.storeKey(of: id).path, with: reason)
        _ = try Repository.opened(store)
        let error = #expect(throws: StoreError.self) { try Repository.open(store: store, password: Secret("wrong")) }
        #expect(error?.subject.contains(id.description) == true)
      }
      memory[ObjectKind.key.storeKey(of: id).path] = nil
    }
  }

  @Test func `a store that is gone ends the check with its reason`() throws {
    for folder in ["keys", "snapshots", "index", "data"] {
      let store = FaultyStore(tiny.store())
      let repository = try Repository.opened(store)
      store.fail(.load, below: folder, with: .unreachable)
      let error = #expect(throws: StoreError.self) { try repository.examined() }
      #expect(error?.reason == .unreachable)
    }
  }

  // MARK: Listing

  @Test(arguments: ["keys", "snapshots", "index", "data"])
  func `a list that fails is never read as empty`(_ folder: String) throws {
    for effect in [FaultyStore.Effect.fail(.failed), .failAfterListing(0, .failed), .failAfterListing(1, .unreachable)]
    {
      let store = FaultyStore(tiny.store())
      let repository = try Repository.opened(store)
      store.add(FaultyStore.Rule([.list], below: folder, effect))
      #expect(throws: StoreError.self) { try repository.examined() }
      switch folder {
      case "keys": #expect(throws: StoreError.self) { try Repository.opened(store) }
      case "snapshots":
        #expect(throws: StoreError.self) { try repository.soundSnapshots() }
        #expect(throws: StoreError.self) { try repository.findSnapshot("latest", report: { _ in }) }
        #expect(throws: StoreError.self) { try repository.backUp(TinyRepository.secondEntries, time: 1_700_003_000) }
      case "index":
        #expect(throws: StoreError.self) { try repository.loadIndex(cancellation: Cancellation()) }
        #expect(throws: StoreError.self) { try repository.backUp(TinyRepository.secondEntries, time: 1_700_003_000) }
      default: break
      }
    }
  }

  @Test func `a list that lacks objects is told by what they held`() throws {
    for folder in ["keys", "index", "data"] {
      expectDetected(
        faulty(FaultyStore.Rule([.list], below: folder, .lie { Array($0.sorted { $0.key < $1.key }.dropFirst()) })),
        "\(folder) shortened")
    }
  }

  @Test func `a list that tells of objects that are not there is told`() throws {
    for folder in ["keys", "index", "snapshots"] {
      let kind = try #require(ObjectKind(rawValue: folder))
      let ghost = StoredObject(key: kind.storeKey(of: digest(8)), sizeInBytes: 300)
      let verdict = tiny.judge(faulty(FaultyStore.Rule([.list], below: folder, .lie { $0 + [ghost] })))
      // A key or snapshot may be removed by others between list and load; an index never without the caller's notice.
      if folder == "index" {
        guard case .detected = verdict else {
          Issue.record("\(folder): \(verdict)")
          continue
        }
      } else {
        #expect(verdict == .harmless, "\(folder)")
      }
    }
  }

  @Test func `a list that lies about sizes is told, and costs no memory`() throws {
    for folder in ["keys", "index", "snapshots", "data"] {
      for lie: @Sendable (Int64) -> Int64 in [
        { $0 - 1 }, { _ in 0 }, { $0 + 1 }, { _ in 1 << 40 }, { _ in .max },
      ] {
        let store = faulty(
          FaultyStore.Rule(
            [.list], below: folder,
            .lie { $0.map { StoredObject(key: $0.key, sizeInBytes: lie($0.sizeInBytes)) } }))
        let verdict = tiny.judge(store)
        if case .wrong(let text) = verdict { Issue.record("\(folder): \(text)") }
      }
    }
  }

  // MARK: Backups over troubled reads

  @Test func `a parent whose tree cannot be read costs time, not content`() throws {
    let store = FaultyStore(tiny.store())
    let repository = try Repository.opened(store)
    for rule in [FaultyStore.Effect.fail(.failed), .corrupt { bytes in bytes[bytes.count - 1] ^= 1 }] {
      store.heal()
      store.add(FaultyStore.Rule([.load], below: "data", rule))
      let events = EventLog()
      try repository.backUp(TinyRepository.secondEntries, events: events, time: 1_700_003_000)
      #expect(events.warnings.contains { $0.code == "parent-unreadable" })
      #expect(events.losses.isEmpty)
      store.heal()
      #expect(try repository.restoredWhole().last == tiny.restored[1])
      #expect(try repository.examined().isSound)
    }
  }

  @Test func `a parent blob that no index knows is read and stored again`() throws {
    let memory = tiny.store()
    // The index of the first backup is lost, and with it where its blobs lie.
    let repository = try Repository.opened(memory)
    for path in memory.paths(in: "index") { memory[path] = nil }
    let events = EventLog()
    try repository.backUp(TinyRepository.secondEntries, events: events, time: 1_700_003_000)
    let newest = try #require(try repository.soundSnapshots().last)
    #expect(try repository.restored(newest) == tiny.restored[1])
  }

  @Test func `a damaged index stops a backup before anything is written`() throws {
    let memory = tiny.store()
    memory.edit(try tiny.path(in: "index")) { $0[30] ^= 1 }
    let before = memory.contents
    #expect(throws: RepositoryError.self) {
      try Repository.opened(memory).backUp(TinyRepository.secondEntries, time: 1_700_003_000)
    }
    #expect(memory.contents == before)
  }

  @Test func `a damaged snapshot is named by the next backup, which goes on`() throws {
    let memory = tiny.store()
    let path = try tiny.path(in: "snapshots")
    memory.edit(path) { $0[30] ^= 1 }
    let events = EventLog()
    try Repository.opened(memory).backUp(TinyRepository.secondEntries, events: events, time: 1_700_003_000)
    #expect(events.notes.contains { $0.contains(path) })
    memory[path] = nil
    #expect(try Repository.opened(memory).restoredWhole().last == tiny.restored[1])
  }
}
