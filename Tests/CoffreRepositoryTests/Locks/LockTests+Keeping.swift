import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// What becomes of a lock while it is held, and at its end.
extension LockTests {
  // MARK: Release

  @Test func `the lock goes at every end`() throws {
    struct Mine: Error {}
    #expect(try locked(request(.exclusive)) { 7 } == 7)
    #expect(lockPaths.isEmpty)
    #expect(throws: Mine.self) { try locked(request(.exclusive)) { throw Mine() } }
    #expect(lockPaths.isEmpty)
    let cancellation = Cancellation()
    #expect(throws: Cancelled.self) {
      try locked(request(.exclusive), cancellation: cancellation) {
        cancellation.cancel(.terminated)
        try cancellation.check()
      }
    }
    #expect(lockPaths.isEmpty)
    #expect(try hasNoRecords)
  }

  @Test func `a lock that cannot be removed does not undo what was done, and its record stays`() throws {
    let faulty = FaultyStore(store)
    faulty.fail(.remove, below: "locks")
    let value = try Repository.opened(faulty).withLock(
      request(.shared), cancellation: Cancellation(), note: { _ in }
    ) { _ in 7 }
    #expect(value == 7)
    #expect(lockPaths.count == 1)
    #expect(try !hasNoRecords)
  }

  // MARK: Keeping

  @Test func `a refresh writes a new lock before it removes the old one`() throws {
    let recording = RecordingStore(store)
    let slow = try Repository.opened(recording)
    recording.forget()
    let pace = LockRequest.Pace(refreshInterval: .milliseconds(30), lossAge: .seconds(60))
    try slow.withLock(request(.exclusive, pace), cancellation: Cancellation(), note: { _ in }) { _ in
      let deadline = Clock.monotonic() + .seconds(120)
      while recording.saves.count < 3, Clock.monotonic() < deadline {
        try pause(for: .milliseconds(10), unless: Cancellation())
      }
    }
    let changes = recording.calls.filter { $0.action == .save || $0.action == .remove }
    #expect(changes.filter { $0.action == .save }.count >= 3)
    #expect(Set(changes.map(\.path)).count == changes.count / 2)
    // At no moment after the first save is there none.
    var held = 0
    for change in changes.dropLast() {
      held += change.action == .save ? 1 : -1
      #expect(held > 0)
    }
    #expect(lockPaths.isEmpty)
    #expect(try hasNoRecords)
  }

  @Test func `a lock that cannot be refreshed for too long ends the job`() throws {
    let faulty = FaultyStore(store)
    let lonely = try Repository.opened(faulty)
    let cancellation = Cancellation()
    let pace = LockRequest.Pace(refreshInterval: .milliseconds(20), lossAge: .milliseconds(100))
    #expect(throws: RepositoryError.lockLost(location: "memory")) {
      try lonely.withLock(request(.shared, pace), cancellation: cancellation, note: { _ in }) { _ in
        faulty.fail(.save, below: "locks", with: .unreachable)
        try pause(for: .seconds(20), unless: cancellation)
      }
    }
    #expect(cancellation.isCancelled)
  }

  @Test func `a refresh that fails once is forgiven`() throws {
    let faulty = FaultyStore(store)
    let pace = LockRequest.Pace(refreshInterval: .milliseconds(20), lossAge: .seconds(20))
    let shaky = try Repository.opened(faulty)
    try shaky.withLock(request(.shared, pace), cancellation: Cancellation(), note: { _ in }) { _ in
      faulty.add(FaultyStore.Rule([.save], below: "locks", calls: 1...2, .fail(.unreachable)))
      try pause(for: .milliseconds(200), unless: Cancellation())
    }
    #expect(lockPaths.isEmpty)
  }

  @Test func `a lock that somebody took away ends the job`() throws {
    let cancellation = Cancellation()
    let pace = LockRequest.Pace(refreshInterval: .milliseconds(20), lossAge: .seconds(60))
    #expect(throws: RepositoryError.lockLost(location: "memory")) {
      try locked(request(.shared, pace), cancellation: cancellation) {
        for path in lockPaths { store[path] = nil }
        try pause(for: .seconds(20), unless: cancellation)
      }
    }
    #expect(lockPaths.isEmpty)
  }

  @Test func `a backup whose lock was taken away makes no snapshot`() throws {
    let cancellation = Cancellation()
    #expect(throws: RepositoryError.lockLost(location: "memory")) {
      try repository.withLock(request(.shared), cancellation: cancellation, note: { _ in }) { confirm in
        try confirm()
        // The last file is read after somebody has removed the lock.
        let thief = MemoryEntry.file("z", "z").failing { faults in
          faults.willRead = { [store] in for path in store.paths(in: "locks") { store[path] = nil } }
        }
        try repository.backUp(MemorySession([.file("a", "a"), thief])) { $0.confirmLock = confirm }
      }
    }
    #expect(store.paths(in: "snapshots").isEmpty)
    #expect(try repository.examined().isSound)
  }

  // MARK: Asking whether it holds

  /// Far away: each question is a request.
  private func confirm(times: Int, trust: Duration) throws -> [RecordingStore.Call] {
    let far = RecordingStore(MemoryStore(store.contents, listsAtOnce: false))
    let distant = try Repository.opened(far)
    let pace = LockRequest.Pace(trust: trust)
    var calls: [RecordingStore.Call] = []
    try distant.withLock(request(.exclusive, pace), cancellation: Cancellation(), note: { _ in }) { confirm in
      far.forget()
      for _ in 0..<times { try confirm() }
      calls = far.calls
    }
    return calls
  }

  @Test func `a lock that a far store has just shown is not asked for again`() throws {
    #expect(try confirm(times: 3, trust: .seconds(60)).isEmpty)
    let asked = try confirm(times: 3, trust: .zero)
    #expect(asked.map(\.action) == [.load, .load, .load] && asked.allSatisfy { $0.folder == "locks" })
  }

  @Test func `once the look is too old a lock that is gone is noticed`() throws {
    let far = MemoryStore(store.contents, listsAtOnce: false)
    let distant = try Repository.opened(far)
    let pace = LockRequest.Pace(trust: .milliseconds(600))
    #expect(throws: RepositoryError.lockLost(location: "memory")) {
      try distant.withLock(request(.shared, pace), cancellation: Cancellation(), note: { _ in }) { confirm in
        for path in far.paths(in: "locks") { far[path] = nil }
        try confirm()
        try pause(for: .milliseconds(700), unless: Cancellation())
        try confirm()
        Issue.record("the lock is gone")
      }
    }
  }

  @Test func `a store that does not keep the lock is found out before anything else is saved`() throws {
    let forgetful = ForgetfulStore(store) { $0.hasPrefix("locks/") }
    let repository = try Repository.opened(forgetful)
    #expect(throws: RepositoryError.lockLost(location: "memory")) {
      try repository.withLock(request(.shared), cancellation: Cancellation(), note: { _ in }) { _ in
        Issue.record("there is no lock")
      }
    }
    #expect(try hasNoRecords)
  }
}

/// A store that takes what it is given, and does not keep some of it.
private struct ForgetfulStore: Store {
  let base: MemoryStore
  let forgets: @Sendable (String) -> Bool

  init(_ base: MemoryStore, forgets: @escaping @Sendable (String) -> Bool) {
    self.base = base
    self.forgets = forgets
  }

  var traits: StoreTraits { base.traits }

  func save(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) {
    if !forgets(key.path) { try base.save(bytes, at: key) }
  }

  func load(_ key: StoreKey, range: Range<Int64>?, into buffer: inout MutableSpan<UInt8>) throws(StoreError) -> Int {
    try base.load(key, range: range, into: &buffer)
  }

  func list(_ prefix: StoreKey, _ each: (StoredObject) throws(StoreError) -> Void) throws(StoreError) {
    try base.list(prefix, each)
  }

  func remove(_ key: StoreKey) throws(StoreError) { try base.remove(key) }
}
