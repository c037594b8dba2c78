import CoffreCore
import CoffreSystem
import Testing

@testable import CoffreSources

/// A file that gives as few bytes as it likes.
private final class MemoryFile: SnapshotFile {
  let bytes: [UInt8]
  let atMost: Int

  init(_ bytes: [UInt8], atMost: Int) {
    self.bytes = bytes
    self.atMost = atMost
  }

  var size: Int64 { Int64(bytes.count) }

  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    let bytes = bytes
    let count = max(0, min(buffer.count, atMost, bytes.count - Int(offset)))
    copy(bytes.span.extracting(Int(offset)..<(Int(offset) + count)), into: &buffer)
    return count
  }
}

@Suite("Shares of the rows of a file")
struct RowsOfFileTests {
  private static func read(_ reader: RowsOfFile) throws -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1013)
    while true {
      var span = buffer.mutableSpan
      let count = try reader.read(into: &span)
      guard count > 0 else { return all }
      all += buffer[..<count]
    }
  }

  private static func rows(of lengths: [Int]) -> [UInt8] {
    lengths.enumerated().flatMap { number, length in
      [UInt8](repeating: UInt8(97 + number % 26), count: length) + [UInt8(ascii: "\n")]
    }
  }

  private static let files: [[UInt8]] = [
    [], rows(of: [0]), rows(of: [5]), rows(of: [3, 3, 3, 3]), rows(of: [0, 0, 0, 0, 0, 0, 0]),
    rows(of: [1, 200, 1, 1, 90, 0, 7]), rows(of: [70_000, 1]), rows(of: [1, 140_000]),
    rows(of: (0..<300).map { $0 * 7 % 41 }), Array(rows(of: [4, 9]).dropLast()),
  ]

  @Test(arguments: files, [1, 2, 8, 50])
  func `all shares together are the file, and each ends with a row`(_ bytes: [UInt8], _ shares: Int) throws {
    for atMost in [7, 1 << 20] where bytes.count < 10_000 || atMost > 7 {
      let file = MemoryFile(bytes, atMost: atMost)
      let parts = try (0..<shares).map { try Self.read(RowsOfFile(file, share: $0, of: shares)) }
      #expect(Array(parts.joined()) == bytes)
      for part in parts.dropLast() where !part.isEmpty && part.last != UInt8(ascii: "\n") {
        // Only the last row of the file may lack its end.
        #expect(bytes.last != UInt8(ascii: "\n") && bytes.suffix(part.count).elementsEqual(part))
      }
    }
  }

  @Test func `equal rows are shared out evenly`() throws {
    let file = MemoryFile(Self.rows(of: [Int](repeating: 9, count: 1000)), atMost: 1 << 20)
    let counts = try (0..<8).map { try Self.read(RowsOfFile(file, share: $0, of: 8)).count }
    #expect(counts.allSatisfy { (1240...1260).contains($0) }, "\(counts)")
  }
}
