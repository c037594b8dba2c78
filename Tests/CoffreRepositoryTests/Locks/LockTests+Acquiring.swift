import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// Who gets a lock, who is refused, and whose locks are taken away.
extension LockTests {
  // MARK: Conflicts

  @Test func `shared locks bear each other`() throws {
    try locked(request(.shared)) {
      try locked(request(.shared)) { #expect(lockPaths.count == 2) }
      #expect(lockPaths.count == 1)
    }
    #expect(lockPaths.isEmpty)
  }

  @Test func `an exclusive lock bears no other, whichever comes first`() throws {
    for (first, second) in [
      (LockRequest.Mode.shared, LockRequest.Mode.exclusive), (.exclusive, .shared), (.exclusive, .exclusive),
    ] {
      try locked(request(first)) {
        let error = lockingError(request(second))
        #expect(isLocked(error) && error?.exitCode == .locked)
        #expect(lockPaths.count == 1, "the one who was refused leaves nothing")
      }
    }
    #expect(lockPaths.isEmpty)
  }

  @Test func `a lock that appears between looking and writing is found by the second look`() throws {
    let other = try forge(exclusive: true)
    let path = ObjectKind.lock.storeKey(of: other).path
    let faulty = FaultyStore(store)
    faulty.add(FaultyStore.Rule([.list], below: "locks", calls: 1...1, .lie { _ in [] }))
    let blind = try Repository.opened(faulty)
    let error = #expect(throws: RepositoryError.self) {
      try blind.withLock(request(.shared), cancellation: Cancellation(), note: { _ in }) { _ in }
    }
    #expect(isLocked(error))
    #expect(lockPaths == [path])
  }

  @Test func `who is refused learns of whom, and what to do`() throws {
    try forge(exclusive: true)
    let error = lockingError(request(.shared))
    #expect(error?.explanation.problem.contains("process 4711 of somebody on elsewhere") == true)
    #expect(error?.explanation.advice?.contains("--retry-lock") == true)
  }

  @Test func `patience waits, says for whom, and gets the lock`() throws {
    let other = try forge(exclusive: true)
    let notes = EventLog()
    let thread = try EngineThread.start(named: "release") { [store] in
      try? pause(for: .milliseconds(100), unless: Cancellation())
      store[ObjectKind.lock.storeKey(of: other).path] = nil
    }
    try locked(request(.exclusive, patience: .milliseconds(400)), notes: notes) { #expect(lockPaths.count == 1) }
    thread.join()
    #expect(notes.notes.count == 1 && notes.notes[0].contains("waiting for process 4711"))
  }

  @Test func `patience ends, and at once when the job is cancelled`() throws {
    try forge(exclusive: true)
    #expect(isLocked(lockingError(request(.shared, patience: .milliseconds(50)))))
    let cancellation = Cancellation()
    cancellation.cancel(.interrupted)
    #expect(throws: Cancelled.self) {
      try locked(request(.shared, patience: .seconds(600)), cancellation: cancellation) {}
    }
    #expect(lockPaths.count == 1)
  }

  // MARK: Dead and stale locks

  /// What the record tells of a lock; each line can be made a lie.
  private struct Tale: Sendable {
    var boot: String?
    var namespace: String?
    var startTime: String?
    var processID: String?
    var machine: String?
  }

  /// Notes a lock as held by this very process, then tells something else of it.
  private func note(_ id: LockID, _ tale: Tale) throws {
    LockRecord(folder: folder.path).note(id)
    let text = displayed(try readFile(joined(folder.path, id.hexBytes), limit: 4096))
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for (number, line) in [tale.processID, tale.boot, tale.namespace, tale.startTime, tale.machine].enumerated() {
      if let line { lines[number] = line }
    }
    try folder.write(id.description, Array(lines.joined(separator: "\n").utf8))
  }

  private static let otherBoot = "00000000-0000-0000-0000-000000000000"
  private static let year: Int64 = 365 * 86_400

