import CoffreCore
import CoffreStores
import CoffreSystem
import CoffreTestKit
import Testing

@Suite("Retrying store")
struct RetryingStoreTests {
  private let memory = MemoryStore()
  private let faulty: FaultyStore
  private let clock = FastClock()
  private let key = StoreKey("data/ob/object")

  init() { faulty = FaultyStore(memory) }

  private func store(
    _ cancellation: Cancellation = Cancellation(), chance: Double = 0.5, _ change: (inout RetryPace) -> Void = { _ in }
  ) -> RetryingStore {
    var pace = RetryPace()
    pace.time = clock.time(chance: chance)
    change(&pace)
    return RetryingStore(faulty, pace: pace, cancellation: cancellation)
  }

  @Test(arguments: StoreContract.checks)
  func `keeps the contract`(_ check: StoreContract) throws { try check.run(on: store()) }

  @Test func `each call is made again until it goes well`() throws {
    memory["data/ob/object"] = [1, 2, 3]
    for action in FaultyStore.Action.allCases { faulty.fail(action, calls: 1...3, with: .unreachable) }
    let store = store()
    #expect(try store.load(key, expectedSize: 3) == [1, 2, 3])
    try store.save([4].span, at: StoreKey("data/ot/other"))
    #expect(try store.objects(in: .all).count == 2)
    try store.remove(key)
    #expect(memory.paths() == ["data/ot/other"])
    #expect(clock.naps.count == 12)
  }

  @Test func `waiting grows, up to a minute, and ends after a quarter of an hour`() throws {
    try store().save([1].span, at: key)
    let store = store()
    _ = try store.load(key, expectedSize: 1)
    faulty.fail(.load, with: .unreachable)
    #expect(failure { () throws(StoreError) in _ = try store.load(key, expectedSize: 1) }?.reason == .unreachable)
    #expect(clock.naps.prefix(8) == [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) }[...])
    #expect(clock.naps.reduce(.zero, +) == .seconds(900))
  }

  @Test(arguments: [(0.0, 0.5), (0.999, 1.499)])
  func `chance spreads the attempts`(_ example: (chance: Double, first: Double)) throws {
    faulty.fail(.save, calls: 1...1, with: .unreachable)
    try store(chance: example.chance).save([1].span, at: key)
    #expect(clock.naps == [.seconds(1) * example.first])
  }

  @Test func `a store that never answered is given up soon`() throws {
    faulty.fail(.load, with: .unreachable)
    #expect(failure { () throws(StoreError) in _ = try store().load(key, expectedSize: 1) } != nil)
    #expect(clock.naps.reduce(.zero, +) == .seconds(20))
  }

  @Test func `an answer, even a refusal, is an answer`() throws {
    let store = store()
    #expect(failure { () throws(StoreError) in _ = try store.load(key, expectedSize: 1) }?.reason == .notFound)
    faulty.fail(.load, with: .unreachable)
    #expect(failure { () throws(StoreError) in _ = try store.load(key, expectedSize: 1) } != nil)
    #expect(clock.naps.reduce(.zero, +) == .seconds(900))
  }

  @Test func `locks are given up after a minute`() throws {
    let store = store()
    try store.save([1].span, at: key)
    faulty.fail(.save, below: "locks", with: .unreachable)
    #expect(failure { () throws(StoreError) in try store.save([1].span, at: StoreKey("locks/l")) } != nil)
    #expect(clock.naps.reduce(.zero, +) == .seconds(60))
  }

  @Test(arguments: [StoreError.Reason.notFound, .truncated, .noSpace, .noPermission, .refused, .cancelled])
  func `what will not change is not tried again`(_ reason: StoreError.Reason) {
    faulty.fail(.load, with: reason)
    #expect(failure { () throws(StoreError) in _ = try store().load(key, expectedSize: 1) }?.reason == reason)
    #expect(clock.naps.isEmpty)
  }

  @Test func `wrong answers are asked for a few times only`() {
    faulty.fail(.load, with: .failed)
    #expect(failure { () throws(StoreError) in _ = try store().load(key, expectedSize: 1) }?.reason == .failed)
    #expect(clock.naps.count == 4)
  }

