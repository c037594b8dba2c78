import CoffreCore
import CoffreSystem
import OpenSSLKit
import ZstdKit

/// One thread's tools for sealing and opening: hash, cipher and compression contexts with their scratch memory.
package final class BlobCodec {
  let hasher = SHA256Hasher()
  private let cipher: BlobCipher
  private let compressor: ZstdCompressor
  private let decompressor = ZstdDecompressor()
  private let version: Int
  private let compression: CompressionMode
  private var compressed: [UInt8] = []
  private var opened: [UInt8] = []
  /// Scratch memory of `check`.
  private var checked: [UInt8] = []
  /// Scratch memory of `mayShrink`.
  private var parts: [UInt8] = []

  /// Data below so many bytes is compressed without a look at parts of it.
  private static let leastLookedAt = 256 << 10
  /// So much at once is compressed a little faster and larger than the level says (decision 25).
  private static let leastSwift = 128 << 10
  private static let partSize = 2 << 10
  private static let partCount = 16

  /// No index, snapshot or lock is larger; a guard against crafted files.
  private static let unpackedLimit = 1 << 30

  init(key: MasterKey, version: Int, compression: CompressionMode = .auto) {
    compressor = ZstdCompressor(level: compression.level, swiftFrom: compression == .max ? .max : Self.leastSwift)
    self.compression = compression
    cipher = BlobCipher(encryption: key.encryption, macKey: key.macKey, macR: key.macR)
    self.version = version
  }
}

/// How hard a backup tries to make data small. Trees, indexes and snapshots are always compressed.
package enum CompressionMode: String, Sendable, CaseIterable {
  case auto
  case off
  /// Several times slower.
  case max

  /// Trees become no smaller at 6 than at 2, which takes a third of the time.
  fileprivate var level: Int { self == .max ? 12 : 2 }
}

// MARK: Blobs

/// A blob ready for a pack: sealed bytes with what the pack's header says of them.
struct SealedBlob: Sendable {
  let id: BlobID
  let kind: BlobKind
  var bytes: [UInt8]
  /// 0 if it is stored plain.
  let uncompressedLength: UInt32

  /// Lets go of the bytes.
  mutating func takeBytes() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    return taken
  }
}

extension BlobCodec {
  /// Compresses, if that pays, and seals.
  ///
  /// In version 1 nothing is compressed. Data that does not shrink by at least one part in 64 is stored plain: reading it
  /// back is then cheaper than the space is worth.
  ///
  /// - Parameter buffers: where memory for it comes from.
  func seal(_ plain: Span<UInt8>, id: BlobID, kind: BlobKind, with buffers: BufferPool? = nil) -> SealedBlob {
    if version >= 2, plain.count > 0, kind == .tree || (compression != .off && mayShrink(plain)) {
      compressed.removeAll(keepingCapacity: true)
      _ = compressor.compress(plain, into: &compressed)
      if compressed.count < plain.count - plain.count / 64 || kind == .tree {
        let packed = compressed
        let sealed = seal(packed.span, with: buffers)
        return SealedBlob(id: id, kind: kind, bytes: sealed, uncompressedLength: UInt32(plain.count))
      }
    }
    return SealedBlob(id: id, kind: kind, bytes: seal(plain, with: buffers), uncompressedLength: 0)
  }

  /// Looks at parts of large data: what is compressed or encrypted already is not worth the work, nor the memory.
  ///
  /// The parts are tried together, so that what they have in common counts.
  private func mayShrink(_ plain: Span<UInt8>) -> Bool {
    guard plain.count >= Self.leastLookedAt, compression == .auto else { return true }
    let stride = (plain.count - Self.partSize) / (Self.partCount - 1)
    parts.removeAll(keepingCapacity: true)
    for number in 0..<Self.partCount {
      append(plain.extracting((number * stride)..<(number * stride + Self.partSize)), to: &parts)
    }
    compressed.removeAll(keepingCapacity: true)
    let looked = parts
    let size = compressor.compress(looked.span, into: &compressed)
    return size < looked.count - looked.count / 64
  }

  private func seal(_ bytes: Span<UInt8>, with buffers: BufferPool?) -> [UInt8] {
    var sealed = buffers?.take(bytes.count + BlobCipher.overhead) ?? []
    cipher.seal(bytes, into: &sealed)
    return sealed
  }