  @Test func `a lock of a process of ours that is surely gone is taken away`() throws {
    // Another boot proves something only of locks from before this one.
    let gone: [(tale: Tale, age: Int64)] = [
      (Tale(startTime: "1"), 0), (Tale(startTime: "1", processID: "1073741823"), 0),
      (Tale(boot: Self.otherBoot), Self.year),
    ]
    for (tale, age) in gone {
      let id = try forge(exclusive: true, age: age, host: hostName())
      try note(id, tale)
      let notes = EventLog()
      try locked(request(.exclusive), notes: notes) { #expect(lockPaths.count == 1) }
      #expect(lockPaths.isEmpty)
      #expect(notes.notes.contains { $0.contains(id.short) })
      #expect(throws: SystemError.self) { try readFile(joined(folder.path, id.hexBytes), limit: 100) }
    }
  }

  @Test func `a lock of ours whose process lives, or may live, stays`() throws {
    let alive: [(tale: Tale, age: Int64, host: String)] = [
      (Tale(), 0, hostName()), (Tale(namespace: "pid:[1]"), 0, hostName()),
      (Tale(namespace: "pid:[1]", startTime: "1"), 0, hostName()),
      // Refreshed since this machine was started: then it cannot be from before.
      (Tale(boot: Self.otherBoot), 0, hostName()),
      // The folder of records may be shared by several machines.
      (Tale(startTime: "1", machine: "another/machine"), Self.year, hostName()),
      (Tale(startTime: "1"), Self.year, "elsewhere"),
      (Tale(boot: Self.otherBoot), Self.year, "elsewhere"),
    ]
    for (number, example) in alive.enumerated() {
      let id = try forge(exclusive: true, age: example.age, host: example.host)
      try note(id, example.tale)
      #expect(isLocked(lockingError(request(.shared))), "example \(number)")
      #expect(lockPaths == [ObjectKind.lock.storeKey(of: id).path], "example \(number)")
      for path in lockPaths { store[path] = nil }
    }
  }

  @Test func `a record that cannot be read proves nothing`() throws {
    for text in [
      "", "1\n", "x\ny\nz\nw\nv\n", "1\nboot\nspace\n-1\nmachine\n", "1\nboot\nspace\n1\n",
      String(repeating: "9\n", count: 3000),
    ] {
      let id = try forge(exclusive: true)
      try folder.write(id.description, Array(text.utf8))
      #expect(isLocked(lockingError(request(.shared))))
      store[lockPaths[0]] = nil
    }
  }

  @Test func `a foreign lock is never removed, however old`() throws {
    for age: Int64 in [0, 31 * 60, 400 * 86_400] {
      let id = try forge(exclusive: true, age: age)
      let error = lockingError(request(.shared))
      #expect(isLocked(error))
      #expect(lockPaths == [ObjectKind.lock.storeKey(of: id).path])
      #expect((error?.explanation.advice?.contains("unlock") == true) == (age > 1800))
      store[lockPaths[0]] = nil
    }
    // Of this host and without a process: restic's rule calls it stale, but only `unlock` may remove it.
    let id = try forge(exclusive: true, host: "machine", processID: 0x3FFF_FFFF)
    #expect(lockingError(request(.shared))?.explanation.advice?.contains("unlock") == true)
    #expect(lockPaths == [ObjectKind.lock.storeKey(of: id).path])
  }

  @Test func `without a record nothing is taken away`() throws {
    let id = try forge(exclusive: true, host: hostName())
    try note(id, Tale(startTime: "1"))
    #expect(isLocked(lockingError(request(.shared, record: false))))
    #expect(lockPaths.count == 1)
  }

  // MARK: Locks that are no locks

  @Test func `locks of no length are passed over`() throws {
    store[ObjectKind.lock.storeKey(of: digest(1)).path] = []
    try locked(request(.exclusive)) { #expect(lockPaths.count == 2) }
    #expect(lockPaths.count == 1)
  }

  @Test func `a lock that cannot be read is an error that names it`() throws {
    for content in [[1], [UInt8](repeating: 3, count: 200)] {
      let path = ObjectKind.lock.storeKey(of: digest(2)).path
      store[path] = content
      guard case .damaged(path, _)? = lockingError(request(.shared)) else {
        Issue.record("not told as damage")
        continue
      }
      #expect(lockPaths == [path])
    }
  }

  @Test func `a lock that vanishes while it is looked at is no conflict`() throws {
    try forge(exclusive: true)
    let faulty = FaultyStore(store)
    faulty.fail(.load, below: "locks", with: .notFound)
    try Repository.opened(faulty).withLock(request(.shared), cancellation: Cancellation(), note: { _ in }) { _ in }
    #expect(lockPaths.count == 1)
  }

  @Test func `a list of locks that fails is never read as nobody there`() throws {
    try forge(exclusive: true)
    for effect in [FaultyStore.Effect.fail(.failed), .failAfterListing(0, .unreachable)] {
      for call in 1...2 {
        let faulty = FaultyStore(store)
        if call == 2 { faulty.add(FaultyStore.Rule([.list], below: "locks", calls: 1...1, .lie { _ in [] })) }
        faulty.add(FaultyStore.Rule([.list], below: "locks", effect))
        let blind = try Repository.opened(faulty)
        #expect(throws: StoreError.self) {
          try blind.withLock(request(.shared), cancellation: Cancellation(), note: { _ in }) { _ in
            Issue.record("it ran without knowing who else is there")
          }
        }
        #expect(lockPaths.count == 1, "its own lock is gone")
      }
    }
  }

  // MARK: Where none can be written

  @Test(arguments: [StoreError.Reason.noSpace, .noPermission, .refused])
  func `who only reads goes on without a lock, and says so; who writes does not`(_ reason: StoreError.Reason) throws {
    let full = FaultyStore(store)
    let reader = try Repository.opened(full)
    full.fail(.save, below: "locks", with: reason)
    let reading = LockRequest(
      mode: .shared, waiver: .whereUnwritable, machine: .ofTests, record: LockRecord(folder: folder.path))
    let notes = EventLog()
    let value = try reader.withLock(reading, cancellation: Cancellation(), note: { notes.take(.note($0)) }) { _ in 7 }
    #expect(value == 7 && notes.notes.count == 1)
    let error = #expect(throws: StoreError.self) {
      try reader.withLock(request(.shared), cancellation: Cancellation(), note: { _ in }) { _ in }
    }
    #expect(error?.reason == reason)
    #expect(try hasNoRecords)
  }

