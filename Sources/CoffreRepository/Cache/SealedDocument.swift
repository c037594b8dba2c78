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
private let largestPiece = 2 * pieceSize

func littleEndian(_ bytes: Span<UInt8>, _ offset: Int) -> UInt32 {
  UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
    | UInt32(bytes[offset + 3]) << 24
}

@inline(__always)
func littleEndianWord(_ bytes: Span<UInt8>, _ offset: Int) -> UInt64 {
  UInt64(littleEndian(bytes, offset)) | UInt64(littleEndian(bytes, offset + 4)) << 32
}

func append(_ number: UInt32, to bytes: inout [UInt8]) {
  for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
}

func append(_ word: UInt64, to bytes: inout [UInt8]) {
  for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
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

  mutating func word(_ word: UInt64) throws(SystemError) {
    try number(UInt32(truncatingIfNeeded: word))
    try number(UInt32(truncatingIfNeeded: word >> 32))
  }

  mutating func digest(_ digest: Digest) throws(SystemError) {
    digest.append(to: &content)
    if content.count >= pieceSize { try flush(isLast: false) }
  }

  mutating func byte(_ byte: UInt8) throws(SystemError) {
    content.append(byte)
    if content.count >= pieceSize { try flush(isLast: false) }
  }

  /// Writes records of one size in pieces of their own, which `remainingPieces` can read one by one.
  mutating func records(
    _ count: Int, _ append: (Int, inout [UInt8]) -> Void
  ) throws(SystemError) {
    if count > 0 { try flush(isLast: false) }
    for number in 0..<count {
      append(number, &content)
      if content.count >= pieceSize, number + 1 < count { try flush(isLast: false) }
    }
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

  mutating func word() throws(SealedDocumentError) -> UInt64 {
    try need(8)
    defer { start += 8 }
    return littleEndianWord(content.span, start)
  }

  mutating func digest() throws(SealedDocumentError) -> Digest {
    try need(Digest.byteCount)
    defer { start += Digest.byteCount }
    return Digest(bytes: content.span, at: start)
  }

  /// What was not begun yet, for several threads. Counts as read then.
  ///
  /// Throws unless all pieces before were read to their end.
  mutating func remainingPieces() throws(SealedDocumentError) -> SealedPieces {
    guard start == content.count else { throw .malformed }
    var pieces = SealedPieces(file, token: token, firstNumber: pieceNumber)
    while !hasEnded, position < sizeInBytes {
      let head = try read(4)
      let length = Int64(littleEndian(head.span, 0))
      guard length <= Int64(largestPiece), length <= sizeInBytes - position else { throw .malformed }
      pieces.append(position..<position + length)
      position += length
    }
    guard hasEnded || !pieces.isEmpty else { throw .malformed }
    hasEnded = true
    return pieces
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
    let plain = try openPiece(sealed, number: pieceNumber, codec)
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
    guard count <= largestPiece, Int64(count) <= sizeInBytes - position else { throw .malformed }
    let bytes = try readPart(of: file, at: position, count: count)
    position += Int64(count)
    return bytes
  }
}

/// The pieces of a document from one on to the last.
struct SealedPieces: Sendable {
  private let file: CachedFile
  private let token: [UInt8]?
  private let firstNumber: UInt32
  private var places: [Range<Int64>] = []

  fileprivate init(_ file: CachedFile, token: [UInt8]?, firstNumber: UInt32) {
    self.file = file
    self.token = token
    self.firstNumber = firstNumber
  }

  fileprivate mutating func append(_ place: Range<Int64>) { places.append(place) }

  var count: Int { places.count }
  var isEmpty: Bool { places.isEmpty }

  /// - Returns: the piece, of which `contentStart` bytes are no content.
  func open(_ index: Int, with codec: BlobCodec) throws(SealedDocumentError) -> [UInt8] {
    let place = places[index]
    let sealed = try readPart(of: file, at: place.lowerBound, count: place.count)
    let plain = try openPiece(sealed, number: firstNumber + UInt32(index), codec)
    guard let token, plain[..<tokenSize] == token[...] else { throw .malformed }
    guard (plain[tokenSize + 4] != 0) == (index == places.count - 1) else { throw .malformed }
    return plain
  }

  static let contentStart = headSize
}

private func readPart(of file: CachedFile, at position: Int64, count: Int) throws(SealedDocumentError) -> [UInt8] {
  var bytes = makeBuffer(count)
  var span = bytes.mutableSpan
  guard (try? file.descriptor.read(into: &span, at: position)) == count else { throw .malformed }
  return bytes
}

private func openPiece(_ sealed: [UInt8], number: UInt32, _ codec: BlobCodec) throws(SealedDocumentError) -> [UInt8] {
  var plain: [UInt8] = []
  do throws(BlobProblem) { try codec.openHeader(sealed.span, into: &plain) } catch { throw .malformed }
  guard plain.count >= headSize, littleEndian(plain.span, tokenSize) == number else { throw .malformed }
  return plain
}
