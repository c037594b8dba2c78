import CoffreSystem
import Synchronization

/// An open-addressing hash table over a column of fingerprints that somebody else keeps: slots hold entry numbers.
///
/// Fingerprints are hashes already, so the first word says where to look; a byte of the second word beside each slot tells
/// most others apart without touching the column. Equal fingerprints may stand there more than once and are found in the
/// order of their numbers.
///
/// A large table consists of shards, by the first word. Threads make them one by one, each so small that the processor's
/// cache holds it.
struct FingerprintTable: Sendable {
  private static let empty: UInt8 = 0
  /// Of that many entries: about a megabyte.
  private static let shardEntries = 1 << 18

  private let shardCount: UInt64
  private let shardSize: Int
  /// 0 where a slot is empty, else a byte of the fingerprint's second word.
  private let tags: [UInt8]
  private let numbers: [UInt32]

  /// - Parameter left: entries that nobody shall find.
  init(_ fingerprints: [BlobFingerprint], without left: EntrySet? = nil) {
    let shardCount = max(1, fingerprints.count / Self.shardEntries)
    var counts = Array(repeating: 0, count: shardCount)
    for fingerprint in fingerprints {
      counts[Int(fingerprint.word0.multipliedFullWidth(by: UInt64(shardCount)).high)] += 1
    }
    let largest = counts.max() ?? 0
    // At least a quarter of the slots stays empty, so that searches end soon.
    let shardSize = largest + largest / 3 + 8
    let making = TableMaking(fingerprints, left, shardCount: shardCount, shardSize: shardSize)
    making.run()
    self.shardCount = UInt64(shardCount)
    self.shardSize = shardSize
    (tags, numbers) = making.result
  }

  @inline(__always)
  static func tag(_ fingerprint: BlobFingerprint) -> UInt8 { max(1, UInt8(truncatingIfNeeded: fingerprint.word1)) }

  /// Calls `body` with the number of each entry equal to `fingerprint`, from the lowest on, until it returns `false`.
  @inline(__always)
  func forEach(_ fingerprint: BlobFingerprint, in fingerprints: [BlobFingerprint], _ body: (Int) -> Bool) {
    let tags = tags.span
    let numbers = numbers.span
    let fingerprints = fingerprints.span
    let tag = Self.tag(fingerprint)
    let (shard, rest) = fingerprint.word0.multipliedFullWidth(by: shardCount)
    let start = Int(shard) &* shardSize
    let end = start &+ shardSize
    var slot = start &+ Int(rest.multipliedFullWidth(by: UInt64(shardSize)).high)
    while tags[slot] != Self.empty {
      if tags[slot] == tag {
        let number = Int(numbers[slot])
        if fingerprints[number] == fingerprint, !body(number) { return }
      }
      slot &+= 1
      if slot == end { slot = start }
    }
  }
}

/// Fills a table: threads take group after group of shards, and put the finished ones behind each other.
private final class TableMaking: Sendable {
  private struct Shards {
    var tags: [UInt8] = []
    var numbers: [UInt32] = []
  }

  /// An entry with the slot where it wants to be.
  private struct Wish {
    let number: UInt32
    let slot: UInt32
    let tag: UInt8
  }

  private struct State {
    var table = Shards()
    var joined = 0
    /// Finished before one that comes before them.
    var waiting: [Int: Shards] = [:]
  }

  /// Each group costs a look at all entries, and the fewer there are, the more memory one takes.
  private static let groups = 8
  private let fingerprints: [BlobFingerprint]
  private let left: EntrySet?
  private let shardCount: Int
  private let shardSize: Int
  private let shardsInGroup: Int
  private let next = Atomic<Int>(0)
  private let state = Mutex(State())

  init(_ fingerprints: [BlobFingerprint], _ left: EntrySet?, shardCount: Int, shardSize: Int) {
    self.fingerprints = fingerprints
    self.left = left
    self.shardCount = shardCount
    self.shardSize = shardSize
    shardsInGroup = (shardCount + Self.groups - 1) / Self.groups
    state.withLock { state in
      state.table.tags.reserveCapacity(shardCount * shardSize)
      state.table.numbers.reserveCapacity(shardCount * shardSize)
    }
  }

  func run() {
    let threads = min(shardCount, max(1, processorCount))
    guard threads > 1 else { return work() }
    // Without threads it takes longer.
    do { try runThreads(count: threads, named: "table") { _ in self.work() } } catch { work() }
  }

  var result: ([UInt8], [UInt32]) { state.withLock { ($0.table.tags, $0.table.numbers) } }

  private func work() {
    while true {
      let group = next.add(1, ordering: .relaxed).oldValue
      let first = group * shardsInGroup
      guard first < shardCount else { return }
      let shards = make(first..<min(first + shardsInGroup, shardCount))
      state.withLock { state in
        state.waiting[group] = shards
        while let shards = state.waiting.removeValue(forKey: state.joined) {
          state.table.tags += shards.tags
          state.table.numbers += shards.numbers
          state.joined += 1
        }
      }
    }
  }

  private func make(_ shards: Range<Int>) -> Shards {
    let wishes = wishes(for: shards)
    var made = Shards(
      tags: Array(repeating: 0, count: shards.count * shardSize),
      numbers: Array(repeating: 0, count: shards.count * shardSize))
    for (index, wishes) in wishes.enumerated() {
      let start = index * shardSize
      let end = start + shardSize
      for wish in wishes {
        var slot = start &+ Int(wish.slot)
        while made.tags[slot] != 0 {
          slot &+= 1
          if slot == end { slot = start }
        }
        made.tags[slot] = wish.tag
        made.numbers[slot] = wish.number
      }
    }
    return made
  }

  private func wishes(for shards: Range<Int>) -> [[Wish]] {
    var wishes: [[Wish]] = shards.map { _ in [] }
    for index in wishes.indices { wishes[index].reserveCapacity(shardSize * 3 / 4) }
    let (count, size, first) = (UInt64(shardCount), UInt64(shardSize), UInt64(shards.lowerBound))
    for number in fingerprints.indices {
      let fingerprint = fingerprints[number]
      let (shard, rest) = fingerprint.word0.multipliedFullWidth(by: count)
      let index = Int(truncatingIfNeeded: shard &- first)
      guard index >= 0, index < wishes.count else { continue }
      if let left, left.contains(number) { continue }
      wishes[index].append(
        Wish(
          number: UInt32(number), slot: UInt32(rest.multipliedFullWidth(by: size).high),
          tag: FingerprintTable.tag(fingerprint)))
    }
    return wishes
  }
}
