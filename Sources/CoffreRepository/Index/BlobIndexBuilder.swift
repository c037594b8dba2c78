import CoffreCore

/// The columns of an index while it is built.
struct BlobColumns: Sendable {
  var ids: [Digest] = []
  var owners: [UInt32] = []
  var offsets: [UInt32] = []
  var lengths: [UInt32] = []
  var uncompressedLengths: [UInt32] = []

  var count: Int { ids.count }

  mutating func reserve(_ count: Int) {
    ids.reserveCapacity(count)
    owners.reserveCapacity(count)
    offsets.reserveCapacity(count)
    lengths.reserveCapacity(count)
    uncompressedLengths.reserveCapacity(count)
  }

  mutating func append(_ blob: IndexedBlob, pack: Int) {
    ids.append(blob.id)
    owners.append(UInt32(pack) | (blob.kind == .tree ? BlobIndex.treeBit : 0))
    offsets.append(blob.offset)
    lengths.append(blob.length)
    uncompressedLengths.append(blob.uncompressedLength)
  }

  func blob(_ number: Int) -> IndexedBlob {
    IndexedBlob(
      id: ids[number], kind: owners[number] & BlobIndex.treeBit == 0 ? .data : .tree, offset: offsets[number],
      length: lengths[number], uncompressedLength: uncompressedLengths[number])
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

  private var columns = BlobColumns()
  private var packs: [IndexedPack] = []
  private var packIDs: [PackID] = []
  private var packSlots = DigestSlots(capacity: 64)

  package init() {}

  /// Goes on from an index that was built before: its packs and entries keep their numbers.
  package init(extending index: BlobIndex) {
    self.init(packs: index.packs, columns: index.columns)
  }

  /// Goes on from what an index consists of.
  init(packs: [IndexedPack], columns: BlobColumns) {
    self.columns = columns
    self.packs = packs
    packIDs = packs.map(\.id)
    growSlots()
  }

  /// Makes room for that many blobs at once, which saves memory while building.
  package mutating func reserve(blobs count: Int) { columns.reserve(count) }

  /// How many entries there are so far.
  package var count: Int { columns.count }

  /// How many packs there are so far; the next new one gets this number.
  package var packCount: Int { packs.count }

  /// Takes over all packs of an index file, or none if it cannot be read.
  package mutating func add(indexFile bytes: [UInt8], repositoryVersion: Int) throws(MalformedIndex) {
    var listed: [(id: PackID, start: Int)] = []
    var blobs: [IndexedBlob] = []
    let facts = try IndexFile.decode(
      bytes, repositoryVersion: repositoryVersion,
      beginPack: { listed.append((id: $0, start: blobs.count)) },
      blob: { _, blob in blobs.append(blob) })
    packsToDelete += facts.packsToDelete
    for (index, pack) in listed.enumerated() {
      let end = index + 1 < listed.count ? listed[index + 1].start : blobs.count
      add(pack: pack.id, blobs: blobs[pack.start..<end])
    }
  }

  /// Takes over one listing of a pack.
  package mutating func add(pack: PackID, blobs: some Collection<IndexedBlob>) {
    let known = numbers(of: pack)
    guard !known.isEmpty else { return append(pack, blobs) }
    let before = Set(known.flatMap { packs[$0].entries }.map { columns.blob($0) })
    let now = Set(blobs)
    guard before != now else {
      repeatedPacks.append(pack)
      return
    }
    contradictoryPacks.append(pack)
    let added = blobs.filter { !before.contains($0) }
    if !added.isEmpty { append(pack, added) }
  }

  /// The index of all that was added.
  package consuming func build() -> BlobIndex { BlobIndex(packs: packs, columns: columns) }

  private func numbers(of pack: PackID) -> [Int] {
    var numbers: [Int] = []
    packSlots.forEach(pack, in: packIDs) { number in
      numbers.append(number)
      return true
    }
    return numbers
  }

  private mutating func append(_ pack: PackID, _ blobs: some Collection<IndexedBlob>) {
    let start = columns.count
    var hasData = false
    var hasTrees = false
    for blob in blobs {
      columns.append(blob, pack: packs.count)
      if blob.kind == .data { hasData = true } else { hasTrees = true }
    }
    if !packSlots.hasRoom { growSlots() }
    packSlots.insert(pack, number: packs.count)
    packIDs.append(pack)
    packs.append(IndexedPack(id: pack, entries: start..<columns.count, hasData: hasData, hasTrees: hasTrees))
  }

  private mutating func growSlots() {
    var larger = DigestSlots(capacity: packIDs.count * 2)
    for number in packIDs.indices { larger.insert(packIDs[number], number: number) }
    packSlots = larger
  }
}
