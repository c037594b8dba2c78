import CoffreSystem
import Synchronization

/// An open-addressing hash table over a column of fingerprints that somebody else keeps: slots hold entry numbers.
///
/// Fingerprints are hashes already, so the first word says where to look; a byte of the second word beside each slot tells
/// most others apart without touching the column. Equal fingerprints may stand there more than once and are found in the
/// order of their numbers.
///
/// A large table consists of shards, by the highest bits of the first word. They are made by several threads, each in a
/// part of memory that the processor's cache holds.
struct FingerprintTable: Sendable {
  private static let empty: UInt8 = 0
  private static let manyEntries = 1 << 18
  private static let manyShards = 8

  private let shardCount: UInt64
  private let shardSize: Int
  /// 0 where a slot is empty, else a byte of the fingerprint's second word.
  private let tags: [UInt8]
  private let numbers: [UInt32]

  /// - Parameter left: entries that nobody shall find.
  init(_ fingerprints: [BlobFingerprint], without left: EntrySet? = nil) {
    let shardCount = fingerprints.count < Self.manyEntries ? 1 : Self.manyShards
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

/// Fills a table: threads take shard after shard, and put the finished ones behind each other.
private final class TableMaking: Sendable {
  private struct Shard {
    var tags: [UInt8]
    var numbers: [UInt32]
  }

  private struct State {
    var tags: [UInt8] = []
    var numbers: [UInt32] = []
    var joined = 0
    /// Finished before one that comes before them.
    var waiting: [Int: Shard] = [:]
  }

  private let fingerprints: [BlobFingerprint]
  private let left: EntrySet?
  private let shardCount: Int
  private let shardSize: Int
  private let next = Atomic<Int>(0)
  private let state = Mutex(State())

  init(_ fingerprints: [BlobFingerprint], _ left: EntrySet?, shardCount: Int, shardSize: Int) {
    self.fingerprints = fingerprints
    self.left = left
    self.shardCount = shardCount
    self.shardSize = shardSize
    state.withLock { state in
      state.tags.reserveCapacity(shardCount * shardSize)
      state.numbers.reserveCapacity(shardCount * shardSize)
    }
  }

  func run() {
    let threads = min(shardCount, max(1, processorCount))
    guard threads > 1 else { return work() }
    // Without threads it takes longer.
    do { try runThreads(count: threads, named: "table") { _ in self.work() } } catch { work() }
  }

  var result: ([UInt8], [UInt32]) { state.withLock { ($0.tags, $0.numbers) } }

  private func work() {
    while true {
      let number = next.add(1, ordering: .relaxed).oldValue
      guard number < shardCount else { return }
      let shard = make(number)
      state.withLock { state in
        state.waiting[number] = shard
        while let shard = state.waiting.removeValue(forKey: state.joined) {
          state.tags += shard.tags
          state.numbers += shard.numbers
          state.joined += 1
        }
      }
    }
  }

  private func make(_ shard: Int) -> Shard {
    var tags = [UInt8](repeating: 0, count: shardSize)
    var numbers = [UInt32](repeating: 0, count: shardSize)
    let (count, size, own) = (UInt64(shardCount), UInt64(shardSize), UInt64(shard))
    for number in fingerprints.indices {
      let fingerprint = fingerprints[number]
      let (shard, rest) = fingerprint.word0.multipliedFullWidth(by: count)
      if shard != own { continue }
      if let left, left.contains(number) { continue }
      var slot = Int(rest.multipliedFullWidth(by: size).high)
      while tags[slot] != 0 {
        slot &+= 1
        if slot == tags.count { slot = 0 }
      }
      tags[slot] = FingerprintTable.tag(fingerprint)
      numbers[slot] = UInt32(number)
    }
    return Shard(tags: tags, numbers: numbers)
  }
}
