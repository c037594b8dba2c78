import CoffreCore
import OpenSSLKit

/// One pack that is being written; its hash grows with it.
///
/// `@unchecked Sendable`: touched by one thread at a time, the one that has taken it from its `PackLane`.
final class PackBuilder: @unchecked Sendable {
  /// As many as fit into the longest header that peers read.
  private static let maximumBlobCount =
    (PackHeader.maximumSize - PackHeader.overhead) / PackHeader.entrySize(isCompressed: true)

  private let draft: any ObjectDraft
  /// In bytes.
  private(set) var size = 0
  private(set) var blobs: [IndexedBlob] = []
  private let hasher = SHA256Hasher()

  init(into draft: any ObjectDraft) {
    self.draft = draft
    hasher.begin()
  }

  /// Whether the pack should be closed: large enough, or its header near the longest that peers read.
  func isFull(target: Int) -> Bool { size >= target || blobs.count >= Self.maximumBlobCount }

  func append(_ blob: SealedBlob) throws(StoreError) {
    blobs.append(
      IndexedBlob(
        id: blob.id, kind: blob.kind, offset: UInt32(size), length: UInt32(blob.bytes.count),
        uncompressedLength: blob.uncompressedLength))
    try write(blob.bytes.span)
  }

  private func write(_ bytes: Span<UInt8>) throws(StoreError) {
    hasher.update(bytes)
    try draft.append(bytes)
    size += bytes.count
  }

  /// Adds the sealed header and its length; nothing may be appended afterwards.
  func finish(with codec: BlobCodec) throws(StoreError) -> FinishedPack {
    var header: [UInt8] = []
    codec.sealHeader(PackHeader(entries: blobs.map(PackEntry.init)).encoded().span, into: &header)
    PackHeader.appendLengthField(sealedLength: header.count, to: &header)
    try write(header.span)
    return FinishedPack(id: hasher.finish(), size: Int64(size), blobs: blobs, draft: draft)
  }
}

/// A whole pack, to be given its name and made durable.
struct FinishedPack: Sendable {
  let id: PackID
  /// In bytes.
  let size: Int64
  let blobs: [IndexedBlob]
  let draft: any ObjectDraft

  /// Gives it its name. It is durable after `commit` of its draft.
  func save() throws(StoreError) { try draft.finish(at: ObjectKind.pack.storeKey(of: id)) }
}

extension PackEntry {
  init(_ blob: IndexedBlob) {
    self.init(
      kind: blob.kind, id: blob.id, length: blob.length,
      uncompressedLength: blob.uncompressedLength == 0 ? nil : blob.uncompressedLength)
  }
}
