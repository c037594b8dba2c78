import CoffreCore
import CoffreSystem
import OpenSSLKit

/// How a stream is cut into pieces that are sealed one by one (Hoang, Reyhanitabar, Rogaway, Vizár: "STREAM"): age and Tink
/// differ in sizes and nonces alone.
struct PieceLayout {
  let algorithm: PieceCipher.Algorithm
  let key: [UInt8]
  /// Where the first sealed piece begins, in bytes.
  let headerLength: Int64
  /// Of content, in bytes, of every piece but the first and the last.
  let pieceSize: Int
  /// Tink's first piece is shorter by the header.
  let firstPieceSize: Int
  /// 12 bytes.
  let nonce: (_ number: Int64, _ isLast: Bool) -> [UInt8]
  let name: String

  /// Of content, up to where a piece begins.
  func start(ofPiece number: Int64) -> Int64 {
    number == 0 ? 0 : Int64(firstPieceSize) + (number - 1) * Int64(pieceSize)
  }

  func piece(at offset: Int64) -> Int64 {
    offset < Int64(firstPieceSize) ? 0 : (offset - Int64(firstPieceSize)) / Int64(pieceSize) + 1
  }
}

/// Seals a stream.
final class PieceSealer: EndingSink {
  private let layout: PieceLayout
  private let cipher: PieceCipher
  private let sink: any ByteSink
  private var piece: [UInt8] = []
  private var sealed: [UInt8] = []
  private var number: Int64 = 0

  init(_ layout: PieceLayout, into sink: any ByteSink) {
    self.layout = layout
    self.sink = sink
    cipher = PieceCipher(layout.algorithm, key: layout.key)
    piece.reserveCapacity(layout.pieceSize)
  }

  func write(_ bytes: Span<UInt8>) throws {
    var start = 0
    while start < bytes.count {
      let room = (number == 0 ? layout.firstPieceSize : layout.pieceSize) - piece.count
      // A full piece waits: only the next byte tells that it is not the last.
      if room == 0 {
        try put(isLast: false)
        continue
      }
      let count = min(room, bytes.count - start)
      append(bytes.extracting(start..<(start + count)), to: &piece)
      start += count
    }
  }

  func finish() throws { try put(isLast: true) }

  private func put(isLast: Bool) throws {
    let full = piece
    sealed.removeAll(keepingCapacity: true)
    cipher.seal(full.span, nonce: layout.nonce(number, isLast), into: &sealed)
    let ready = sealed
    try sink.write(ready.span)
    piece.removeAll(keepingCapacity: true)
    number += 1
  }
}

/// What is in a sealed stream, from anywhere in it; each piece is proved authentic before a byte of it is given out.
final class PieceInput: ArchiveInput {
  private let input: any ArchiveInput
  private let layout: PieceLayout
  private let cipher: PieceCipher
  private let pieces: Int64
  let size: Int64?
  private var current: (number: Int64, bytes: [UInt8])?

  /// The last piece is opened at once: it says where the stream ends, and whether the key is right.
  init(_ input: any ArchiveInput, _ layout: PieceLayout) throws {
    self.input = input
    self.layout = layout
    cipher = PieceCipher(layout.algorithm, key: layout.key)
    let overhead = Int64(PieceCipher.overhead)
    let sealedSize = (input.size ?? 0) - layout.headerLength
    let afterFirst = sealedSize - Int64(layout.firstPieceSize) - overhead
    pieces = afterFirst <= 0 ? 1 : 1 + (afterFirst - 1) / (Int64(layout.pieceSize) + overhead) + 1
    let content = sealedSize - pieces * overhead
    size = content
    guard sealedSize >= overhead, content >= layout.start(ofPiece: pieces - 1) else {
      throw ArchiveError(.damaged, format: layout.name, because: "it ends in the middle")
    }
    let last = try open(pieces - 1)
    guard pieces == 1 || !last.isEmpty else {
      throw ArchiveError(.damaged, format: layout.name, because: "its end was changed")
    }
  }

  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int {
    var done = 0
    let end = size ?? 0
    while done < buffer.count, offset + Int64(done) < end {
      let place = offset + Int64(done)
      let number = layout.piece(at: place)
      let piece = try open(number)
      let start = Int(place - layout.start(ofPiece: number))
      let count = min(piece.count - start, buffer.count - done)
      guard count > 0 else { break }
      copy(piece.span.extracting(start..<(start + count)), into: &buffer, at: done)
      done += count
    }
    return done
  }

  private func open(_ number: Int64) throws -> [UInt8] {
    if let current, current.number == number { return current.bytes }
    let overhead = PieceCipher.overhead
    let length = (number == 0 ? layout.firstPieceSize : layout.pieceSize) + overhead
    let start = layout.headerLength + layout.start(ofPiece: number) + number * Int64(overhead)
    let sealed = try input.bytes(at: start, count: length)
    var bytes: [UInt8] = []
    do throws(CipherError) {
      try cipher.open(sealed.span, nonce: layout.nonce(number, number == pieces - 1), into: &bytes)
    } catch {
      throw ArchiveError(
        .damaged, format: layout.name, because: "piece \(number + 1) of \(pieces) was changed, or the end is missing")
    }
    current = (number, bytes)
    return bytes
  }
}
