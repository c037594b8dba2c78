import CoffreCore
import CoffreTestKit
import OpenSSLKit

@testable import CoffreRepository

/// Writes what no honest program would: packs, indexes, trees and snapshots that lie, sealed with the right key.
struct Forger {
  let store: MemoryStore
  let repository: Repository
  let codec: BlobCodec

  /// A new, empty repository to forge in.
  init(version: Int = 2) throws {
    store = MemoryStore()
    repository = try Repository.forTest(in: store, version: version)
    codec = repository.makeCodec()
  }

  /// With the key of a repository that exists.
  init(in store: MemoryStore) throws {
    self.store = store
    repository = try Repository.opened(store)
    codec = repository.makeCodec()
  }
}

// MARK: Packs and indexes

extension Forger {
  /// Seals blobs into one pack and saves it; no index names it yet.
  func pack(_ blobs: [(plain: [UInt8], kind: BlobKind)]) throws -> FinishedPack {
    let builder = PackBuilder(into: MemoryDraft(in: store))
    for blob in blobs {
      try builder.append(codec.seal(blob.plain.span, id: codec.hasher.hash(blob.plain.span), kind: blob.kind))
    }
    let pack = try builder.finish(with: codec)
    try pack.save()
    return pack
  }

  /// A pack made by hand: sealed blobs, then any header and length field.
  func pack(_ blobs: [SealedBlob], header: [UInt8], lengthField: UInt32? = nil) throws -> PackID {
    var bytes = blobs.flatMap(\.bytes)
    let start = bytes.count
    codec.sealHeader(header.span, into: &bytes)
    let length = lengthField ?? UInt32(bytes.count - start)
    bytes += [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: length >> UInt32($0)) }
    let id = codec.hasher.hash(bytes.span)
    try store.save(bytes.span, at: ObjectKind.pack.storeKey(of: id))
    return id
  }

  func index(_ packs: [(id: PackID, blobs: [IndexedBlob])]) throws {
    var writer = IndexFileWriter()
    for pack in packs { writer.append(pack: pack.id, blobs: pack.blobs) }
    try index(json: writer.finish())
  }

  func index(json: [UInt8]) throws { _ = try repository.saveUnpacked(.index, json.span, with: codec) }

  /// What the index files say.
  func indexed() throws -> [(id: PackID, blobs: [IndexedBlob])] {
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    return index.packs.map { pack in (pack.id, pack.entries.map { index.entry($0) }) }
  }

  /// Replaces all index files by one that tells something else.
  func rewriteIndex(_ change: (inout [(id: PackID, blobs: [IndexedBlob])]) -> Void) throws {
    var packs = try indexed()
    change(&packs)
    for path in store.paths(in: "index") { store[path] = nil }
    try index(packs)
  }
}

// MARK: Trees and snapshots

extension Forger {
  /// Saves blobs in a pack of their own, with an index.
  @discardableResult
  func blobs(_ blobs: [[UInt8]], _ kind: BlobKind) throws -> [BlobID] {
    let pack = try pack(blobs.map { ($0, kind) })
    try index([(pack.id, pack.blobs)])
    return pack.blobs.map(\.id)
  }

  func blob(_ plain: [UInt8], _ kind: BlobKind) throws -> BlobID { try blobs([plain], kind)[0] }

  func tree(_ nodes: [Node]) throws -> TreeID { try blob(Self.encoded(nodes), .tree) }

  /// In the order given, whatever it is.
  static func encoded(_ nodes: [Node]) -> [UInt8] {
    var encoder = TreeEncoder()
    encoder.begin()
    for node in nodes { encoder.append(node) }
    return encoder.finish()
  }

  @discardableResult
  func snapshot(of tree: TreeID) throws -> StoredSnapshot {
    var snapshot = Snapshot(time: Timestamp(seconds: 1_700_000_000, nanoseconds: 0), tree: tree, paths: ["/"])
    snapshot.hostname = "machine"
    return StoredSnapshot(id: try repository.save(snapshot, with: codec), snapshot: snapshot)
  }

  /// A file of one blob, both honest unless `change` sees to it.
  func file(_ name: [UInt8], _ content: [UInt8], _ change: (inout Node) -> Void = { _ in }) throws -> Node {
    var node = Node(name: name, kind: .file)
    node.mode = GoFileMode(.file, permissions: 0o644)
    node.modified = MemoryEntry.time
    node.size = UInt64(content.count)
    node.content = content.isEmpty ? [] : [try blob(content, .data)]
    change(&node)
    return node
  }

  static func directory(_ name: [UInt8], _ subtree: TreeID?) -> Node {
    var node = Node(name: name, kind: .directory)
    node.mode = GoFileMode(.directory, permissions: 0o755)
    node.modified = MemoryEntry.time
    node.subtree = subtree
    return node
  }
}

extension BlobCodec {
  func hashed(_ bytes: [UInt8]) -> Digest { hasher.hash(bytes.span) }
}

extension IndexedBlob {
  /// The same with some lies.
  func telling(
    id: BlobID? = nil, kind: BlobKind? = nil, offset: UInt32? = nil, length: UInt32? = nil,
    uncompressedLength: UInt32? = nil
  ) -> IndexedBlob {
    IndexedBlob(
      id: id ?? self.id, kind: kind ?? self.kind, offset: offset ?? self.offset, length: length ?? self.length,
      uncompressedLength: uncompressedLength ?? self.uncompressedLength)
  }
}
