import CoffreCore
import CoffreTestKit
import OpenSSLKit
import Testing

@testable import CoffreRepository

/// A backup that dies at any of its writes leaves a sound repository, all that was there, and the way free.
@Suite("Crash points")
struct CrashPointTests {
  private let before: [PathBytes: MemoryRestore.Item]
  private let after: [PathBytes: MemoryRestore.Item]
  private let start: MemoryStore.Contents

  init() throws {
    before = try BackupSample.restored(BackupSample.first)
    after = try BackupSample.restored(BackupSample.second)
    start = try BackupSample.store().contents
  }

  /// Tries the backup again and again, each time dying one write later, until it outlives them all: packs are filled at
  /// random, so the number of writes is not known.
  private func forEachDeath(
    leaving remains: FaultyStore.Remains, indexInterval: Duration = .seconds(10), delay: Duration? = nil,
    _ body: (MemoryStore, FaultyStore, Int, Result<ArchiveResult, any Error>) throws -> Void
  ) throws {
    for call in 1...200 {
      let memory = MemoryStore(start)
      let store = FaultyStore(memory)
      store.crash(at: call, leaving: remains)
      let result = Result { try BackupSample.backUpSecond(in: store, indexInterval: indexInterval, delay: delay) }
      guard store.isDead else {
        #expect(call > 7, "a lock, packs, an index, a snapshot: these are more writes than \(call)")
        return
      }
      try body(memory, store, call, result)
    }
    Issue.record("it never came to its end")
  }

  private func writes() throws -> Int {
    let store = FaultyStore(MemoryStore(start))
    try BackupSample.backUpSecond(in: store)
    return store.mutatingCalls
  }

  /// What must hold after any death.
  private func expectSound(_ store: MemoryStore, _ what: String) throws {
    let comment = Comment(rawValue: what)
    let repository = try Repository.opened(store)
    let examination = try repository.examined()
    #expect(examination.isSound, Comment(rawValue: "\(what)\n\(examination.text)"))
    let whole = try repository.restoredWhole()
    #expect(whole.first == before, comment)
    #expect(whole.count == 1 || (whole.count == 2 && whole[1] == after), comment)

    try BackupSample.backUpSecond(in: store, time: 1_700_009_000)
    #expect(try repository.examined().isSound, comment)
    #expect(try repository.restoredWhole().last == after, comment)
  }

  @Test(arguments: [FaultyStore.Remains.nothing, .whole, .leftover(0), .leftover(37)])
  func `at every write the repository stays sound, and the next backup goes well`(_ remains: FaultyStore.Remains) throws
  {
    try forEachDeath(leaving: remains) { memory, store, call, result in
      if memory.paths(in: "snapshots").count < 2 {
        #expect(throws: (any Error).self, "call \(call)") { try result.get() }
      }
      try expectSound(memory, "dead at write \(call), which left \(remains)")
    }
  }

  @Test func `with an index every few milliseconds too`() throws {
    try forEachDeath(leaving: .nothing, indexInterval: .milliseconds(2), delay: .milliseconds(1)) {
      memory, _, call, _ in
      try expectSound(memory, "dead at write \(call)")
    }
  }

  /// A store that is not atomic breaks its contract; what it leaves must be told, and half a pack does no harm at all.
  @Test func `half an object under its final name is told, and never used`() throws {
    for kept in [0, 1, 40] {
      try forEachDeath(leaving: .partial(kept)) { memory, _, call, _ in
        let hasher = SHA256Hasher()
        let broken = memory.contents.filter { path, bytes in
          path != "config" && hasher.hash(bytes.span).description != StoreKey(path).name
        }
        // A lock of no length holds nobody.
        guard let path = broken.keys.first, !path.hasPrefix("data"), kept > 0 || !path.hasPrefix("locks") else {
          return try expectSound(memory, "dead at write \(call), half an object of \(kept) bytes")
        }
        // The check reads no locks of others.
        let isNamed = try Repository.opened(memory).examined().names(path)
        #expect(isNamed || path.hasPrefix("locks"), "\(path) is not named")
        // A damaged snapshot hides no other and hinders nobody.
        if !path.hasPrefix("snapshots") {
          let error = #expect(throws: RepositoryError.self) { try BackupSample.backUpSecond(in: memory) }
          #expect(error?.text.contains(path) == true)
        }
        memory[path] = nil
        try expectSound(memory, "without the broken \(path)")
      }
    }
  }

  // MARK: A store that fails without dying

  @Test(arguments: [StoreError.Reason.failed, .unreachable, .noPermission, .refused])
  func `a write that fails ends the backup with its reason`(_ reason: StoreError.Reason) throws {
    for call in 1...(try writes()) {
      for isDone in [false, true] {
        let memory = MemoryStore(start)
        let store = FaultyStore(memory)
        let effect: FaultyStore.Effect = isDone ? .failAfterwards(reason) : .fail(reason)
        store.add(FaultyStore.Rule([.save], calls: call...call, effect))
        do {
          try BackupSample.backUpSecond(in: store)
        } catch {
          #expect((error as? StoreError)?.reason == reason, "save \(call): \(error)")
        }
        #expect(memory.paths(in: "locks").isEmpty || (isDone && call == 1))
        for path in memory.paths(in: "locks") { memory[path] = nil }
        try expectSound(memory, "save \(call) failed with \(reason)")
      }
    }
  }

  @Test func `a full store ends the backup with its exit code and leaves whole objects only`() throws {
    let needed = try total(of: BackupSample.second)
    for space in stride(from: Int64(0), through: needed + 4000, by: 1700) {
      let memory = MemoryStore(start)
      let store = FaultyStore(memory)
      store.limitSpace(to: space)
      var isDone = false
      do {
        try BackupSample.backUpSecond(in: store)
        isDone = true
      } catch {
        #expect((error as? any Explained)?.exitCode == .noSpace, "space \(space): \(error)")
        #expect(memory.paths(in: "snapshots").count == 1)
      }
      #expect(isDone == (memory.paths(in: "snapshots").count == 2))
      let hasher = SHA256Hasher()
      for (path, bytes) in memory.contents where path != "config" {
        #expect(hasher.hash(bytes.span).description == StoreKey(path).name, "\(path) is half-written")
      }
      #expect(memory.paths(in: "locks").isEmpty)
      try expectSound(memory, "with space for \(space) bytes")
    }
  }

  private func total(of entries: [MemoryEntry]) throws -> Int64 {
    let memory = MemoryStore(start)
    try BackupSample.backUpSecond(in: memory)
    return Int64(memory.contents.values.reduce(0) { $0 + $1.count } - start.values.reduce(0) { $0 + $1.count })
  }

  // MARK: What was saved is used again

  @Test func `what an index named before the death is not stored again`() throws {
    let memory = MemoryStore(start)
    let store = FaultyStore(memory)
    // Dead at the snapshot: everything else is there.
    store.add(FaultyStore.Rule([.save], below: "snapshots", .fail(.unreachable)))
    #expect(throws: StoreError.self) { try BackupSample.backUpSecond(in: store) }
    let packs = memory.paths(in: "data")
    let result = try BackupSample.backUpSecond(in: memory)
    #expect(memory.paths(in: "data") == packs)
    #expect(result.summary.dataBlobs == 0 && result.summary.treeBlobs == 0)
  }
}