  @Test func `who only reads is still refused by an exclusive lock, and by a store that fails otherwise`() throws {
    let reading = LockRequest(
      mode: .shared, waiver: .whereUnwritable, machine: .ofTests, record: LockRecord(folder: folder.path))
    try forge(exclusive: true)
    #expect(isLocked(lockingError(reading)))
    store[lockPaths[0]] = nil
    let faulty = FaultyStore(store)
    let reader = try Repository.opened(faulty)
    faulty.fail(.list, below: "locks", with: .noPermission)
    #expect(throws: StoreError.self) {
      try reader.withLock(reading, cancellation: Cancellation(), note: { _ in }) { _ in }
    }
  }

  @Test func `who makes room goes on without a lock on a full store, alone, and nowhere else`() throws {
    let making = LockRequest(
      mode: .exclusive, waiver: .whereFull, machine: .ofTests, record: LockRecord(folder: folder.path))
    let full = FaultyStore(store)
    let repository = try Repository.opened(full)
    full.fail(.save, below: "locks", with: .noSpace)
    let notes = EventLog()
    let value = try repository.withLock(making, cancellation: Cancellation(), note: { notes.take(.note($0)) }) {
      confirm in
      try confirm()
      try forge(exclusive: false)
      #expect(isLocked(#expect(throws: RepositoryError.self) { try confirm() }), "somebody came meanwhile")
      return 7
    }
    #expect(value == 7 && notes.notes.count == 1)
    #expect(
      isLocked(
        #expect(throws: RepositoryError.self) {
          try repository.withLock(making, cancellation: Cancellation(), note: { _ in }) { _ in }
        }), "somebody is there already")
    for path in lockPaths { store[path] = nil }
    for reason in [StoreError.Reason.noPermission, .refused, .failed] {
      let refusing = FaultyStore(store)
      let repository = try Repository.opened(refusing)
      refusing.fail(.save, below: "locks", with: reason)
      let error = #expect(throws: StoreError.self) {
        try repository.withLock(making, cancellation: Cancellation(), note: { _ in }) { _ in }
      }
      #expect(error?.reason == reason)
    }
  }
}
