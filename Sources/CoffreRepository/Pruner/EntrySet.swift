/// A set of entries of a `BlobIndex`, by their numbers: one bit for each, whatever the index holds.
package struct EntrySet: Sendable, Hashable {
  private var words: [UInt64]

  /// - Parameter capacity: numbers below it may be inserted.
  package init(capacity: Int) { words = Array(repeating: 0, count: (capacity + 63) / 64) }

  mutating func reserve(_ capacity: Int) { words.reserveCapacity((capacity + 63) / 64) }

  /// Makes room for entries that an index got since.
  package mutating func extend(to capacity: Int) {
    let missing = (capacity + 63) / 64 - words.count
    if missing > 0 { words.append(contentsOf: repeatElement(0, count: missing)) }
  }

  package func contains(_ number: Int) -> Bool { words[number >> 6] & (1 << UInt64(number & 63)) != 0 }

  /// - Returns: whether it was absent.
  @discardableResult
  package mutating func insert(_ number: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64(number & 63)
    guard words[number >> 6] & bit == 0 else { return false }
    words[number >> 6] |= bit
    return true
  }

  /// - Precondition: made for the same capacity.
  package mutating func formUnion(_ other: EntrySet) {
    precondition(words.count == other.words.count, "sets of entries of different indexes")
    for index in words.indices { words[index] |= other.words[index] }
  }

  /// What `other` has no room for is in neither.
  mutating func formIntersection(_ other: EntrySet) {
    for index in words.indices { words[index] &= index < other.words.count ? other.words[index] : 0 }
  }

  /// - Precondition: made for the same capacity.
  package mutating func subtract(_ other: EntrySet) {
    precondition(words.count == other.words.count, "sets of entries of different indexes")
    for index in words.indices { words[index] &= ~other.words[index] }
  }

  package var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Calls `body` with each number, from the smallest on.
  package func forEach<Failure: Error>(_ body: (Int) throws(Failure) -> Void) throws(Failure) {
    for index in words.indices {
      var word = words[index]
      while word != 0 {
        try body(index << 6 + word.trailingZeroBitCount)
        word &= word - 1
      }
    }
  }
}

extension EntrySet {
  /// Calls `body` with each number that is not in `other`, which was made for the same capacity.
  func forEach(notIn other: EntrySet, _ body: (Int) -> Void) {
    var difference = self
    difference.subtract(other)
    difference.forEach(body)
  }
}
