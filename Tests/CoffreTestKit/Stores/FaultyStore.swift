package import CoffreCore
import CoffreSystem
import Synchronization

/// A store around a store, which goes wrong as it is told: errors, partial objects, lies, delays, a full disk, a process
/// that dies between two calls.
///
/// Faults are added as rules; the first that fits a call decides. A rule counts the calls it fits, so that "the third
/// save below `data`" can be said.
package final class FaultyStore: Store {
  private struct State {
    var rules: [Rule] = []
    var counts: [Int] = []
    var mutatingCalls = 0
    var crash: Crash?
    var isDead = false
    var spaceLeft: Int64?
  }

  private let base: any Store
  private let state = Mutex(State())

  package init(_ base: any Store) { self.base = base }

  package var traits: StoreTraits { base.traits }

  package func makeDraft(in folder: StoreKey) -> (any ObjectDraft)? { HeldDraft(in: self) }

  /// Saves and removals that reached this store so far.
  package var mutatingCalls: Int { state.withLock { $0.mutatingCalls } }
  /// Whether the crash has happened.
  package var isDead: Bool { state.withLock { $0.isDead } }
}

// MARK: What may go wrong

extension FaultyStore {
  package enum Action: Sendable, Hashable, CaseIterable {
    case save, load, list, remove
  }

  package enum Effect: Sendable {
    /// Nothing is done.
    case fail(StoreError.Reason)
    /// It is done, but the answer is an error.
    case failAfterwards(StoreError.Reason)
    /// A save that leaves the first bytes under the final name and fails: what a store must never do.
    case leavePartial(Int)
    /// A load whose bytes are not those that were saved.
    case corrupt(@Sendable (inout [UInt8]) -> Void)
    /// A list that gives something else than what is there, and no error.
    case lie(@Sendable ([StoredObject]) -> [StoredObject])
    /// A list that gives so many objects and then fails.
    case failAfterListing(Int, StoreError.Reason)
    case delay(Duration)
    /// Done when what is called returns: a test can wait there for the others.
    case hold(@Sendable () -> Void)
  }

  /// When what goes wrong.
  package struct Rule: Sendable {
    package let actions: Set<Action>
    /// Of the key's path: `data`, `index/3f`, or empty for all.
    package let prefix: String
    /// Counted from 1, among the calls that fit.
    package let calls: ClosedRange<Int>
    package let effect: Effect

    package init(
      _ actions: Set<Action>, below prefix: String = "", calls: ClosedRange<Int> = 1...Int.max, _ effect: Effect
    ) {
      self.actions = actions
      self.prefix = prefix
      self.calls = calls
      self.effect = effect
    }
  }

  /// What the last call of a dying process leaves.
  package enum Remains: Sendable, Hashable {
    /// It was not done.
    case nothing
    /// It was done, but nobody heard of it.
    case whole
    /// A save's first bytes stand under a temporary name beside the final one.
    case leftover(Int)
    /// A save's first bytes stand under the final name, as on a store that is not atomic.
    case partial(Int)
  }

  fileprivate struct Crash: Sendable {
    let call: Int
    let remains: Remains
  }

  package func add(_ rule: Rule) {
    state.withLock { state in
      state.rules.append(rule)
      state.counts.append(0)
    }
  }

  package func fail(
    _ action: Action, below prefix: String = "", calls: ClosedRange<Int> = 1...Int.max,
    with reason: StoreError.Reason = .failed
  ) {
    add(Rule([action], below: prefix, calls: calls, .fail(reason)))
  }

  /// The `call`th save or removal, counted from 1, is the last thing that happens; all later calls fail.
  package func crash(at call: Int, leaving remains: Remains) {
    state.withLock { $0.crash = Crash(call: call, remains: remains) }
  }

  /// Saves that go beyond so many bytes fail for want of space.
  package func limitSpace(to bytes: Int64) { state.withLock { $0.spaceLeft = bytes } }

  /// From now on everything goes well.
  package func heal() { state.withLock { $0 = State(mutatingCalls: $0.mutatingCalls) } }
}

// MARK: The store

