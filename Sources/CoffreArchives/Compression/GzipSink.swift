import CoffreCore
import CoffreSystem
import ZlibKit

/// gzip by several threads: pieces of one deflate stream, each of which may refer to the 32 KiB before it, as pigz does.
/// Every reader of gzip sees one member.
final class GzipSink: EndingSink {
  /// Large enough that the flush between two pieces costs nothing, small enough for many in memory.
  private static let pieceSize = 256 << 10
  /// What of a piece shows whether it shrinks.
  private static let sampleSize = 16 << 10

  private struct Piece: Sendable {
    let bytes: [UInt8]
    let history: [UInt8]
  }

  private struct Deflated: Sendable {
    let bytes: [UInt8]
    let sum: CRC32
    let count: Int
  }

  /// What each thread works with.
  private struct Tools {
    let deflater: Deflater
    let quick: Deflater?
  }

  private let sink: any ByteSink
  private let work: OrderedWork<Piece, Deflated, Tools>
  private var piece: [UInt8] = []
  private var history: [UInt8] = []
  private var sum = CRC32()
  private var count: Int64 = 0

  /// - Parameter storesStubborn: what does not shrink is stored, which takes no time.
  init(into sink: any ByteSink, level: Int, storesStubborn: Bool, threadCount: Int, header: GzipHeader) throws {
    self.sink = sink
    work = try OrderedWork(threadCount: max(1, threadCount), named: "gzip") {
      Tools(deflater: Deflater(level: level), quick: storesStubborn ? Deflater(level: 1) : nil)
    } _: { piece, tools in
      Self.deflate(piece, tools)
    }
    piece.reserveCapacity(Self.pieceSize)
    try sink.write(header.bytes.span)
  }

  func write(_ bytes: Span<UInt8>) throws {
    var start = 0
    while start < bytes.count {
      let count = min(bytes.count - start, Self.pieceSize - piece.count)
      append(bytes.extracting(start..<(start + count)), to: &piece)
      start += count
      if piece.count == Self.pieceSize { try give() }
    }
  }

  func finish() throws {
    if !piece.isEmpty { try give() }
    while work.pending > 0 { try put(work.take()) }
    let trailer =
      Deflater.end + littleEndian(sum.value) + littleEndian(UInt32(truncatingIfNeeded: count))
    try sink.write(trailer.span)
  }

  private func give() throws {
    while work.isFull { try put(work.take()) }
    let full = piece
    work.give(Piece(bytes: full, history: history))
    history = Array(full.suffix(Deflater.windowSize))
    piece = []
    piece.reserveCapacity(Self.pieceSize)
  }

  private func put(_ deflated: Deflated) throws {
    sum.append(deflated.sum, count: deflated.count)
    count += Int64(deflated.count)
    try sink.write(deflated.bytes.span)
  }

  private static func deflate(_ piece: Piece, _ tools: Tools) -> Deflated {
    var sum = CRC32()
    sum.update(piece.bytes.span)
    var output: [UInt8] = []
    if let quick = tools.quick, !shrinks(piece, quick) {
      output.reserveCapacity(piece.bytes.count + 64)
      Deflater.store(piece.bytes.span, into: &output)
    } else {
      tools.deflater.compress(piece.bytes.span, after: piece.history.span, into: &output)
    }
    return Deflated(bytes: output, sum: sum, count: piece.bytes.count)
  }

  private static func shrinks(_ piece: Piece, _ quick: Deflater) -> Bool {
    let sample = min(piece.bytes.count, sampleSize)
    guard sample >= 1024 else { return true }
    let start = (piece.bytes.count - sample) / 2
    return quick.shrinks(piece.bytes.span.extracting(start..<(start + sample)))
  }

  private func littleEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }
}
