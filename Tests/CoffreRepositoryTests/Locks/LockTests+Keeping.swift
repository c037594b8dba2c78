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
      try pause(for: .milliseconds(250), unless: Cancellation())
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
}
