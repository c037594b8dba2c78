import CoffreCore
import CoffreSystem

/// A lock that was taken: it is refreshed until it is released.
package final class LockLease: Sendable {
  private let lock: HeldLock?
  private let refresher: EngineThread?
  private let location: String
  private let ask: @Sendable () throws -> Void

  /// Whether there is a lock in the repository; where none could be written, its holder may be allowed to go on without.
  package var isWritten: Bool { lock != nil }

  init(_ lock: HeldLock, location: String, _ cancellation: Cancellation) throws {
    do {
      refresher = try EngineThread.start(named: "lock") { lock.keepFresh(cancellation) }
    } catch {
      lock.release()
      throw error
    }
    self.lock = lock
    self.location = location
    ask = { try lock.confirm() }
  }

  /// - Parameter ask: what is asked in place of a lock.
  init(location: String, withoutLock ask: @escaping @Sendable () throws -> Void) {
    lock = nil
    refresher = nil
    self.location = location
    self.ask = ask
  }

  /// Runs `body`; if the lock was lost by its end, that is the error.
  ///
  /// - Parameter body: told how to ask whether the lock still holds, before what it protects is made final.
  package func hold<Result>(
    during body: (_ confirm: @escaping @Sendable () throws -> Void) throws -> Result
  ) throws -> Result {
    guard let lock else { return try body(ask) }
    do {
      let result = try body(ask)
      if lock.isLost { throw RepositoryError.lockLost(location: location) }
      return result
    } catch let error as Cancelled where lock.isLost {
      log.debug("cancelled because the lock was lost", ["reason": "\(error.reason)"])
      throw RepositoryError.lockLost(location: location)
    }
  }

  /// Removes the lock. Once.
  package func release() {
    lock?.stopRefreshing()
    refresher?.join()
    lock?.release()
  }
}

/// When something was seen, by both clocks: one of them stands still while a machine sleeps, the other may be set.
struct Sighting: Sendable {
  private let moment = ContinuousClock.now
  private let time = Clock.now()

  func isYounger(than age: Duration) -> Bool {
    let seconds = Clock.now().seconds - time.seconds
    return ContinuousClock.now - moment < age && seconds >= 0 && .seconds(seconds) < age
  }
}
