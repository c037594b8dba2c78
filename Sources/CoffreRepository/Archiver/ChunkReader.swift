import CoffreCore
import CoffreSystem

/// Pulls bytes from a reader and cuts them into chunks, in one buffer that is used again for every file.
final class ChunkReader {
  /// Room for the largest chunk and one read more.
  private static let capacity = ChunkerParameters.standard.maximum + (1 << 20)
  private static let readSize = 1 << 20
  /// Behind this much that is cut already, the rest moves to the front: most files never touch most of the buffer.
  private static let frontLimit = 1 << 20

  private let chunker: ContentChunker
  private let cancellation: Cancellation
  private var buffer: [UInt8]
  /// The open chunk begins here.
  private var start = 0
  /// Bytes before this are valid.
  private var filled = 0
  /// How far the open chunk was looked through.
  private var scanned = 0

  init(chunker: ContentChunker, cancellation: Cancellation) {
    self.chunker = chunker
    self.cancellation = cancellation
    buffer = makeBuffer(Self.capacity)
  }

  /// Calls `body` with each chunk in order, and how many times it stands there: more than once in holes of a sparse file,
  /// which are not read.
  ///
  /// - Returns: how many bytes there were in all.
  func forEachChunk(of reader: any ByteReader, _ body: (Span<UInt8>, _ times: Int) throws -> Void) throws -> Int64 {
    if let reader = reader as? any PieceReader { return try forEachPiece(of: reader, body) }
    start = 0
    filled = 0
    scanned = 0
    var total: Int64 = 0
    var isAtEnd = false
    while !isAtEnd {
      total += try skipHole(of: reader, body)
      makeRoom()
      let count = try read(reader, into: &buffer, at: filled)
      isAtEnd = count == 0
      filled += count
      total += Int64(count)
      while let length = nextCut(isLast: isAtEnd) {
        try cancellation.check()
        try hand(start..<(start + length), of: buffer, to: body)
        start += length
        scanned = 0
      }
    }
    return total
  }

  private func forEachPiece(of reader: any PieceReader, _ body: (Span<UInt8>, _ times: Int) throws -> Void) throws
    -> Int64
  {
    var total: Int64 = 0
    var piece: [UInt8] = []
    while try reader.readPiece(into: &piece) {
      try cancellation.check()
      total += Int64(piece.count)
      try hand(0..<piece.count, of: piece, to: body)
    }
    return total
  }

  private func nextCut(isLast: Bool) -> Int? {
    let bytes = buffer
    return chunker.cut(in: bytes.span.extracting(0..<filled), from: start, isLast: isLast, scanned: &scanned)
  }

  private func hand(_ range: Range<Int>, of bytes: [UInt8], to body: (Span<UInt8>, Int) throws -> Void) throws {
    try body(bytes.span.extracting(range), 1)
  }

  /// Zeros are cut as soon as the chunk has its least length, as their fingerprint is 0: how many chunks begin in a hole
  /// is known without reading it. What is left of it, less than a chunk, is read with what follows.
  ///
  /// - Returns: how many bytes were passed over.
  private func skipHole(of reader: any ByteReader, _ body: (Span<UInt8>, Int) throws -> Void) throws -> Int64 {
    let least = chunker.parameters.minimum
    let open = filled - start
    guard open < least, isZero(start..<filled, of: buffer) else { return 0 }
    var times = 0
    let skipped = try reader.skipZeros { count in
      times = Int(count.adding(saturating: Int64(open)) / Int64(least))
      return times == 0 ? 0 : Int64(times) * Int64(least) - Int64(open)
    }
    guard times > 0 else { return 0 }
    try cancellation.check()
    let zeros = [UInt8](repeating: 0, count: least)
    try body(zeros.span, times)
    start = 0
    filled = 0
    scanned = 0
    return skipped
  }

  private func isZero(_ range: Range<Int>, of bytes: [UInt8]) -> Bool { isAllZero(bytes.span.extracting(range)) }

  /// Moves what is not cut yet to the front when there is no room for one read more, or much is free there.
  private func makeRoom() {
    if start == filled {
      start = 0
      filled = 0
    } else if start >= Self.frontLimit || filled + Self.readSize > Self.capacity {
      moveToFront(of: &buffer, from: start, count: filled - start)
      filled -= start
      start = 0
    }
  }

  private func read(_ reader: any ByteReader, into bytes: inout [UInt8], at offset: Int) throws -> Int {
    var whole = bytes.mutableSpan
    var part = whole._mutatingExtracting(offset..<min(offset + Self.readSize, Self.capacity))
    return try reader.read(into: &part)
  }
}
