import CLinux

/// A state that threads share, one at a time, and whose changes they wait for.
///
/// Every release of the lock wakes those who wait, unless told otherwise; without waiters that costs nothing.
/// The lock is not recursive: a body must not come back to its own monitor.
package final class Monitor<State: Sendable>: @unchecked Sendable {
  // `lock` guards `state`.
  @usableFromInline let lock = MonitorLock()
  @usableFromInline var state: State

  package init(_ state: State) { self.state = state }

  /// - Parameter signalling: whether waiting threads look at the state again afterwards.
  @inlinable
  package func withLock<Result, Failure: Error>(
    signalling: Bool = true, _ body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock.acquire()
    defer { lock.release(waking: signalling) }
    return try body(&state)
  }

  /// Waits until `condition` holds, and runs `body` before anyone else can change the state.
  @inlinable
  package func wait<Result, Failure: Error>(
    until condition: (State) -> Bool, then body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock.acquire()
    defer { lock.release(waking: true) }
    while !condition(state) { lock.wait() }
    return try body(&state)
  }

  package func wait(until condition: (State) -> Bool) {
    lock.acquire()
    defer { lock.release(waking: false) }
    while !condition(state) { lock.wait() }
  }

  /// As `wait(until:then:)`, for a limited time.
  ///
  /// - Returns: `nil` if the condition did not hold in time; then `body` did not run.
  @inlinable
  package func wait<Result, Failure: Error>(
    for duration: Duration, until condition: (State) -> Bool, then body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    let deadline = Clock.monotonic() + duration
    lock.acquire()
    var isWaking = false
    defer { lock.release(waking: isWaking) }
    while !condition(state) {
      guard lock.wait(until: deadline) else {
        guard condition(state) else { return nil }
        break
      }
    }
    isWaking = true
    return try body(&state)
  }

  /// Has all waiting threads look at the state again.
  package func broadcast() {
    lock.acquire()
    lock.release(waking: true)
  }
}

/// A mutex with a condition, at a fixed address.
@safe @usableFromInline
struct MonitorLock: ~Copyable {
  private let pointer: OpaquePointer

  init() { unsafe pointer = clinux_monitor_create() }

  deinit { unsafe clinux_monitor_destroy(pointer) }

  @usableFromInline func acquire() { unsafe clinux_monitor_acquire(pointer) }

  @usableFromInline func release(waking: Bool) { unsafe clinux_monitor_release(pointer, waking ? 1 : 0) }

  @usableFromInline func wait() { unsafe clinux_monitor_wait(pointer) }

  /// - Parameter deadline: on the monotonic clock.
  /// - Returns: `false` once it has passed.
  @usableFromInline func wait(until deadline: Duration) -> Bool {
    let (seconds, attoseconds) = deadline.components
    return unsafe clinux_monitor_wait_until(pointer, seconds, attoseconds / 1_000_000_000) != 0
  }
}
