import CoffreCore
import CoffreSystem
import Glibc
import Synchronization
import Testing

@Suite("Threads and monitors", .timeLimit(.minutes(10)))
struct ThreadsTests {
  @Test
  func `each thread gets its own number and all have ended`() throws {
    let seen = Mutex<[Int]>([])
    try runThreads(count: 8, named: "test") { number in seen.withLock { $0.append(number) } }
    #expect(seen.withLock { $0.sorted() } == Array(0..<8))
  }

  @Test
  func `threads bear their names`() throws {
    let found = Monitor("")
    let thread = try EngineThread.start(named: "a name longer than fifteen bytes") {
      let name = (try? readFile("/proc/thread-self/comm".bytes, limit: 100)) ?? []
      found.withLock { $0 = displayed(name) }
    }
    thread.join()
    thread.join()
    #expect(found.withLock { $0 } == "a name longer t\n")
  }

  @Test
  func `a thread has the stack it asked for`() throws {
    let depth = Monitor(0)
    try EngineThread.start(named: "deep", stackSize: 64 << 20) {
      let reached = descend(200_000)
      depth.withLock { $0 = reached }
    }.join()
    #expect(depth.withLock { $0 } == 200_000)
  }

  /// Whoever waited may end the process at once.
  @Test func `whoever waits for a thread finds that it holds nothing any more`() throws {
    final class Held: Sendable {
      private let isGone: Monitor<Bool>
      init(_ isGone: Monitor<Bool>) { self.isGone = isGone }
      deinit { isGone.withLock { $0 = true } }
      func use() {}
    }
    func start(_ isGone: Monitor<Bool>) throws(SystemError) -> EngineThread {
      let held = Held(isGone)
      return try EngineThread.start(named: "holds") { held.use() }
    }
    for _ in 0..<2000 {
      let isGone = Monitor(false)
      try start(isGone).join()
      guard isGone.withLock({ $0 }) else {
        Issue.record("the thread had ended and held its work still")
        return
      }
    }
  }

  @Test
  func `a refused thread is an error and no body runs`() async {
    await #expect(processExitsWith: .success) {
      let ran = Monitor(0)
      let error = failure { () throws(SystemError) in
        try runThreads(count: 3, named: "huge", stackSize: 1 << 46) { _ in ran.withLock { $0 += 1 } }
      }
      #expect(error?.operation == "start a thread")
      #expect(ran.withLock { $0 } == 0)
    }
  }

  @Test
  func `no change is lost under contention`() throws {
    let total = Monitor(0)
    try runThreads(count: 8, named: "add") { _ in
      for _ in 0..<20_000 { total.withLock { $0 += 1 } }
    }
    #expect(total.withLock { $0 } == 160_000)
  }

  @Test
  func `a bounded queue hands over every item once`() throws {
    let queue = Monitor<[Int]>([])
    let taken = Monitor<Set<Int>>([])
    let count = 4000
    try runThreads(count: 6, named: "queue") { number in
      for item in 0..<count {
        if number < 3 {
          queue.wait(until: { $0.count < 4 }, then: { $0.append(number * count + item) })
        } else {
          let item = queue.wait(until: { !$0.isEmpty }, then: { $0.removeFirst() })
          let isNew = taken.withLock { $0.insert(item).inserted }
          #expect(isNew)
        }
      }
    }
    #expect(taken.withLock { $0.count } == 3 * count)
  }

  @Test
  func `waiting in vain ends in time and changes nothing`() {
    let state = Monitor(0)
    let start = Clock.monotonic()
    let result: Int? = state.wait(for: .milliseconds(50), until: { $0 > 0 }) { state in
      state = 99
      return state
    }
    let elapsed = Clock.monotonic() - start
    #expect(result == nil)
    #expect(elapsed >= .milliseconds(50))
    #expect(state.withLock { $0 } == 0)
  }

  @Test
  func `waiting for what comes in time succeeds`() throws {
    let state = Monitor(0)
    let thread = try EngineThread.start(named: "late") {
      _ = try? pause(for: .milliseconds(20), unless: Cancellation())
      state.withLock { $0 = 5 }
    }
    #expect(state.wait(for: .seconds(30), until: { $0 > 0 }, then: { $0 }) == 5)
    thread.join()
  }

  @Test
  func `a body's error leaves the lock free`() {
    let state = Monitor(0)
    let error = failure { () throws(SystemError) in
      try state.withLock { _ throws(SystemError) in throw SystemError(code: 1, operation: "test", path: []) }
    }
    #expect(error?.operation == "test")
    #expect(state.withLock { $0 } == 0)
  }

  @Test
  func `a silent change wakes nobody until the broadcast`() throws {
    let state = Monitor(0)
    let isWaiting = Monitor(false)
    let thread = try EngineThread.start(named: "waiter") {
      isWaiting.withLock { $0 = true }
      state.wait(until: { $0 > 0 })
    }
    isWaiting.wait(until: { $0 })
    state.withLock(signalling: false) { $0 = 1 }
    state.broadcast()
    thread.join()
  }

  @Test
  func `a pause ends when the work is cancelled`() throws {
    let cancellation = Cancellation()
    let start = Clock.monotonic()
    let thread = try EngineThread.start(named: "cancel") {
      _ = try? pause(for: .milliseconds(20), unless: Cancellation())
      cancellation.cancel(.interrupted)
    }
    #expect(throws: Cancelled.self) { try pause(for: .seconds(50), unless: cancellation) }
    #expect(Clock.monotonic() - start < .seconds(40))
    thread.join()
  }
}

/// Uses about a hundred bytes of stack for each step.
@inline(never)
private func descend(_ depth: Int) -> Int {
  guard depth > 0 else { return 0 }
  return 1 + descend(depth - 1)
}