  /// Opens, decompresses and hashes a blob: what comes out is what went in, or an error tells why not.
  ///
  /// - Parameter plain: replaced by the content.
  func open(_ sealed: Span<UInt8>, id: BlobID, at location: BlobLocation, into plain: inout [UInt8])
    throws(BlobProblem)
  {
    try open(sealed, id: id, uncompressedLength: location.uncompressedLength, into: &plain)
  }

  /// Opens what was sealed a moment ago, to know that it can be.
  func check(_ blob: SealedBlob) throws(BlobProblem) {
    var plain = checked
    checked = []
    defer { checked = plain }
    try open(blob.bytes.span, id: blob.id, uncompressedLength: blob.uncompressedLength, into: &plain)
  }

  private func open(_ sealed: Span<UInt8>, id: BlobID, uncompressedLength: UInt32, into plain: inout [UInt8])
    throws(BlobProblem)
  {
    do {
      if uncompressedLength == 0 {
        try cipher.open(sealed, into: &plain)
      } else {
        try cipher.open(sealed, into: &opened)
        let packed = opened
        try decompressor.decompress(packed.span, into: &plain, expecting: Int(uncompressedLength))
      }
    } catch let error as CipherError {
      throw BlobProblem(error.problem)
    } catch {
      throw BlobProblem("it does not decompress: \((error as? ZstdError)?.problem ?? shortText(of: error))")
    }
    guard hasher.hash(plain.span) == id else { throw BlobProblem("its content does not have the hash \(id.short)") }
  }

  /// Whether sealed bytes are as they were written; nothing is decrypted.
  func isAuthentic(_ sealed: Span<UInt8>) -> Bool { cipher.isAuthentic(sealed) }

  func sealHeader(_ plain: Span<UInt8>, into output: inout [UInt8]) { cipher.seal(plain, into: &output) }

  func openHeader(_ sealed: Span<UInt8>, into plain: inout [UInt8]) throws(BlobProblem) {
    do throws(CipherError) { try cipher.open(sealed, into: &plain) } catch { throw BlobProblem(error.problem) }
  }
}

/// Why bytes are not the blob they should be; the caller adds which object.
struct BlobProblem: Error, Sendable, Hashable {
  let text: Message
  init(_ text: Message) { self.text = text }
}

// MARK: Unpacked files

extension BlobCodec {
  /// Seals an index, snapshot or lock as its repository version wants it (format: "Unpacked" files).
  func sealUnpacked(_ json: Span<UInt8>) -> [UInt8] {
    var encoded: [UInt8] = []
    encode(partOfUnpacked: json, into: &encoded)
    return seal(encoded: encoded.span)
  }

  /// The same for what comes in parts, which are not kept: each becomes a frame of its own, which readers put together.
  ///
  /// - Parameter encoded: empty at the first part; what it grows to is for `seal(encoded:)`.
  func encode(partOfUnpacked json: Span<UInt8>, into encoded: inout [UInt8]) {
    guard version >= 2 else { return append(json, to: &encoded) }
    if encoded.isEmpty { encoded.append(0x02) }
    _ = compressor.compress(json, into: &encoded)
  }

  func seal(encoded: Span<UInt8>) -> [UInt8] {
    var sealed: [UInt8] = []
    cipher.seal(encoded, into: &sealed)
    return sealed
  }

  /// Opens an index, snapshot or lock; compressed or not, whichever its first byte says.
  ///
  /// An index has some megabytes in each of its forms: each goes when the next is there.
  func openUnpacked(_ sealed: consuming [UInt8]) throws(BlobProblem) -> [UInt8] {
    var packed: [UInt8] = []
    do throws(CipherError) { try cipher.open(sealed.span, into: &packed) } catch { throw BlobProblem(error.problem) }
    sealed = []
    switch packed.first {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      return packed
    case 0x02 where version >= 2:
      var json: [UInt8] = []
      do {
        try decompressor.decompress(packed.span.extracting(1..<packed.count), into: &json, limit: Self.unpackedLimit)
      } catch {
        throw BlobProblem("it does not decompress: \(error.problem)")
      }
      return json
    default: throw BlobProblem("its encoding is not supported")
    }
  }

  /// The configuration is sealed, never compressed.
  func sealConfig(_ json: Span<UInt8>) -> [UInt8] {
    var sealed: [UInt8] = []
    cipher.seal(json, into: &sealed)
    return sealed
  }

  func openConfig(_ sealed: Span<UInt8>) throws(BlobProblem) -> [UInt8] {
    var json: [UInt8] = []
    try openHeader(sealed, into: &json)
    return json
  }
}
