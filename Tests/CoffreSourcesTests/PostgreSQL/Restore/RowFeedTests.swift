import CoffreCore
import CoffreSystem
import Synchronization
import Testing

@testable import CoffreSources

@Suite("Rows for several connections")
struct RowFeedTests {
  /// Gives its bytes in pieces of a few.
  private final class Pieces: ByteReader {
    var attributes: EntryAttributes? { nil }
    private var rest: ArraySlice<UInt8>
    private let size: Int

    init(_ bytes: [UInt8], size: Int) {
      rest = bytes[...]
      self.size = size
    }

    func isUnchanged() throws(SourceError) -> Bool { true }

    func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
      let count = min(size, buffer.count, rest.count)
      copy(rest.span.extracting(0..<count), into: &buffer)
      rest = rest.dropFirst(count)
      return count
    }
  }

  @Test(arguments: [1, 3, 7, 1000])
  func `each piece ends with a row`(size: Int) throws {
    let text = Array("one\ntwo is longer than the room\n\nlast without an end".utf8)
    let feed = RowFeed(Pieces(text, size: size)) { _ in }
    var buffer = makeBuffer(4)
    var pieces: [[UInt8]] = []
    while !feed.isAtEnd {
      let count = try feed.next(into: &buffer)
      pieces.append(Array(buffer[..<count]))
    }
    #expect(pieces.flatMap(\.self) == text)
    #expect(pieces.dropLast().allSatisfy { $0.last == UInt8(ascii: "\n") })
    #expect(try feed.next(into: &buffer) == 0)
  }

  @Test func `no row is given twice or lost among threads`() throws {
    let rows = (0..<50_000).map { "row \($0)" }
    let text = Array(rows.map { $0 + "\n" }.joined().utf8)
    let read = Atomic<Int64>(0)
    let feed = RowFeed(Pieces(text, size: 4096)) { count in _ = read.add(count, ordering: .relaxed) }
    let taken = Mutex<[String]>([])
    try runThreads(count: 3, named: "feed") { _ in
      var buffer = makeBuffer(64)
      while let count = try? feed.next(into: &buffer), count > 0 {
        let lines = String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
        taken.withLock { $0 += lines }
      }
    }
    #expect(Set(taken.withLock { $0 }) == Set(rows))
    #expect(taken.withLock { $0.count } == rows.count)
    #expect(read.load(ordering: .relaxed) == Int64(text.count))
  }
}
