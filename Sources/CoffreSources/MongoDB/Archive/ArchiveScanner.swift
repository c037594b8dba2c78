import CoffreCore
import CoffreSystem
import MongoKit

/// Walks over an archive: documents, and terminators between them. No length in it is believed before it is looked at.
final class ArchiveScanner {
  private let file: ArchiveFile
  private let cancellation: Cancellation
  private let progress: @Sendable (Int64) -> Void
  private var buffer = makeBuffer(1 << 20)
  /// Bytes that were read and not passed, from `start`.
  private var pending: [UInt8] = []
  private var start = 0
  /// Of the next byte, in the file.
  private(set) var position: Int64 = 0
  private var path: PathBytes { file.name }

  /// - Throws: for a file that is no archive.
  init(
    _ file: ArchiveFile, _ cancellation: Cancellation, progress: @escaping @Sendable (Int64) -> Void
  ) throws(SourceError) {
    self.file = file
    self.cancellation = cancellation
    self.progress = progress
    guard try fill(4), Array(pending[0..<4]) == MongoArchive.magic else {
      throw SourceError(
        .failed, "read", file.name, because: "it is no archive of mongodump",
        advice: "Name a file that `mongodump --archive` wrote, or a folder of mongodump.")
    }
    pass(4)
  }

  /// - Returns: `nil` at a terminator, which is passed.
  func next() throws(SourceError) -> BSONDocument? {
    guard try !isTerminator() else {
      pass(4)
      return nil
    }
    return try document()
  }

  /// Of a segment.
  ///
  /// - Returns: `nil` at the end of the file.
  func header() throws(SourceError) -> BSONDocument? {
    guard try fill(1) else { return nil }
    return try document()
  }

  func document() throws(SourceError) -> BSONDocument {
    let length = try length()
    guard let document = try? BSONDocument(Array(pending[start..<(start + length)])) else {
      throw damaged("a document in it has an impossible length")
    }
    pass(length)
    return document
  }

  /// Passes a document.
  ///
  /// - Returns: `false` at a terminator, which stays.
  func pass(_ look: (Span<UInt8>) -> Void) throws(SourceError) -> Bool {
    guard try !isTerminator() else { return false }
    let length = try length()
    guard pending[start + length - 1] == 0 else { throw damaged("a document in it does not end where it should") }
    look(pending.span.extracting(start..<(start + length)))
    pass(length)
    return true
  }

  func passTerminator() throws(SourceError) {
    guard try isTerminator() else { throw damaged("it ends too early") }
    pass(4)
  }

  func damaged(_ cause: Message) -> SourceError {
    SourceError(.hostile, "read", path, because: cause, advice: "Take another copy of it, or another dump.")
  }

  // MARK: Bytes

  private func isTerminator() throws(SourceError) -> Bool {
    guard try fill(4) else { throw damaged("it ends too early") }
    return (0..<4).allSatisfy { pending[start + $0] == 0xFF }
  }

  /// Of the document that comes next, which lies whole in `pending` then.
  private func length() throws(SourceError) -> Int {
    guard try fill(4) else { throw damaged("it ends too early") }
    var length = 0
    for index in 0..<4 { length |= Int(pending[start + index]) << (8 * index) }
    guard length >= 5, length <= BSONScanner.largest else { throw damaged("a document in it has an impossible length") }
    guard try fill(length) else { throw damaged("it ends too early") }
    return length
  }

  private func pass(_ count: Int) {
    start += count
    position += Int64(count)
  }

  /// - Returns: `false` if the file ends before so many bytes.
  private func fill(_ count: Int) throws(SourceError) -> Bool {
    while pending.count - start < count {
      if cancellation.isCancelled {
        throw SourceError(.cancelled, "read", path, because: "the run was cancelled")
      }
      // Taken out, so that both it and what it is appended to can be written to.
      var block = buffer
      buffer = []
      defer { buffer = block }
      var span = block.mutableSpan
      let read = try file.read(into: &span, at: position + Int64(pending.count - start))
      guard read > 0 else { return false }
      progress(Int64(read))
      if start > 0 {
        pending.removeFirst(start)
        start = 0
      }
      append(block.span.extracting(0..<read), to: &pending)
    }
    return true
  }
}
