import CoffreSystem

/// What was loaded last, up to a limit. Several threads ask at once; each value is loaded by one of them while the others
/// that want it wait.
final class RecentCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct State: Sendable {
    var kept: Generations<Key, Value>
    var loading: Set<Key> = []
  }

  private let state: Monitor<State>

  /// - Parameter limit: of the sum of costs; the value that came last may go beyond it.
  init(limit: Int) { state = Monitor(State(kept: Generations(limit: limit))) }

  /// The value kept, or the one that `load` gives. What fails is not kept: those who wait then try themselves.
  ///
  /// - Parameter load: runs on this thread, outside the lock. Must not ask for the same key.
  func value(for key: Key, load: () throws -> (value: Value, cost: Int)) throws -> Value {
    let kept: Value? = state.wait(until: { !$0.loading.contains(key) }) { state in
      if let value = state.kept.use(key) { return value }
      state.loading.insert(key)
      return nil
    }
    if let kept { return kept }
    do {
      let (value, cost) = try load()
      state.withLock { state in
        state.loading.remove(key)
        state.kept.insert(value, cost: cost, for: key)
      }
      return value
    } catch {
      state.withLock { _ = $0.loading.remove(key) }
      throw error
    }
  }

  /// Whether the value is kept or on its way.
  func expects(_ key: Key) -> Bool {
    state.withLock(signalling: false) { $0.kept.contains(key) || $0.loading.contains(key) }
  }

  /// Of what is kept.
  var cost: Int { state.withLock(signalling: false) { $0.kept.cost } }
}

/// Two generations instead of a list in order of use: when the younger one has half of the limit, it becomes the older
/// one, and what nobody asked for since the last time is dropped.
private struct Generations<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Item: Sendable {
    let value: Value
    let cost: Int
  }

  private let limit: Int
  private var younger: [Key: Item] = [:]
  private var youngerCost = 0
  private var older: [Key: Item] = [:]
  private var olderCost = 0

  init(limit: Int) { self.limit = limit }

  var cost: Int { youngerCost + olderCost }

  func contains(_ key: Key) -> Bool { younger[key] != nil || older[key] != nil }

  mutating func use(_ key: Key) -> Value? {
    if let item = younger[key] { return item.value }
    guard let item = older.removeValue(forKey: key) else { return nil }
    olderCost -= item.cost
    insert(item.value, cost: item.cost, for: key)
    return item.value
  }

  mutating func insert(_ value: Value, cost: Int, for key: Key) {
    if let before = younger.updateValue(Item(value: value, cost: cost), forKey: key) { youngerCost -= before.cost }
    youngerCost += cost
    guard youngerCost > limit / 2 else { return }
    (older, olderCost) = (younger, youngerCost)
    (younger, youngerCost) = ([:], 0)
  }
}