extension FaultyStore {
  package func save(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) {
    if let remains = try beginMutation(.save, key) {
      switch remains {
      case .nothing: break
      case .whole: try base.save(bytes, at: key)
      case .partial(let count): try base.save(bytes.extracting(0..<min(count, bytes.count)), at: key)
      case .leftover(let count):
        let name = StoreKey(key.path + "-tmp-1")
        try base.save(bytes.extracting(0..<min(count, bytes.count)), at: name)
      }
      throw dead(.save, key.path)
    }
    if let reason = takeSpace(Int64(bytes.count)) { throw injected(reason, .save, key.path) }
    switch effect(.save, key) {
    case .leavePartial(let count):
      try base.save(bytes.extracting(0..<min(count, bytes.count)), at: key)
      throw StoreError(.failed, .save, key.path, because: "injected: short write")
    case .failAfterwards(let reason):
      try base.save(bytes, at: key)
      throw injected(reason, .save, key.path)
    case let effect:
      try carryOut(effect, .save, key)
      try base.save(bytes, at: key)
    }
  }

  package func load(_ key: StoreKey, range: Range<Int64>?, into buffer: inout MutableSpan<UInt8>) throws(StoreError)
    -> Int
  {
    try checkAlive(.load, key)
    let effect = effect(.load, key)
    try carryOut(effect, .load, key)
    let count = try base.load(key, range: range, into: &buffer)
    guard case .corrupt(let change) = effect else { return count }
    var bytes = [UInt8](repeating: 0, count: count)
    for index in 0..<count { bytes[index] = buffer[index] }
    change(&bytes)
    guard bytes.count <= buffer.count else { throw injected(.truncated, .load, key.path) }
    copy(bytes.span, into: &buffer)
    return bytes.count
  }

  package func list(_ prefix: StoreKey, _ each: (StoredObject) throws(StoreError) -> Void) throws(StoreError) {
    try checkAlive(.list, prefix)
    let effect = effect(.list, prefix)
    try carryOut(effect, .list, prefix)
    var found = try base.objects(in: prefix)
    switch effect {
    case .lie(let change): found = change(found)
    case .failAfterListing(let count, let reason):
      for object in found.prefix(count) { try each(object) }
      throw injected(reason, .list, prefix.path)
    default: break
    }
    for object in found { try each(object) }
  }

  package func remove(_ key: StoreKey) throws(StoreError) {
    if let remains = try beginMutation(.remove, key) {
      if remains == .whole { try base.remove(key) }
      throw dead(.remove, key.path)
    }
    switch effect(.remove, key) {
    case .failAfterwards(let reason):
      try base.remove(key)
      throw injected(reason, .remove, key.path)
    case let effect:
      try carryOut(effect, .remove, key)
      try base.remove(key)
    }
  }
}

// MARK: Deciding

extension FaultyStore {
  private func effect(_ action: Action, _ key: StoreKey) -> Effect? {
    state.withLock { state in
      for index in state.rules.indices {
        let rule = state.rules[index]
        guard rule.actions.contains(action), key.path.hasPrefix(rule.prefix) else { continue }
        state.counts[index] += 1
        if rule.calls.contains(state.counts[index]) { return rule.effect }
      }
      return nil
    }
  }

  private func carryOut(_ effect: Effect?, _ action: StoreError.Action, _ key: StoreKey) throws(StoreError) {
    switch effect {
    case .fail(let reason): throw injected(reason, action, key.path)
    case .delay(let duration):
      do throws(Cancelled) {
        try pause(for: duration, unless: Cancellation())
      } catch {
        throw injected(.cancelled, action, key.path)
      }
    case .hold(let wait): wait()
    default: break
    }
  }

  private func injected(_ reason: StoreError.Reason, _ action: StoreError.Action, _ subject: String) -> StoreError {
    StoreError(reason, action, subject, because: "injected fault")
  }

  private func dead(_ action: StoreError.Action, _ subject: String) -> StoreError {
    StoreError(.unreachable, action, subject, because: "injected: the process is dead")
  }

  private func checkAlive(_ action: StoreError.Action, _ key: StoreKey) throws(StoreError) {
    if isDead { throw dead(action, key.path) }
  }

  /// - Returns: what remains of the call, if it is the one in which the process dies.
  private func beginMutation(_ action: StoreError.Action, _ key: StoreKey) throws(StoreError) -> Remains? {
    let (wasDead, remains) = state.withLock { state -> (Bool, Remains?) in
      guard !state.isDead else { return (true, nil) }
      state.mutatingCalls += 1
      guard let crash = state.crash, state.mutatingCalls >= crash.call else { return (false, nil) }
      state.isDead = true
      return (false, crash.remains)
    }
    if wasDead { throw dead(action, key.path) }
    return remains
  }

  private func takeSpace(_ count: Int64) -> StoreError.Reason? {
    state.withLock { state in
      guard let left = state.spaceLeft else { return nil }
      guard left >= count else { return .noSpace }
      state.spaceLeft = left - count
      return nil
    }
  }
}
