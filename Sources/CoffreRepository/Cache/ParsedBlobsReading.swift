import CoffreCore
import CoffreSystem

/// Reads the blobs of a `ParsedIndex`: threads open piece by piece, and append them in their order.
final class ParsedBlobsReading: Sendable {
  private struct State {
    var columns: BlobColumns
    var begun = 0
    /// How many pieces were appended.
    var appended = 0
    var hasFailed = false
  }

  private let pieces: SealedPieces
  private let makeCodec: @Sendable () -> BlobCodec
  private let state: Monitor<State>

  init(
    _ pieces: SealedPieces, _ makeCodec: @escaping @Sendable () -> BlobCodec, into columns: consuming BlobColumns
  ) {
    self.pieces = pieces
    self.makeCodec = makeCodec
    state = Monitor(State(columns: columns))
  }

  func run() throws(SealedDocumentError) -> BlobColumns {
    let threads = min(pieces.count, max(1, processorCount))
    // Without threads it takes longer.
    if threads < 2 {
      work()
    } else {
      do { try runThreads(count: threads, named: "cache") { _ in self.work() } } catch { work() }
    }
    return try state.withLock { (state) throws(SealedDocumentError) in
      guard !state.hasFailed else { throw .malformed }
      var columns = BlobColumns(.fingerprints)
      swap(&columns, &state.columns)
      return columns
    }
  }

  private func work() {
    let codec = makeCodec()
    while let number = begin() {
      let blobs = read(number, with: codec)
      state.wait(until: { $0.appended == number || $0.hasFailed }) { state in
        guard let blobs else { return state.hasFailed = true }
        state.columns.append(blobs)
        state.appended += 1
      }
    }
  }

  private func read(_ number: Int, with codec: BlobCodec) -> ParsedBlobs? {
    guard let plain = try? pieces.open(number, with: codec) else { return nil }
    let bytes = plain.span
    return ParsedBlobs(bytes.extracting(SealedPieces.contentStart..<bytes.count))
  }

  private func begin() -> Int? {
    state.withLock { state in
      guard state.begun < pieces.count, !state.hasFailed else { return nil }
      state.begun += 1
      return state.begun - 1
    }
  }
}

/// The blobs of one piece.
struct ParsedBlobs: Sendable {
  private(set) var fingerprints: [BlobFingerprint] = []
  private(set) var lengths: [UInt32] = []
  private(set) var uncompressedLengths: [UInt32] = []
  /// Places of those that are trees.
  private(set) var trees: [Int] = []

  /// - Returns: `nil` unless the bytes are whole records of a kind that there is.
  init?(_ bytes: Span<UInt8>) {
    let size = ParsedIndex.blobSize
    guard bytes.count % size == 0 else { return nil }
    let count = bytes.count / size
    fingerprints.reserveCapacity(count)
    lengths.reserveCapacity(count)
    uncompressedLengths.reserveCapacity(count)
    for number in 0..<count {
      let place = number &* size
      fingerprints.append(
        BlobFingerprint(word0: littleEndianWord(bytes, place), word1: littleEndianWord(bytes, place &+ 8)))
      lengths.append(littleEndian(bytes, place &+ 16))
      uncompressedLengths.append(littleEndian(bytes, place &+ 20))
      guard let kind = BlobKind(rawValue: bytes[place &+ 24]) else { return nil }
      if kind == .tree { trees.append(number) }
    }
  }
}
