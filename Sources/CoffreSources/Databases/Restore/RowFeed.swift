import CoffreCore
import CoffreSystem

/// The rows of a file in pieces of whole rows, for whoever asks next: several connections may load one table.
final class RowFeed: @unchecked Sendable {
  private static let newline = UInt8(ascii: "\n")

  // `lock` guards what follows.
  private let lock = Monitor(())
  private let reader: any ByteReader
  private let progress: @Sendable (Int64) -> Void
  /// The beginning of a row whose end has not come yet.
  private var rest: [UInt8] = []
  private var isRead = false

  /// - Parameter progress: told how many bytes were read, as they are read.
  init(_ reader: any ByteReader, progress: @escaping @Sendable (Int64) -> Void) {
    self.reader = reader
    self.progress = progress
  }

  /// Whether no row is left.
  var isAtEnd: Bool { lock.withLock { _ in isRead } }

  /// Fills `buffer` from the front with rows that are whole; it grows where one is longer.
  ///
  /// - Returns: how many bytes; 0 at the end only.
  func next(into buffer: inout [UInt8]) throws(SourceError) -> Int {
    try lock.withLock { _ throws(SourceError) in try takeRows(into: &buffer) }
  }

  private func takeRows(into buffer: inout [UInt8]) throws(SourceError) -> Int {
    guard !isRead else { return 0 }
    var filled = rest.count
    while buffer.count <= filled { buffer.append(contentsOf: makeBuffer(buffer.count)) }
    var whole = buffer.mutableSpan
    copy(rest.span, into: &whole)
    while true {
      if filled == buffer.count { buffer.append(contentsOf: makeBuffer(buffer.count)) }
      let count = try read(into: &buffer, from: filled)
      let end = filled + count
      if count == 0 {
        // Nobody who writes rows leaves the last one without its end; a server takes it all the same.
        isRead = true
        rest = []
        return end
      }
      if let last = Self.lastNewline(in: buffer.span, from: filled, to: end) {
        rest = Array(buffer[(last + 1)..<end])
        return last + 1
      }
      filled = end
    }
  }

  private func read(into buffer: inout [UInt8], from start: Int) throws(SourceError) -> Int {
    var whole = buffer.mutableSpan
    var part = whole._mutatingExtracting(start..<whole.count)
    let count = try reader.read(into: &part)
    progress(Int64(count))
    return count
  }

  private static func lastNewline(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    var position = end
    while position > start {
      position -= 1
      if bytes[position] == newline { return position }
    }
    return nil
  }
}