  @Test func `a list that broke off begins anew, and names nothing twice`() throws {
    for number in 0..<5 { memory["data/0\(number)/0\(number)"] = [1] }
    faulty.add(FaultyStore.Rule([.list], calls: 1...2, .failAfterListing(3, .unreachable)))
    var told: [StoreKey] = []
    try store().list(StoreKey("data")) { (object: StoredObject) throws(StoreError) in told.append(object.key) }
    #expect(told.count == 5 && Set(told).count == 5)
  }

  @Test func `a save whose answer was lost is made again`() throws {
    faulty.add(FaultyStore.Rule([.save], calls: 1...1, .failAfterwards(.unreachable)))
    try store().save([1, 2, 3].span, at: key)
    #expect(memory["data/ob/object"] == [1, 2, 3])
  }

  @Test func `a partial object is replaced`() throws {
    faulty.add(FaultyStore.Rule([.save], calls: 1...1, .leavePartial(1)))
    try store().save([1, 2, 3].span, at: key)
    #expect(memory["data/ob/object"] == [1, 2, 3])
  }

  @Test func `a signal ends the waiting, and nothing is waited for after it`() throws {
    let cancellation = Cancellation()
    var pace = RetryPace()
    pace.patienceAtFirst = pace.patience
    let store = RetryingStore(faulty, pace: pace, cancellation: cancellation)
    faulty.fail(.load, with: .unreachable)
    let signal = try EngineThread.start(named: "signal") {
      pause(seconds: 0.3)
      cancellation.cancel(.interrupted)
    }
    let start = ContinuousClock.now
    let error = failure { () throws(StoreError) in _ = try store.load(key, expectedSize: 1) }
    #expect(error?.reason == .cancelled)
    signal.join()
    #expect(failure { () throws(StoreError) in _ = try store.load(key, expectedSize: 1) }?.reason == .unreachable)
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test func `no patience means one call`() {
    memory["data/ob/object"] = [1]
    faulty.fail(.load, calls: 1...1, with: .unreachable)
    let store = RetryingStore(faulty, pace: .none, cancellation: Cancellation())
    #expect(failure { () throws(StoreError) in _ = try store.load(key, expectedSize: 1) }?.reason == .unreachable)
  }
}

@Suite("Throttled store", .timeLimit(.minutes(10)))
struct ThrottledStoreTests {
  @Test(arguments: StoreContract.checks)
  func `keeps the contract`(_ check: StoreContract) throws {
    try check.run(on: ThrottledStore(MemoryStore(), limit: 2))
  }

  @Test func `only so many calls at once, and locks pass by`() throws {
    let counting = CountingStore()
    let store = ThrottledStore(counting, limit: 3)
    #expect(store.traits.parallelRequests == 3)
    try runThreads(count: 8, named: "call") { number in
      for _ in 0..<5 { try? store.save([1].span, at: StoreKey("data/0\(number)/0\(number)")) }
    }
    #expect(counting.most.withLock { $0 } == 3)
    try runThreads(count: 8, named: "lock") { number in try? store.save([1].span, at: StoreKey("locks/\(number)")) }
    #expect(counting.most.withLock { $0 } > 3)
  }
}

/// Counts calls that are under way.
private final class CountingStore: Store {
  let running = Monitor(0)
  let most = Monitor(0)
  let traits = StoreTraits(location: "counting", parallelRequests: 9, listsAtOnce: true)

  func save(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) {
    let count = running.withLock { running in
      running += 1
      return running
    }
    most.withLock { $0 = max($0, count) }
    pause(seconds: 0.03)
    running.withLock { $0 -= 1 }
  }

  func load(_ key: StoreKey, range: Range<Int64>?, into buffer: inout MutableSpan<UInt8>) throws(StoreError) -> Int {
    0
  }
  func list(_ prefix: StoreKey, _ each: (StoredObject) throws(StoreError) -> Void) throws(StoreError) {}
  func remove(_ key: StoreKey) throws(StoreError) {}
}
