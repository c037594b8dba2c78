import CoffreCore
import CoffreSystem

/// An index as it comes out of its files, before it is made ready for questions: what a cache keeps of it.
struct ParsedIndex: Sendable {
  var files: [ListedIndexFile] = []
  var repeatedPacks: [PackID] = []
  var contradictoryPacks: [PackID] = []
  /// Their entries follow each other without gap.
  var packs: [IndexedPack] = []
  var columns = BlobColumns()

  init() {}

  init(_ loaded: LoadedIndex) {
    files = loaded.files
    repeatedPacks = loaded.repeatedPacks
    contradictoryPacks = loaded.contradictoryPacks
    packs = loaded.index.packs
    columns = loaded.index.columns
  }
}

// MARK: As a document

/// The cached file `coffre-index`, in a `SealedDocument`; numbers are little-endian.
///
///     version                                                u32, of this layout
///     files, packs, blobs, repeated and contradictory packs  u32 each: how many
///     of each file: id, first pack and end (u32), repeated packs (u32 and ids), packs to delete (u32 and ids)
///     ids of the repeated packs, of the contradictory packs
///     of each pack: id, number of blobs (u32)
///     of each blob: id, offset, length, uncompressed length (u32), kind (u8)
///
/// Which files it stands for comes first, so that one that does not fit any more is given up at once.
extension ParsedIndex {
  private static let version: UInt32 = 1
  private static let blobSize = Digest.byteCount + 13

  /// - Parameter listed: the index files that there are now.
  /// - Returns: `nil` if it stands for others too.
  init?(
    reading document: inout SealedDocumentReader, ofSome listed: Set<IndexID>
  ) throws(SealedDocumentError) {
    guard try document.number() == Self.version else { return nil }
    let fileCount = try document.number()
    let packCount = try document.number()
    let blobCount = try document.number()
    let repeatedCount = try document.number()
    let contradictoryCount = try document.number()
    for _ in 0..<fileCount {
      let file = try Self.file(&document, packCount: Int(packCount))
      guard listed.contains(file.id) else { return nil }
      files.append(file)
    }
    repeatedPacks = try Self.ids(&document, count: repeatedCount)
    contradictoryPacks = try Self.ids(&document, count: contradictoryCount)
    var sizes: [(id: PackID, count: Int)] = []
    for _ in 0..<packCount { sizes.append((try document.digest(), Int(try document.number()))) }
    guard sizes.reduce(0, { $0 + $1.count }) == Int(blobCount) else { throw .malformed }
    columns.reserve(Int(min(Int64(blobCount), document.sizeInBytes / Int64(Self.blobSize))))
    try readBlobs(&document, of: sizes)
    try document.finish()
  }

  private static func file(_ document: inout SealedDocumentReader, packCount: Int) throws(SealedDocumentError)
    -> ListedIndexFile
  {
    let id = try document.digest()
    let first = Int(try document.number())
    let end = Int(try document.number())
    guard first <= end, end <= packCount else { throw .malformed }
    let repeated = try ids(&document, count: try document.number())
    let toDelete = try ids(&document, count: try document.number())
    return ListedIndexFile(id: id, packs: first..<end, repeatedPacks: repeated, packsToDelete: toDelete)
  }

  private static func ids(_ document: inout SealedDocumentReader, count: UInt32) throws(SealedDocumentError) -> [Digest]
  {
    var ids: [Digest] = []
    for _ in 0..<count { ids.append(try document.digest()) }
    return ids
  }

  private mutating func readBlobs(
    _ document: inout SealedDocumentReader, of sizes: [(id: PackID, count: Int)]
  ) throws(SealedDocumentError) {
    packs.reserveCapacity(sizes.count)
    for (id, count) in sizes {
      let start = columns.count
      let pack = packs.count
      var hasData = false
      var hasTrees = false
      try document.records(count, size: Self.blobSize) { (bytes, offset) throws(SealedDocumentError) in
        guard let kind = BlobKind(rawValue: bytes[offset + 44]) else { throw .malformed }
        if kind == .data { hasData = true } else { hasTrees = true }
        columns.append(
          IndexedBlob(
            id: Digest(bytes: bytes, at: offset), kind: kind, offset: littleEndian(bytes, offset + 32),
            length: littleEndian(bytes, offset + 36), uncompressedLength: littleEndian(bytes, offset + 40)), pack: pack)
      }
      packs.append(IndexedPack(id: id, entries: start..<columns.count, hasData: hasData, hasTrees: hasTrees))
    }
  }

  func write(to document: inout SealedDocumentWriter) throws(SystemError) {
    try document.number(Self.version)
    for count in [files.count, packs.count, columns.count, repeatedPacks.count, contradictoryPacks.count] {
      try document.number(UInt32(count))
    }
    for file in files {
      try document.digest(file.id)
      try document.number(UInt32(file.packs.lowerBound))
      try document.number(UInt32(file.packs.upperBound))
      try document.number(UInt32(file.repeatedPacks.count))
      for id in file.repeatedPacks { try document.digest(id) }
      try document.number(UInt32(file.packsToDelete.count))
      for id in file.packsToDelete { try document.digest(id) }
    }
    for id in repeatedPacks + contradictoryPacks { try document.digest(id) }
    for pack in packs {
      try document.digest(pack.id)
      try document.number(UInt32(pack.entries.count))
    }
    for number in 0..<columns.count {
      let blob = columns.blob(number)
      try document.digest(blob.id)
      try document.number(blob.offset)
      try document.number(blob.length)
      try document.number(blob.uncompressedLength)
      try document.byte(blob.kind.rawValue)
    }
    try document.finish()
  }
}
