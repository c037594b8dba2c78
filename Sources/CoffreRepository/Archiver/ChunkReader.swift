import CoffreCore
import CoffreSystem

/// Pulls bytes from a reader and cuts them into chunks, in one buffer that is used again for every file.
final class ChunkReader {
  /// Room for the largest chunk and one read more.
  private static let capacity = ChunkerParameters.standard.maximum + (1 << 20)
  private static let readSize = 1 << 20

  private let chunker: ContentChunker
  private let cancellation: Cancellation
  private var buffer: [UInt8]

  init(chunker: ContentChunker, cancellation: Cancellation) {
    self.chunker = chunker
    self.cancellation = cancellation
    buffer = makeBuffer(Self.capacity)
  }

  /// Calls `body` with each chunk in order.
  ///
  /// - Returns: how many bytes were read in all.
  func forEachChunk(of reader: any ByteReader, _ body: (Span<UInt8>) throws -> Void) throws -> Int64 {
    var filled = 0
    var start = 0
    var scanned = 0
    var isAtEnd = false
    var total: Int64 = 0
    while true {
      while let length = chunker.cut(in: buffer.span.extracting(0..<filled), from: start, isLast: isAtEnd, scanned: &scanned) {
        try cancellation.check()
        try body(buffer.span.extracting(start..<(start + length)))
        start += length
        scanned = 0
      }
      if isAtEnd { return total }
      if start > 0, start == filled {
        start = 0
        filled = 0
      } else if filled + Self.readSize > Self.capacity {
        moveToFront(of: &buffer, from: start, count: filled - start)
        filled -= start
        start = 0
      }
      let count = try read(reader, into: filled)
      isAtEnd = count == 0
      filled += count
      total += Int64(count)
    }
  }

  private func read(_ reader: any ByteReader, into offset: Int) throws -> Int {
    var whole = buffer.mutableSpan
    var part = whole.extracting(offset..<min(offset + Self.readSize, Self.capacity))
    return try reader.read(into: &part)
  }
}
