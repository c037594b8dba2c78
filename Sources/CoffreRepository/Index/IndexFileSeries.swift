import CoffreCore
import OpenSSLKit

/// Saves index files about packs, one after the other, and lets them take the place of others.
struct IndexFileSeries {
  /// A file that names as many blobs is closed, as restic's are. Peers expect index files below 8 MiB, which compressed
  /// ones of that many blobs are.
  static func wantedBlobCount(inVersion version: Int) -> Int { version >= 2 ? 150_000 : 50_000 }

  /// Bytes of plaintext that are compressed together: more would only be memory.
  private static let partSize = 1 << 20

  /// Where the files go.
  enum Destination {
    case store
    /// Into `sealed`: for who must have them before there is room for them.
    case memory
  }

  /// A file as it is to be stored.
  struct SealedFile {
    let id: IndexID
    let bytes: [UInt8]
  }

  private let repository: Repository
  private let destination: Destination
  private let codec: BlobCodec
  private let wantedBlobCount: Int
  private var writer = IndexFileWriter()
  /// What was written of the file, ready to be sealed.
  private var encoded: [UInt8] = []
  private var waitingPacks = 0
  /// rustic's lists of packs to delete, as JSON: each file takes one along.
  private var marks: [[UInt8]]
  /// As lists will show them.
  private(set) var saved: [ListedObject] = []
  private(set) var sealed: [SealedFile] = []
  /// How many packs stand in files that are saved; the first of those that were added.
  private(set) var savedPacks = 0

  init(in repository: Repository, with codec: BlobCodec, marks: [[UInt8]] = [], to destination: Destination = .store) {
    self.repository = repository
    self.destination = destination
    self.codec = codec
    self.marks = marks
    wantedBlobCount = Self.wantedBlobCount(inVersion: repository.config.version)
  }

  /// Takes in one pack; it stands whole in one file.
  mutating func add(_ pack: PackID, _ blobs: some Collection<IndexedBlob>) throws(StoreError) {
    writer.append(pack: pack, blobs: blobs)
    waitingPacks += 1
    if writer.waitingBytes >= Self.partSize { encode(writer.takePart()) }
    if writer.blobCount >= wantedBlobCount { try flush() }
  }

  /// Saves what was added and is not saved yet.
  ///
  /// - Returns: all files of the series.
  mutating func finish() throws(StoreError) -> [IndexID] {
    while waitingPacks > 0 || !marks.isEmpty { try flush() }
    return saved.map(\.id)
  }

  /// The same, and then removes the files that name what goes. All new files come first: at every moment whatever stays is
  /// named by at least one.
  ///
  /// - Parameter confirm: asks whether the lock still holds, before anything is removed.
  mutating func finish(replacing old: [IndexID], confirm: () throws -> Void) throws -> [IndexID] {
    let new = try finish()
    for file in old {
      try confirm()
      try repository.store.remove(ObjectKind.index.storeKey(of: file))
    }
    return new
  }

  private mutating func encode(_ part: [UInt8]) {
    codec.encode(partOfUnpacked: part.span, into: &encoded)
  }

  private mutating func flush() throws(StoreError) {
    var full = IndexFileWriter()
    swap(&full, &writer)
    encode(full.finish(packsToDelete: marks.popLast()))
    var whole: [UInt8] = []
    swap(&whole, &encoded)
    let bytes = codec.seal(encoded: whole.span)
    whole = []
    switch destination {
    case .store: saved.append(try repository.save(.index, sealed: bytes.span, with: codec))
    case .memory: sealed.append(SealedFile(id: codec.hasher.hash(bytes.span), bytes: bytes))
    }
    savedPacks += waitingPacks
    waitingPacks = 0
  }
}
