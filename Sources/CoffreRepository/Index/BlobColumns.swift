import CoffreCore

/// How much an index keeps of the ids of blobs.
package enum IndexDetail: Sendable {
  /// All: it can be asked what there is.
  case wholeIDs
  /// What suffices to find a blob whose id is known; half the memory.
  case fingerprints
}

/// What an index says of packs and blobs, column by column.
///
/// The entries of a pack follow each other by offset. Which pack an entry lies in, and where in it, is not written down for
/// each: both are counted from the next of some entries for which they are.
struct BlobColumns: Sendable {
  /// An entry in so many has its offset written down.
  private static let offsetStride = 64
  /// An entry in so many has its pack written down.
  private static let packStride = 256

  let key: FingerprintKey
  let detail: IndexDetail
  /// Their entries follow each other without gap.
  private(set) var packs: [IndexedPack] = []
  /// The offsets in packs that have holes, by the packs' numbers: those that somebody else made, or lists wrongly.
  private(set) var irregularOffsets: [Int: [UInt32]] = [:]
  private(set) var fingerprints: [BlobFingerprint] = []
  private var rests: [FingerprintRest] = []
  private(set) var lengths: [UInt32] = []
  private(set) var uncompressedLengths: [UInt32] = []
  private var trees = EntrySet(capacity: 0)
  private var offsetsAtStrides: [UInt32] = []
  private var packsAtStrides: [UInt32] = []

  init(_ detail: IndexDetail, key: FingerprintKey = .random()) {
    self.detail = detail
    self.key = key
  }

  var count: Int { fingerprints.count }

  mutating func reserve(_ count: Int) {
    fingerprints.reserveCapacity(count)
    if detail == .wholeIDs { rests.reserveCapacity(count) }
    lengths.reserveCapacity(count)
    uncompressedLengths.reserveCapacity(count)
    trees.reserve(count)
  }
}

// MARK: Adding

extension BlobColumns {
  /// One entry as it is kept.
  struct Entry: Sendable, Hashable {
    let fingerprint: BlobFingerprint
    let kind: BlobKind
    /// In the pack, in bytes.
    let offset: UInt32
    let length: UInt32
    let uncompressedLength: UInt32
  }

  /// - Parameter blobs: in any order.
  mutating func append(_ pack: PackID, _ blobs: some Collection<IndexedBlob>) {
    var sorted = Array(blobs)
    if zip(sorted, sorted.dropFirst()).contains(where: { $0.offset > $1.offset }) {
      sorted.sort { $0.offset < $1.offset }
    }
    var end: UInt32 = 0
    var isRegular = true
    for blob in sorted {
      if blob.offset != end { isRegular = false }
      end = blob.offset &+ blob.length
    }
    let start = count
    var kinds = (data: false, trees: false)
    for blob in sorted {
      if blob.kind == .data { kinds.data = true } else { kinds.trees = true }
      if detail == .wholeIDs { rests.append(FingerprintRest(word2: blob.id.word2, word3: blob.id.word3)) }
      append(entry(blob))
    }
    if !isRegular { irregularOffsets[packs.count] = sorted.map(\.offset) }
    packs.append(IndexedPack(id: pack, entries: start..<count, hasData: kinds.data, hasTrees: kinds.trees))
  }

  /// Takes in an entry of the pack that comes next.
  mutating func append(_ entry: Entry) {
    let number = fingerprints.count
    if number % Self.offsetStride == 0 {
      offsetsAtStrides.append(entry.offset)
      if number % Self.packStride == 0 { packsAtStrides.append(UInt32(packs.count)) }
    }
    trees.extend(to: number + 1)
    if entry.kind == .tree { trees.insert(number) }
    fingerprints.append(entry.fingerprint)
    lengths.append(entry.length)
    uncompressedLengths.append(entry.uncompressedLength)
  }

  /// A pack whose entries were appended before.
  struct BarePack: Sendable {
    let id: PackID
    let count: Int
    /// Of a pack with holes.
    var offsets: [UInt32]?
  }

  /// Appends entries that belong to no pack until `arrange`.
  mutating func append(_ blobs: ParsedBlobs) {
    let start = count
    fingerprints += blobs.fingerprints
    lengths += blobs.lengths
    uncompressedLengths += blobs.uncompressedLengths
    trees.extend(to: count)
    for place in blobs.trees { trees.insert(start + place) }
  }

