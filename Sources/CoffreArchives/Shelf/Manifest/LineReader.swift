import CoffreCore
import CoffreSystem

/// The lines of a file, one after the other; only one is in memory.
final class LineReader {
  /// In bytes: what no line of a manifest reaches. Extended attributes are the largest part of one.
  static let longestLine = 64 << 20

  private let file: FileDescriptor
  private var buffer = makeBuffer(256 << 10)
  private var position = 0
  private var count = 0
  /// Of `buffer`'s first byte, in the file.
  private var bufferStart: Int64 = 0

  init(_ file: consuming FileDescriptor) { self.file = file }

  /// Where the next line begins, in bytes.
  var offset: Int64 { bufferStart + Int64(position) }

  /// - Returns: a line without its line feed; `nil` at the end. A last line without one is not whole, and an error.
  func next() throws -> [UInt8]? {
    var line: [UInt8] = []
    while true {
      if position == count {
        bufferStart += Int64(count)
        position = 0
        count = try file.readFully(into: &buffer, from: 0)
        guard count > 0 else {
          guard line.isEmpty else {
            throw ShelfError.malformedManifest(
              MalformedShelfManifest(offset: Int(clamping: offset), problem: "the text ends too early"))
          }
          return nil
        }
      }
      let piece = buffer
      let rest = piece.span.extracting(position..<count)
      let end = firstIndex(of: 0x0A, in: rest)
      append(rest.extracting(0..<(end ?? rest.count)), to: &line)
      position += end.map { $0 + 1 } ?? rest.count
      if end != nil { return line }
      guard line.count <= Self.longestLine else {
        throw ShelfError.malformedManifest(
          MalformedShelfManifest(offset: Int(clamping: offset), problem: "a line without end"))
      }
    }
  }

  /// Goes on reading elsewhere.
  func seek(to offset: Int64) throws {
    try file.seek(to: offset)
    bufferStart = offset
    position = 0
    count = 0
  }
}
