import CLinux
package import CoffreCore
import Synchronization

/// One plain thread, which may block as long as it likes.
package struct EngineThread: Sendable {
  /// Enough for every library in use; buffers belong on the heap.
  package static let defaultStackSize = 1 << 20

  private let isDone: Monitor<Bool>

  /// - Parameter name: as tools show it; the first 15 bytes count.
  package static func start(
    named name: String, stackSize: Int = defaultStackSize, _ body: @escaping @Sendable () -> Void
  ) throws(SystemError) -> EngineThread {
    let isDone = Monitor(false)
    let work = ThreadWork(body, isDone)
    let context = unsafe Unmanaged.passRetained(work)
    let result = unsafe withCName(Array(name.utf8)) { name in
      unsafe clinux_start_thread(
        name, stackSize, { unsafe Unmanaged<ThreadWork>.fromOpaque($0).takeRetainedValue().run() },
        context.toOpaque())
    }
    if result < 0 { unsafe context.release() }
    try checked(result, "start a thread", [])
    return EngineThread(isDone: isDone)
  }

  /// Waits for the thread's end: then it has let go of all that its work held. May be called by several, and again.
  package func join() { isDone.wait(until: { $0 }) }

  private init(isDone: Monitor<Bool>) { self.isDone = isDone }
}

private final class ThreadWork: Sendable {
  private let body: Mutex<(@Sendable () -> Void)?>
  private let isDone: Monitor<Bool>

  init(_ body: @escaping @Sendable () -> Void, _ isDone: Monitor<Bool>) {
    self.body = Mutex(body)
    self.isDone = isDone
  }

  func run() {
    runBody()
    isDone.withLock { $0 = true }
  }

  /// The work is let go of when this returns, before anybody is told: who waited may end the process at once, and a file
  /// with a secret that the work held would stay.
  @inline(never) private func runBody() {
    let body = body.withLock { held in
      defer { held = nil }
      return held
    }
    body?()
  }
}

/// Runs `body` on `count` threads, with their numbers from 0 on, and returns when all have ended.
///
/// Throws if the system does not give that many threads; then `body` ran on none.
package func runThreads(
  count: Int, named name: String, stackSize: Int = EngineThread.defaultStackSize,
  _ body: @escaping @Sendable (Int) -> Void
) throws(SystemError) {
  // Threads that wait for each other must not find that some were never started.
  let mayRun = Monitor<Bool?>(nil)
  var threads: [EngineThread] = []
  do throws(SystemError) {
    for number in 0..<count {
      threads.append(
        try EngineThread.start(named: "\(name)-\(number)", stackSize: stackSize) {
          if mayRun.wait(until: { $0 != nil }, then: { $0 == true }) { body(number) }
        })
    }
  } catch {
    mayRun.withLock { $0 = false }
    for thread in threads { thread.join() }
    throw error
  }
  mayRun.withLock { $0 = true }
  for thread in threads { thread.join() }
}

/// Sleeps, and wakes early if the work is to stop.
package func pause(for duration: Duration, unless cancellation: Cancellation) throws(Cancelled) {
  let isWoken = Monitor(false)
  cancellation.whenCancelled {
    isWoken.withLock { $0 = true }
  } during: {
    _ = isWoken.wait(for: duration, until: { $0 }, then: { _ in })
  }
  try cancellation.check()
}
