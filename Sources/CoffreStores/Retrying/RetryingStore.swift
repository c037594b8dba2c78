package import CoffreCore
import CoffreSystem
import Synchronization

/// A store around a store that does not always answer: calls are made again, later and later, while that may help.
///
/// A call that was refused, or for which something is missing, is not made again. A save is made again whole: stores
/// replace what a failed one left.
package final class RetryingStore: Store {
  private let base: any Store
  private let pace: RetryPace
  private let cancellation: Cancellation
  private let hasAnswered = Atomic<Bool>(false)
  private let lastReport = Mutex<Duration?>(nil)

  /// - Parameter cancellation: ends the waiting; after it every call is made once.
  package init(_ base: any Store, pace: RetryPace = RetryPace(), cancellation: Cancellation) {
    self.base = base
    self.pace = pace
    self.cancellation = cancellation
  }

  package var traits: StoreTraits { base.traits }

  package func save(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) {
    var attempts = attempts(at: key)
    while true {
      do throws(StoreError) {
        try base.save(bytes, at: key)
        return noteAnswer()
      } catch {
        try wait(after: error, &attempts)
      }
    }
  }

  package func load(_ key: StoreKey, range: Range<Int64>?, into buffer: inout MutableSpan<UInt8>) throws(StoreError)
    -> Int
  {
    var attempts = attempts(at: key)
    while true {
      do throws(StoreError) {
        let count = try base.load(key, range: range, into: &buffer)
        noteAnswer()
        return count
      } catch {
        try wait(after: error, &attempts)
      }
    }
  }

  /// The caller hears of a list that is complete only: one that broke off begins anew, and names nothing twice.
  package func list(_ prefix: StoreKey, _ each: (StoredObject) throws(StoreError) -> Void) throws(StoreError) {
    var attempts = attempts(at: prefix)
    var found: [StoredObject] = []
    while true {
      do throws(StoreError) {
        found = try base.objects(in: prefix)
        noteAnswer()
        break
      } catch {
        try wait(after: error, &attempts)
      }
    }
    for object in found { try each(object) }
  }

  package func remove(_ key: StoreKey) throws(StoreError) {
    var attempts = attempts(at: key)
    while true {
      do throws(StoreError) {
        try base.remove(key)
        return noteAnswer()
      } catch {
        try wait(after: error, &attempts)
      }
    }
  }
}

// MARK: Waiting

extension RetryingStore {
  private func attempts(at key: StoreKey) -> RetryAttempts {
    let isLock = key.path.hasPrefix("locks")
    var patience = isLock ? pace.patienceForLocks : pace.patience
    if !hasAnswered.load(ordering: .relaxed) { patience = min(patience, pace.patienceAtFirst) }
    return RetryAttempts(pace, patience: min(patience, pace.patience), now: pace.time.now())
  }

  /// Sleeps, or throws what happened if nothing is to be hoped for.
  private func wait(after error: StoreError, _ attempts: inout RetryAttempts) throws(StoreError) {
    if error.reason != .unreachable && error.reason != .cancelled { hasAnswered.store(true, ordering: .relaxed) }
    let now = pace.time.now()
    guard !cancellation.isCancelled, let delay = attempts.delay(after: error, now: now) else { throw error }
    report(error, attempts, now)
    guard (try? pace.time.sleep(delay, cancellation)) != nil else {
      throw StoreError(.cancelled, error.action, error.subject, because: "interrupted")
    }
  }

  private func report(_ error: StoreError, _ attempts: RetryAttempts, _ now: Duration) {
    guard attempts.lasted(now) >= pace.reportAfter else { return }
    let isDue = lastReport.withLock { last in
      if let last, now - last < pace.reportEvery { return false }
      last = now
      return true
    }
    guard isDue else { return }
    log.warning(
      "the store does not answer as it should; trying again",
      [
        "store": traits.location, "action": error.action.rawValue, "object": error.subject,
        "cause": Language.english.text(error.cause), "seconds": attempts.lasted(now).components.seconds,
      ])
  }

  private func noteAnswer() {
    hasAnswered.store(true, ordering: .relaxed)
    let wasReported = lastReport.withLock { last in
      defer { last = nil }
      return last != nil
    }
    if wasReported { log.warning("the store answers again", ["store": traits.location]) }
  }
}
