import Synchronization

/// What a restore made in which database, by several threads: only that goes if it fails, never what somebody else made
/// under the same name meanwhile.
final class MadeCollections: Sendable {
  private let names = Mutex<[String: Set<String>]>([:])

  func add(_ name: String, in database: String) {
    names.withLock { _ = $0[database, default: []].insert(name) }
  }

  func remove(_ name: String, in database: String) {
    names.withLock { _ = $0[database]?.remove(name) }
  }

  func removeAll() { names.withLock { $0 = [:] } }

  /// By database, sorted.
  var all: [(database: String, names: [String])] {
    names.withLock { $0 }.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) }
  }
}
