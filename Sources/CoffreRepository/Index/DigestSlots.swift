import CoffreCore

/// An open-addressing hash table over a column of digests that somebody else keeps: slots hold entry numbers.
///
/// Digests are hashes already, so the first word says where to look; a byte of the second word beside each slot tells
/// most others apart without touching the column. Entries are never removed. Equal digests may be inserted more than
/// once and are found in the order of insertion.
struct DigestSlots: Sendable {
  private static let empty: UInt8 = 0

  /// 0 where a slot is empty, else a byte of the digest's second word.
  private var tags: [UInt8]
  private var numbers: [UInt32]
  private(set) var count = 0

  /// - Parameter capacity: how many digests will fit without growing.
  init(capacity: Int) {
    let size = capacity + capacity / 3 + 8
    tags = Array(repeating: Self.empty, count: size)
    numbers = Array(repeating: 0, count: size)
  }

  /// Whether another digest may be inserted. At least a quarter of the slots stays empty, so that searches end soon.
  var hasRoom: Bool { count < tags.count - tags.count / 4 - 1 }

  @inline(__always)
  private static func tag(_ id: Digest) -> UInt8 { UInt8(truncatingIfNeeded: id.word1) | 1 }

  /// Spreads the first words evenly over any number of slots, without a division.
  @inline(__always)
  private func home(_ id: Digest) -> Int { Int(id.word0.multipliedFullWidth(by: UInt64(tags.count)).high) }

  /// Calls `body` with the number of each entry equal to `id`, in the order of insertion, until it returns `false`.
  @inline(__always)
  func forEach(_ id: Digest, in ids: [Digest], _ body: (Int) -> Bool) {
    let tags = tags.span
    let numbers = numbers.span
    let ids = ids.span
    let tag = Self.tag(id)
    var slot = home(id)
    while tags[slot] != Self.empty {
      if tags[slot] == tag {
        let number = Int(numbers[slot])
        if ids[number] == id, !body(number) { return }
      }
      slot &+= 1
      if slot == tags.count { slot = 0 }
    }
  }

  /// - Returns: the number of the first entry equal to `id`, or `nil`.
  @inline(__always)
  func first(_ id: Digest, in ids: [Digest]) -> Int? {
    var found: Int?
    forEach(id, in: ids) { number in
      found = number
      return false
    }
    return found
  }

  /// Inserts without looking for equal digests.
  ///
  /// - Precondition: `hasRoom`.
  @inline(__always)
  mutating func insert(_ id: Digest, number: Int) {
    precondition(hasRoom, "no room in a table of digests")
    var slot = home(id)
    while tags[slot] != Self.empty {
      slot &+= 1
      if slot == tags.count { slot = 0 }
    }
    tags[slot] = Self.tag(id)
    numbers[slot] = UInt32(number)
    count &+= 1
  }
}
