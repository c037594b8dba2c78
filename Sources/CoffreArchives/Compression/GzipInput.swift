import CoffreCore
import CoffreSystem
import ZlibKit

/// What a gzip file holds, checked.
final class GzipInput: ArchiveInput {
  private let input: any ArchiveInput
  private let inflater = Inflater()
  private var buffer = makeBuffer(256 << 10)
  private var filled = 0
  private var taken = 0
  /// Of the next bytes of the input.
  private var offset: Int64 = 0
  private var isAtEnd = false

  init(_ input: any ArchiveInput) { self.input = input }

  var size: Int64? { nil }

  func read(at _: Int64, into target: inout MutableSpan<UInt8>) throws -> Int {
    guard target.count > 0 else { return 0 }
    // A view of what a class keeps may not be held: the buffer is a local one meanwhile.
    var buffer = buffer
    self.buffer = []
    defer { self.buffer = buffer }
    do {
      while true {
        if taken == filled, !isAtEnd { try fill(&buffer) }
        let (read, written) = try inflater.inflate(buffer.span.extracting(taken..<filled), into: &target)
        taken += read
        if written > 0 { return written }
        if isAtEnd, taken == filled || read == 0 {
          try inflater.finish()
          return 0
        }
      }
    } catch let error as InflateError {
      throw ArchiveError(
        .damaged, format: "gz",
        because: error == .cutShort ? "it ends in the middle" : "its bytes do not fit its checksum")
    }
  }

  private func fill(_ buffer: inout [UInt8]) throws {
    var span = buffer.mutableSpan
    filled = try input.read(at: offset, into: &span)
    taken = 0
    offset += Int64(filled)
    isAtEnd = filled == 0
  }
}
