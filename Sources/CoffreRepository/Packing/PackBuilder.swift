import CoffreCore
import CoffreSystem
import OpenSSLKit

/// One pack that is being filled in memory; its hash grows with it.
///
/// `@unchecked Sendable`: owned by one `Packer`, touched under its lock, and by one thread once detached.
final class PackBuilder: @unchecked Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var entries: [PackHeader.Entry] = []
  private let hasher = SHA256Hasher()

  init(capacity: Int) {
    bytes.reserveCapacity(capacity)
    hasher.begin()
  }

  var isEmpty: Bool { entries.isEmpty }

  /// Whether the pack should be closed: large enough, or its header near the longest that peers read.
  func isFull(target: Int) -> Bool { bytes.count >= target || entries.count >= PackHeader.maximumEntryCount }

  func append(_ blob: SealedBlob) {
    CoffreSystem.append(blob.bytes.span, to: &bytes)
    hasher.update(blob.bytes.span)
    entries.append(
      PackHeader.Entry(
        id: blob.id, kind: blob.kind, length: UInt32(blob.bytes.count), uncompressedLength: blob.uncompressedLength))
  }

  /// Adds the sealed header and its length; nothing may be appended afterwards.
  func finish(with codec: BlobCodec) -> FinishedPack {
    let start = bytes.count
    codec.sealHeader(PackHeader.encode(entries).span, into: &bytes)
    let headerLength = UInt32(bytes.count - start)
    for shift in stride(from: 0, through: 24, by: 8) { bytes.append(UInt8(truncatingIfNeeded: headerLength >> shift)) }
    hasher.update(bytes.span.extracting(start..<bytes.count))
    return FinishedPack(id: hasher.finish(), bytes: bytes, entries: entries)
  }
}

/// A whole pack, ready to be saved.
struct FinishedPack: Sendable {
  let id: PackID
  let bytes: [UInt8]
  let entries: [PackHeader.Entry]
}