  /// Says of all entries which pack they lie in.
  ///
  /// - Precondition: the packs have as many entries as there are.
  mutating func arrange(_ listed: [BarePack]) {
    var number = 0
    packs.reserveCapacity(listed.count)
    for pack in listed {
      let start = number
      var offset: UInt32 = 0
      var treeCount = 0
      while number < start + pack.count {
        if number % Self.offsetStride == 0 { offsetsAtStrides.append(offset) }
        if number % Self.packStride == 0 { packsAtStrides.append(UInt32(packs.count)) }
        if trees.contains(number) { treeCount += 1 }
        offset &+= lengths[number]
        number += 1
      }
      if let offsets = pack.offsets { irregularOffsets[packs.count] = offsets }
      packs.append(
        IndexedPack(
          id: pack.id, entries: start..<number, hasData: treeCount < pack.count, hasTrees: treeCount > 0))
    }
  }
}

// MARK: Asking

extension BlobColumns {
  @inline(__always)
  func kind(_ number: Int) -> BlobKind { trees.contains(number) ? .tree : .data }

  func entry(_ number: Int) -> Entry {
    Entry(
      fingerprint: fingerprints[number], kind: kind(number), offset: offset(number), length: lengths[number],
      uncompressedLength: uncompressedLengths[number])
  }

  func entry(_ blob: IndexedBlob) -> Entry {
    Entry(
      fingerprint: key.fingerprint(of: blob.id, blob.kind), kind: blob.kind, offset: blob.offset, length: blob.length,
      uncompressedLength: blob.uncompressedLength)
  }

  /// - Precondition: the index was made with whole ids.
  func id(_ number: Int) -> BlobID {
    precondition(detail == .wholeIDs, "this index keeps fingerprints only: nobody can ask it for ids")
    return key.id(of: fingerprints[number], kind(number), rests[number])
  }

  /// Whether an entry with the fingerprint of `id` really is of that id, as far as is known.
  @inline(__always)
  func agrees(_ number: Int, _ id: BlobID) -> Bool {
    if detail == .fingerprints { return true }
    let rest = rests[number]
    return rest.word2 == id.word2 && rest.word3 == id.word3
  }

  /// The number of the pack an entry lies in.
  func pack(_ number: Int) -> Int {
    let stride = number / Self.packStride
    var low = Int(packsAtStrides[stride])
    var high = stride + 1 < packsAtStrides.count ? Int(packsAtStrides[stride + 1]) + 1 : packs.count
    // The last one that does not begin behind the entry.
    while high - low > 1 {
      let middle = (low + high) / 2
      if packs[middle].entries.lowerBound <= number { low = middle } else { high = middle }
    }
    return low
  }

  /// How many of the entries are trees, and how many there are at all.
  func counts(without left: EntrySet?) -> (trees: Int, all: Int) {
    guard var found = left else { return (trees.count, count) }
    let lost = found.count
    found.formIntersection(trees)
    return (trees.count - found.count, count - lost)
  }

  func offset(_ number: Int) -> UInt32 { offset(number, inPack: pack(number)) }

  func offset(_ number: Int, inPack pack: Int) -> UInt32 {
    let first = packs[pack].entries.lowerBound
    if !irregularOffsets.isEmpty, let offsets = irregularOffsets[pack] { return offsets[number - first] }
    let stride = number / Self.offsetStride
    let isPastStride = stride * Self.offsetStride > first
    var offset = isPastStride ? offsetsAtStrides[stride] : 0
    for entry in (isPastStride ? stride * Self.offsetStride : first)..<number { offset &+= lengths[entry] }
    return offset
  }

  /// Whether the entries of a pack stand one behind the other.
  func isGapless(_ pack: Int) -> Bool { irregularOffsets[pack] == nil }

  /// - Precondition: the index was made with whole ids.
  func blob(_ number: Int) -> IndexedBlob {
    IndexedBlob(
      id: id(number), kind: kind(number), offset: offset(number), length: lengths[number],
      uncompressedLength: uncompressedLengths[number])
  }
}
