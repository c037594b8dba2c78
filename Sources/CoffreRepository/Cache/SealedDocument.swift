import CoffreCore
import CoffreSystem
import OpenSSLKit

// A long document that is sealed piece by piece, so that neither writing nor reading it needs much memory.
//
// Each piece is a little-endian u32, the length of what follows, and a message sealed with the repository's key: 16 random
// bytes that all pieces of one document share, the piece's number from 0 on (u32), whether it is the last (u8), content.
// Pieces cannot be changed, left out, put elsewhere or mixed with those of another document unnoticed.

/// It was damaged, cut off, or sealed with another key.
enum SealedDocumentError: Error, Sendable {
  case malformed
}

private let tokenSize = 16
private let headSize = tokenSize + 5
private let pieceSize = 1 << 20

func littleEndian(_ bytes: Span<UInt8>, _ offset: Int) -> UInt32 {
  UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
    | UInt32(bytes[offset + 3]) << 24
}

private func append(_ number: UInt32, to bytes: inout [UInt8]) {
  for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
}

// MARK: Writing

struct SealedDocumentWriter {
  private let file: CachedFile
  private let codec: BlobCodec
  private let token = randomBytes(tokenSize)
  private var pieceNumber: UInt32 = 0
  private var content: [UInt8] = []

  init(_ file: CachedFile, _ codec: BlobCodec) {
    self.file = file
    self.codec = codec
    content.reserveCapacity(pieceSize + 64)
  }

  mutating func number(_ number: UInt32) throws(SystemError) {
    append(number, to: &content)
    if content.count >= pieceSize { try flush(isLast: false) }
  }

  mutating func digest(_ digest: Digest) throws(SystemError) {
    digest.append(to: &content)
    if content.count >= pieceSize { try flush(isLast: false) }
  }

  mutating func byte(_ byte: UInt8) throws(SystemError) {
    content.append(byte)
    if content.count >= pieceSize { try flush(isLast: false) }
  }

  mutating func finish() throws(SystemError) { try flush(isLast: true) }

  private mutating func flush(isLast: Bool) throws(SystemError) {
    var plain = token
    plain.reserveCapacity(headSize + content.count)
    append(pieceNumber, to: &plain)
    plain.append(isLast ? 1 : 0)
    plain += content
    var sealed: [UInt8] = []
    codec.sealHeader(plain.span, into: &sealed)
    var length: [UInt8] = []
    append(UInt32(sealed.count), to: &length)
    try file.descriptor.write(length.span)
    try file.descriptor.write(sealed.span)
    pieceNumber += 1
    content.removeAll(keepingCapacity: true)
  }
}

// MARK: Reading

struct SealedDocumentReader {
  let sizeInBytes: Int64
  private let file: CachedFile
  private let codec: BlobCodec
  private var position: Int64 = 0
  private var token: [UInt8]?
  private var pieceNumber: UInt32 = 0
  private var hasEnded = false
  /// What was opened and not yet read: from `start` on.
  private var content: [UInt8] = []
  private var start = 0

  init(_ file: CachedFile, _ codec: BlobCodec) {
    self.file = file
    self.codec = codec
    sizeInBytes = file.sizeInBytes
  }

  mutating func number() throws(SealedDocumentError) -> UInt32 {
    try need(4)
    defer { start += 4 }
    return littleEndian(content.span, start)
  }

  mutating func digest() throws(SealedDocumentError) -> Digest {
    try need(Digest.byteCount)
    defer { start += Digest.byteCount }
    return Digest(bytes: content.span, at: start)
  }

  /// Calls `each` for every record with the bytes and where it begins in them.
  mutating func records(
    _ count: Int, size: Int, _ each: (Span<UInt8>, Int) throws(SealedDocumentError) -> Void
  ) throws(SealedDocumentError) {
    var left = count
    while left > 0 {
      try need(size)
      let ready = min(left, (content.count - start) / size)
      let bytes = content
      let span = bytes.span
      for index in 0..<ready { try each(span, start + index * size) }
      start += ready * size
      left -= ready
    }
  }

  /// Throws unless all was read.
  mutating func finish() throws(SealedDocumentError) {
    while !hasEnded { try openNext() }
    guard start == content.count, position == sizeInBytes else { throw .malformed }
  }

  private mutating func need(_ count: Int) throws(SealedDocumentError) {
    while content.count - start < count { try openNext() }
  }

  private mutating func openNext() throws(SealedDocumentError) {
    guard !hasEnded else { throw .malformed }
    let length = try read(4)
    let sealed = try read(Int(littleEndian(length.span, 0)))
    var plain: [UInt8] = []
    do throws(BlobProblem) { try codec.openHeader(sealed.span, into: &plain) } catch { throw .malformed }
    guard plain.count >= headSize, littleEndian(plain.span, tokenSize) == pieceNumber else { throw .malformed }
    let found = Array(plain[..<tokenSize])
    guard token ?? found == found else { throw .malformed }
    token = found
    pieceNumber += 1
    hasEnded = plain[tokenSize + 4] != 0
    content.removeFirst(start)
    start = 0
    content += plain[headSize...]
  }

  private mutating func read(_ count: Int) throws(SealedDocumentError) -> [UInt8] {
    guard count <= 2 * pieceSize, Int64(count) <= sizeInBytes - position else { throw .malformed }
    var bytes = makeBuffer(count)
    var span = bytes.mutableSpan
    guard (try? file.descriptor.read(into: &span, at: position)) == count else { throw .malformed }
    position += Int64(count)
    return bytes
  }
}
