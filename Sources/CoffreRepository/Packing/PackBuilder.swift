import CoffreCore
import CoffreSystem
import OpenSSLKit

/// One pack that is being filled in memory; its hash grows with it.
///
/// `@unchecked Sendable`: owned by one `Packer`, touched under its lock, and by one thread once detached.
final class PackBuilder: @unchecked Sendable {
  /// As many as fit into the longest header that peers read.
  private static let maximumBlobCount =
    (PackHeader.maximumSize - PackHeader.overhead) / PackHeader.entrySize(isCompressed: true)

  private(set) var bytes: [UInt8] = []
  private(set) var blobs: [IndexedBlob] = []
  private let hasher = SHA256Hasher()

  init(capacity: Int) {
    bytes.reserveCapacity(capacity)
    hasher.begin()
  }

  /// Whether the pack should be closed: large enough, or its header near the longest that peers read.
  func isFull(target: Int) -> Bool { bytes.count >= target || blobs.count >= Self.maximumBlobCount }

  func append(_ blob: SealedBlob) {
    blobs.append(
      IndexedBlob(
        id: blob.id, kind: blob.kind, offset: UInt32(bytes.count), length: UInt32(blob.bytes.count),
        uncompressedLength: blob.uncompressedLength))
    CoffreSystem.append(blob.bytes.span, to: &bytes)
    hasher.update(blob.bytes.span)
  }

  /// Adds the sealed header and its length; nothing may be appended afterwards.
  ///
  /// - Throws: if a blob is not as it was sealed.
  func finish(with codec: BlobCodec) throws(RepositoryError) -> FinishedPack {
    for blob in blobs {
      let start = Int(blob.offset)
      guard codec.isAuthentic(bytes.span.extracting(start..<(start + Int(blob.length)))) else {
        throw .selfCheckFailed(blob: blob.id, problem: "its seal does not fit any longer")
      }
    }
    let start = bytes.count
    codec.sealHeader(PackHeader(entries: blobs.map(PackEntry.init)).encoded().span, into: &bytes)
    PackHeader.appendLengthField(sealedLength: bytes.count - start, to: &bytes)
    hasher.update(bytes.span.extracting(start..<bytes.count))
    return FinishedPack(id: hasher.finish(), bytes: bytes, blobs: blobs)
  }
}

/// A whole pack, ready to be saved.
struct FinishedPack: Sendable {
  let id: PackID
  let bytes: [UInt8]
  let blobs: [IndexedBlob]
}

extension PackEntry {
  init(_ blob: IndexedBlob) {
    self.init(
      kind: blob.kind, id: blob.id, length: blob.length,
      uncompressedLength: blob.uncompressedLength == 0 ? nil : blob.uncompressedLength)
  }
}
