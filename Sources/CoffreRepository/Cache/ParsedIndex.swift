import CoffreCore
import CoffreSystem

/// An index as it comes out of its files, before it is made ready for questions: what a cache keeps of it.
struct ParsedIndex: Sendable {
  var files: [ListedIndexFile] = []
  var repeatedPacks: [PackID] = []
  var contradictoryPacks: [PackID] = []
  var columns: BlobColumns

  init(_ columns: BlobColumns) { self.columns = columns }

  init(_ loaded: LoadedIndex) {
    files = loaded.files
    repeatedPacks = loaded.repeatedPacks
    contradictoryPacks = loaded.contradictoryPacks
    columns = loaded.index.columns
  }
}

// MARK: As a document

/// The cached file `coffre-index`, in a `SealedDocument`; numbers are little-endian.
///
///     version                                                u32, of this layout
///     key of the fingerprints                                two u64
///     files, packs, blobs, repeated and contradictory packs  u32 each: how many
///     of each file: id, first pack and end (u32), repeated packs (u32 and ids), packs to delete (u32 and ids)
///     ids of the repeated packs, of the contradictory packs
///     of each pack: id, number of blobs (u32)
///     of packs with holes: how many, and of each the number (u32) and the offset of each blob (u32)
///     of each blob: fingerprint (two u64), length, uncompressed length (u32), kind (u8)
///
/// Only fingerprints of ids are kept (decision 14): with whole ids it would be larger by two thirds.
/// Which files it stands for comes first, so that one that does not fit any more is given up at once.
extension ParsedIndex {
  private static let version: UInt32 = 2
  static let blobSize = 25

  /// - Parameters:
  ///   - listed: the index files that there are now.
  ///   - room: for how many blobs more there is to be room.
  /// - Returns: `nil` if it stands for others too.
  init?(
    reading document: inout SealedDocumentReader, ofSome listed: Set<IndexID>, room: Int,
    makeCodec: @escaping @Sendable () -> BlobCodec
  ) throws(SealedDocumentError) {
    guard try document.number() == Self.version else { return nil }
    columns = BlobColumns(.fingerprints, key: FingerprintKey(try document.word(), try document.word()))
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
    var packs: [BlobColumns.BarePack] = []
    for _ in 0..<packCount {
      packs.append(BlobColumns.BarePack(id: try document.digest(), count: Int(try document.number())))
    }
    guard packs.reduce(0, { $0 + $1.count }) == Int(blobCount) else { throw .malformed }
    for _ in 0..<(try document.number()) {
      let number = Int(try document.number())
      guard number < packs.count, packs[number].offsets == nil else { throw .malformed }
      var offsets: [UInt32] = []
      for _ in 0..<packs[number].count { offsets.append(try document.number()) }
      packs[number].offsets = offsets
    }
    columns.reserve(Int(min(Int64(blobCount), document.sizeInBytes / Int64(Self.blobSize))) + room)
    let reading = ParsedBlobsReading(try document.remainingPieces(), makeCodec, into: columns)
    columns = BlobColumns(.fingerprints)
    columns = try reading.run()
    guard columns.count == Int(blobCount) else { throw .malformed }
    columns.arrange(packs)
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

  func write(to document: inout SealedDocumentWriter) throws(SystemError) {
    try document.number(Self.version)
    try document.word(columns.key.first)
    try document.word(columns.key.second)
    for count in [files.count, columns.packs.count, columns.count, repeatedPacks.count, contradictoryPacks.count] {
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
    for pack in columns.packs {
      try document.digest(pack.id)
      try document.number(UInt32(pack.entries.count))
    }
    try document.number(UInt32(columns.irregularOffsets.count))
    for (number, offsets) in columns.irregularOffsets {
      try document.number(UInt32(number))
      for offset in offsets { try document.number(offset) }
    }
    try document.records(columns.count) { number, bytes in
      append(columns.fingerprints[number].word0, to: &bytes)
      append(columns.fingerprints[number].word1, to: &bytes)
      append(columns.lengths[number], to: &bytes)
      append(columns.uncompressedLengths[number], to: &bytes)
      bytes.append(columns.kind(number).rawValue)
    }
    try document.finish()
  }
}
