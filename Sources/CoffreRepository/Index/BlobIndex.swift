import CoffreCore

/// A pack as the index knows it.
package struct IndexedPack: Sendable, Hashable {
  package let id: PackID
  /// Numbers of its entries in the index.
  package let entries: Range<Int>
  package let hasData: Bool
  package let hasTrees: Bool

  /// Data and trees in one pack: readable, but nobody writes it any more.
  package var isMixed: Bool { hasData && hasTrees }
}

/// Where every blob of a repository lies. Never changes once built, so that all threads may ask at once.
///
/// Entries are numbered from 0, those of one pack without gap; a blob that lies in several packs has several entries.
/// About 55 bytes an entry.
package final class BlobIndex: Sendable {
  /// In the order in which they were listed; their place here is the pack's number.
  package let packs: [IndexedPack]
  private let ids: [Digest]
  /// Numbers of packs; the highest bit is set for trees.
  private let owners: [UInt32]
  private let offsets: [UInt32]
  private let lengths: [UInt32]
  private let uncompressedLengths: [UInt32]
  private let dataSlots: DigestSlots
  private let treeSlots: DigestSlots

  static let treeBit: UInt32 = 1 << 31

  init(packs: [IndexedPack], columns: consuming BlobColumns) {
    self.packs = packs
    ids = columns.ids
    owners = columns.owners
    offsets = columns.offsets
    lengths = columns.lengths
    uncompressedLengths = columns.uncompressedLengths
    (dataSlots, treeSlots) = Self.slots(for: ids, owners) { _ in true }
  }

  /// The same without what some packs hold, by their numbers: nobody finds their blobs any more.
  init(_ other: BlobIndex, withoutPacks lost: Set<Int>) {
    packs = other.packs
    ids = other.ids
    owners = other.owners
    offsets = other.offsets
    lengths = other.lengths
    uncompressedLengths = other.uncompressedLengths
    (dataSlots, treeSlots) = Self.slots(for: ids, owners) { !lost.contains($0) }
  }

  /// What it was built from.
  var columns: BlobColumns {
    BlobColumns(
      ids: ids, owners: owners, offsets: offsets, lengths: lengths, uncompressedLengths: uncompressedLengths)
  }

  private static func slots(for ids: [Digest], _ owners: [UInt32], keepsPack: (Int) -> Bool) -> (
    data: DigestSlots, trees: DigestSlots
  ) {
    var treeCount = 0
    for owner in owners where owner & treeBit != 0 { treeCount += 1 }
    var data = DigestSlots(capacity: ids.count - treeCount)
    var trees = DigestSlots(capacity: treeCount)
    for number in ids.indices where keepsPack(Int(owners[number] & ~treeBit)) {
      if owners[number] & treeBit == 0 {
        data.insert(ids[number], number: number)
      } else {
        trees.insert(ids[number], number: number)
      }
    }
    return (data, trees)
  }

  /// Of entries; a blob that lies in several packs counts as often.
  package var count: Int { ids.count }

  /// Of entries of one kind.
  package func count(of kind: BlobKind) -> Int { kind == .data ? dataSlots.count : treeSlots.count }
}

// MARK: Asking for a blob

extension BlobIndex {
  package func contains(_ id: BlobID, _ kind: BlobKind) -> Bool { entryNumber(of: id, kind) != nil }

  /// The first entry of a blob: the one that stands for it where blobs are counted.
  package func entryNumber(of id: BlobID, _ kind: BlobKind) -> Int? {
    kind == .data ? dataSlots.first(id, in: ids) : treeSlots.first(id, in: ids)
  }

  /// The numbers of all entries of a blob.
  package func entryNumbers(of id: BlobID, _ kind: BlobKind) -> [Int] {
    var numbers: [Int] = []
    let slots = kind == .data ? dataSlots : treeSlots
    slots.forEach(id, in: ids) { number in
      numbers.append(number)
      return true
    }
    return numbers
  }

  package func location(of id: BlobID, _ kind: BlobKind) -> BlobLocation? {
    entryNumber(of: id, kind).map { location(ofEntry: $0) }
  }

  /// All places where a blob lies, empty if it is unknown.
  package func locations(of id: BlobID, _ kind: BlobKind) -> [BlobLocation] {
    entryNumbers(of: id, kind).map { location(ofEntry: $0) }
  }

  /// Of the plaintext, in bytes.
  package func plainLength(of id: BlobID, _ kind: BlobKind) -> UInt32? { location(of: id, kind)?.plainLength }
}

// MARK: Asking for entries and packs

extension BlobIndex {
  /// - Precondition: `number` is in `0..<count`.
  package func entry(_ number: Int) -> IndexedBlob {
    IndexedBlob(
      id: ids[number], kind: kind(ofEntry: number), offset: offsets[number], length: lengths[number],
      uncompressedLength: uncompressedLengths[number])
  }

  package func id(ofEntry number: Int) -> BlobID { ids[number] }

  package func kind(ofEntry number: Int) -> BlobKind { owners[number] & Self.treeBit == 0 ? .data : .tree }

  /// The number of the pack an entry lies in.
  package func packNumber(ofEntry number: Int) -> Int { Int(owners[number] & ~Self.treeBit) }

  package func location(ofEntry number: Int) -> BlobLocation {
    BlobLocation(
      pack: packs[packNumber(ofEntry: number)].id, offset: offsets[number], length: lengths[number],
      uncompressedLength: uncompressedLengths[number])
  }

  /// What the size of a pack must be by its entries, in bytes.
  package func packSize(_ number: Int) -> Int64 {
    packs[number].entries.reduce(Int64(PackHeader.overhead)) { size, entry in
      size + Int64(lengths[entry])
        + Int64(PackHeader.entrySize(isCompressed: uncompressedLengths[entry] != 0))
    }
  }

  /// The entries of a pack in the order of their offsets.
  package func entriesByOffset(ofPack number: Int) -> [Int] {
    packs[number].entries.sorted { offsets[$0] < offsets[$1] }
  }
}
