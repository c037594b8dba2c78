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
/// Entries are numbered from 0, those of one pack without gap and by offset; a blob that lies in several packs has several
/// entries. About 31 bytes an entry, 47 with whole ids.
package final class BlobIndex: Sendable {
  let columns: BlobColumns
  private let table: FingerprintTable
  private let treeCount: Int
  private let findableCount: Int

  convenience init(_ columns: consuming BlobColumns) { self.init(columns, without: nil) }

  /// The same without what some packs hold, by their numbers: nobody finds their blobs any more.
  convenience init(_ other: BlobIndex, withoutPacks lost: Set<Int>) {
    var entries = EntrySet(capacity: other.count)
    for pack in lost { for entry in other.packs[pack].entries { entries.insert(entry) } }
    self.init(other.columns, without: entries)
  }

  private init(_ columns: consuming BlobColumns, without left: EntrySet?) {
    table = FingerprintTable(columns.fingerprints, without: left)
    (treeCount, findableCount) = columns.counts(without: left)
    self.columns = columns
  }

  /// In the order in which they were listed; their place here is the pack's number.
  package var packs: [IndexedPack] { columns.packs }

  /// Whether ids can be asked for.
  package var detail: IndexDetail { columns.detail }

  /// Of entries; a blob that lies in several packs counts as often.
  package var count: Int { columns.count }

  /// Of entries of one kind.
  package func count(of kind: BlobKind) -> Int { kind == .tree ? treeCount : findableCount - treeCount }
}

// MARK: Asking for a blob

extension BlobIndex {
  package func contains(_ id: BlobID, _ kind: BlobKind) -> Bool { entryNumber(of: id, kind) != nil }

  /// The first entry of a blob: the one that stands for it where blobs are counted.
  package func entryNumber(of id: BlobID, _ kind: BlobKind) -> Int? {
    var found: Int?
    forEachEntry(of: id, kind) { number in
      found = number
      return false
    }
    return found
  }

  /// The numbers of all entries of a blob.
  package func entryNumbers(of id: BlobID, _ kind: BlobKind) -> [Int] {
    var numbers: [Int] = []
    forEachEntry(of: id, kind) { number in
      numbers.append(number)
      return true
    }
    return numbers
  }

  @inline(__always)
  private func forEachEntry(of id: BlobID, _ kind: BlobKind, _ body: (Int) -> Bool) {
    table.forEach(columns.key.fingerprint(of: id, kind), in: columns.fingerprints) { number in
      columns.agrees(number, id) ? body(number) : true
    }
  }

  package func location(of id: BlobID, _ kind: BlobKind) -> BlobLocation? {
    entryNumber(of: id, kind).map { location(ofEntry: $0) }
  }

  /// All places where a blob lies, empty if it is unknown.
  package func locations(of id: BlobID, _ kind: BlobKind) -> [BlobLocation] {
    entryNumbers(of: id, kind).map { location(ofEntry: $0) }
  }

  /// Of the plaintext, in bytes.
  package func plainLength(of id: BlobID, _ kind: BlobKind) -> UInt32? {
    entryNumber(of: id, kind).map { plainLength(ofEntry: $0) }
  }
}

// MARK: Asking for entries and packs

extension BlobIndex {
  /// - Precondition: `number` is in `0..<count`, and the index was loaded with whole ids.
  package func entry(_ number: Int) -> IndexedBlob { columns.blob(number) }

  /// - Precondition: the index was loaded with whole ids.
  package func id(ofEntry number: Int) -> BlobID { columns.id(number) }

  package func kind(ofEntry number: Int) -> BlobKind { columns.kind(number) }

  /// The number of the pack an entry lies in.
  package func packNumber(ofEntry number: Int) -> Int { columns.pack(number) }

  package func location(ofEntry number: Int) -> BlobLocation {
    let pack = columns.pack(number)
    return BlobLocation(
      pack: packs[pack].id, offset: columns.offset(number, inPack: pack), length: columns.lengths[number],
      uncompressedLength: columns.uncompressedLengths[number])
  }

  /// Of the plaintext, in bytes.
  package func plainLength(ofEntry number: Int) -> UInt32 {
    BlobLocation.plainLength(
      length: columns.lengths[number], uncompressedLength: columns.uncompressedLengths[number])
  }

  /// What the size of a pack must be by its entries, in bytes.
  package func packSize(_ number: Int) -> Int64 {
    packs[number].entries.reduce(Int64(PackHeader.overhead)) { size, entry in
      size + Int64(columns.lengths[entry])
        + Int64(PackHeader.entrySize(isCompressed: columns.uncompressedLengths[entry] != 0))
    }
  }

  /// The entries of a pack in the order of their offsets.
  package func entriesByOffset(ofPack number: Int) -> [Int] { Array(packs[number].entries) }
}
