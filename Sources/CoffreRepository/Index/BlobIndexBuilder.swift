import CoffreCore

/// An index file's listings, read and not taken over yet.
struct ListedPacks: Sendable {
  private(set) var facts = IndexFile.Facts()
  private var packs: [(id: PackID, start: Int)] = []
  private var blobs: [IndexedBlob] = []

  init(indexFile bytes: [UInt8], repositoryVersion: Int) throws(MalformedIndex) {
    var packs: [(id: PackID, start: Int)] = []
    var blobs: [IndexedBlob] = []
    // A blob takes about 170 bytes there.
    blobs.reserveCapacity(bytes.count / 160)
    facts = try IndexFile.decode(
      bytes, repositoryVersion: repositoryVersion,
      beginPack: { packs.append((id: $0, start: blobs.count)) },
      blob: { _, blob in blobs.append(blob) })
    self.packs = packs
    self.blobs = blobs
  }

  func forEach(_ body: (PackID, ArraySlice<IndexedBlob>) -> Void) {
    for (index, pack) in packs.enumerated() {
      let end = index + 1 < packs.count ? packs[index + 1].start : blobs.count
      body(pack.id, blobs[pack.start..<end])
    }
  }
}

/// Collects what index files say into a `BlobIndex`.
package struct BlobIndexBuilder: Sendable {
  /// Packs listed more than once with the same blobs: harmless, `repair index` tidies it.
  package private(set) var repeatedPacks: [PackID] = []
  /// Packs listed more than once with different blobs: damage. What a later listing adds is kept under another number.
  package private(set) var contradictoryPacks: [PackID] = []
  /// What rustic has marked for deletion.
  package private(set) var packsToDelete: [PackID] = []

  private var columns: BlobColumns
  private var packIDs: [PackID] = []
  private var packSlots = DigestSlots(capacity: 64)

  package init(_ detail: IndexDetail = .wholeIDs) { columns = BlobColumns(detail) }

  /// Goes on from an index that was built before: its packs and entries keep their numbers.
  package init(extending index: BlobIndex) { self.init(index.columns) }

  /// Goes on from what an index consists of.
  init(_ columns: BlobColumns) {
    self.columns = columns
    packIDs = columns.packs.map(\.id)
    growSlots()
  }

  /// Makes room for that many blobs at once, which saves memory while building.
  package mutating func reserve(blobs count: Int) { columns.reserve(count) }

  /// How many entries there are so far.
  package var count: Int { columns.count }

  /// How many packs there are so far; the next new one gets this number.
  package var packCount: Int { columns.packs.count }

  /// Takes over all packs of an index file, or none if it cannot be read.
  package mutating func add(indexFile bytes: [UInt8], repositoryVersion: Int) throws(MalformedIndex) {
    add(try ListedPacks(indexFile: bytes, repositoryVersion: repositoryVersion))
  }

  mutating func add(_ listed: ListedPacks) {
    packsToDelete += listed.facts.packsToDelete
    listed.forEach { add(pack: $0, blobs: $1) }
  }

  /// Takes over one listing of a pack.
  package mutating func add(pack: PackID, blobs: some Collection<IndexedBlob>) {
    let known = numbers(of: pack)
    guard !known.isEmpty else { return append(pack, blobs) }
    let before = Set(known.flatMap { columns.packs[$0].entries }.map { columns.entry($0) })
    let now = blobs.map { columns.entry($0) }
    guard before != Set(now) else {
      repeatedPacks.append(pack)
      return
    }
    contradictoryPacks.append(pack)
    let added = zip(blobs, now).filter { !before.contains($0.1) }.map(\.0)
    if !added.isEmpty { append(pack, added) }
  }

  /// The index of all that was added.
  package consuming func build() -> BlobIndex { BlobIndex(columns) }

  private func numbers(of pack: PackID) -> [Int] {
    var numbers: [Int] = []
    packSlots.forEach(pack, in: packIDs) { number in
      numbers.append(number)
      return true
    }
    return numbers
  }

  private mutating func append(_ pack: PackID, _ blobs: some Collection<IndexedBlob>) {
    if !packSlots.hasRoom { growSlots() }
    packSlots.insert(pack, number: packIDs.count)
    packIDs.append(pack)
    columns.append(pack, blobs)
  }

  private mutating func growSlots() {
    var larger = DigestSlots(capacity: packIDs.count * 2)
    for number in packIDs.indices { larger.insert(packIDs[number], number: number) }
    packSlots = larger
  }
}
