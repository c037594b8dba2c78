import CoffreCore
import CoffreSystem

/// The documents of a file in a snapshot, in batches of whole ones. No length in it is believed before it is looked at.
struct DocumentFeed {
  /// No server keeps larger ones: 16 MiB, and what the server itself may add.
  private static let largest = (16 << 20) + (16 << 10)
  private static let least = 5

  private let reader: any ByteReader
  private let path: PathBytes
  private let progress: @Sendable (Int64) -> Void
  private var buffer = makeBuffer(256 << 10)
  /// Bytes that were read and not handed out, from `start`.
  private var pending: [UInt8] = []
  private var start = 0
  private var isRead = false

  /// - Parameter progress: told how many bytes were read, as they are read.
  init(_ reader: any ByteReader, of path: PathBytes, progress: @escaping @Sendable (Int64) -> Void) {
    self.reader = reader
    self.path = path
    self.progress = progress
  }

  /// Replaces the contents of its arguments by the next documents.
  ///
  /// - Parameters:
  ///   - ends: gets where each of them ends.
  ///   - size: of all of them, in bytes; a larger one comes alone.
  /// - Returns: `false` behind the last one.
  mutating func next(
    into documents: inout [UInt8], ends: inout [Int], upTo size: Int, count: Int
  ) throws(SourceError) -> Bool {
    documents.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    while ends.count < count {
      guard let length = try nextLength() else { break }
      guard ends.isEmpty || documents.count + length <= size else { break }
      append(pending.span.extracting(start..<(start + length)), to: &documents)
      start += length
      ends.append(documents.count)
    }
    return !ends.isEmpty
  }

  /// Of the next document, which lies whole in `pending` then; `nil` behind the last one.
  private mutating func nextLength() throws(SourceError) -> Int? {
    while pending.count - start < 4 {
      guard try readMore() else {
        guard pending.count == start else { throw damaged("it ends in the middle of a document") }
        return nil
      }
    }
    var length = 0
    for index in 0..<4 { length |= Int(pending[start + index]) << (8 * index) }
    guard length >= Self.least, length <= Self.largest else {
      throw damaged("a document in it has an impossible length")
    }
    while pending.count - start < length {
      guard try readMore() else { throw damaged("it ends in the middle of a document") }
    }
    guard pending[start + length - 1] == 0 else { throw damaged("a document in it does not end where it should") }
    return length
  }

  /// - Returns: `false` at the end.
  private mutating func readMore() throws(SourceError) -> Bool {
    guard !isRead else { return false }
    // Taken out, so that both it and what it is appended to can be written to.
    var block = buffer
    buffer = []
    defer { buffer = block }
    var span = block.mutableSpan
    let count = try reader.read(into: &span)
    guard count > 0 else {
      isRead = true
      return false
    }
    progress(Int64(count))
    if start > 0 {
      pending.removeFirst(start)
      start = 0
    }
    append(block.span.extracting(0..<count), to: &pending)
    return true
  }

  private func damaged(_ cause: Message) -> SourceError {
    SourceError(
      .hostile, "read", path, because: cause,
      advice: "Check the repository with `coffre repo check --read-data`, or restore another snapshot.")
  }
}
