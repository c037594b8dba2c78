import CoffreCore
import Testing

@testable import CoffreRepository

@Suite("Queue of contents")
struct ContentQueueTests {
  private func id(_ number: UInt64) -> Digest { Digest(words: number, 0, 0, 0) }

  private func wanted(_ blob: UInt64, pack: UInt64, offset: UInt32, length: UInt32 = 132) -> ContentQueue<Int>.Wanted {
    ContentQueue<Int>.Wanted(
      id: id(blob),
      location: BlobLocation(pack: id(pack), offset: offset, length: length, uncompressedLength: 0), path: [])
  }

  @Test func `neighbours in a pack are taken together, whatever stands between them in the queue`() {
    var queue = ContentQueue<Int>()
    queue.append(0)
    queue.append(wanted(1, pack: 1, offset: 1000))
    queue.append(wanted(2, pack: 2, offset: 0))
    queue.append(1)
    queue.append(wanted(3, pack: 1, offset: 1132))
    queue.append(wanted(4, pack: 1, offset: 500))
    queue.append(wanted(5, pack: 1, offset: 900_000))
    #expect(queue.claim().map(\.number) == [1, 4], "not what lies before it, nor what lies far away")
    #expect(queue.claim().map(\.number) == [2])
    #expect(queue.claim().map(\.number) == [5])
    #expect(queue.hasWork)
    #expect(queue.claim().map(\.number) == [6])
    #expect(!queue.hasWork && queue.claim().isEmpty)
  }

  @Test func `one read is bounded, but a large blob is taken alone`() {
    var queue = ContentQueue<Int>()
    queue.append(wanted(1, pack: 1, offset: 0, length: 8 << 20))
    queue.append(wanted(2, pack: 1, offset: 8 << 20, length: 3 << 20))
    queue.append(wanted(3, pack: 1, offset: 11 << 20, length: 1 << 20))
    queue.append(wanted(4, pack: 1, offset: 12 << 20, length: 1 << 20))
    #expect(queue.claim().map(\.number) == [0])
    #expect(queue.claim().map(\.number) == [1, 2])
    queue.append(wanted(5, pack: 3, offset: .max - 5, length: 100))
    queue.append(wanted(6, pack: 3, offset: .max - 4, length: 100))
    #expect(queue.claim().map(\.number) == [3])
    #expect(queue.claim().map(\.number) == [4], "what an index says may lie beyond all numbers")
  }

  @Test func `what repeats itself is loaded and counted once`() {
    var queue = ContentQueue<Int>()
    queue.append(0)
    for _ in 0..<1000 { queue.append(wanted(1, pack: 1, offset: 0)) }
    #expect(queue.bytesAhead == 100)
    #expect(queue.claim().count == 1 && !queue.hasWork)
    queue.append(1)
    queue.append(wanted(1, pack: 1, offset: 0))
    #expect(queue.hasWork, "the next file does not have the last blob of the one before")
  }

  @Test func `elements come out in order once they are loaded, and are counted off`() throws {
    var queue = ContentQueue<Int>()
    queue.append(7)
    queue.append(wanted(1, pack: 1, offset: 0))
    queue.append(wanted(2, pack: 2, offset: 0))
    #expect(queue.isReady)
    guard case .header(7)? = queue.removeFirst() else { throw Wrong() }
    _ = queue.claim()
    let second = queue.claim()
    queue.put(.loaded([2]), at: second[0].number)
    #expect(!queue.isReady, "the first blob is still on its way")
    queue.put(.loaded([1]), at: 1)
    for expected: UInt8 in [1, 2] {
      #expect(queue.isReady)
      guard case .blob(_, .loaded(let bytes))? = queue.removeFirst() else { throw Wrong() }
      #expect(bytes == [expected])
    }
    #expect(queue.isEmpty && queue.bytesAhead == 0 && !queue.hasWork)
    queue.put(.loaded([3]), at: 1)  // too late: it is gone
    #expect(queue.isEmpty)
  }

  @Test func `numbers stay right over many thousands of elements`() throws {
    var queue = ContentQueue<Int>()
    var next: UInt64 = 0
    var taken: UInt64 = 0
    for round in 0..<300 {
      for _ in 0..<((round * 7) % 40) {
        queue.append(wanted(next, pack: next / 5, offset: UInt32(next % 5) * 132))
        next += 1
      }
      while queue.hasWork {
        for claimed in queue.claim() {
          queue.put(.loaded(Array("\(claimed.wanted.id.word0)".utf8)), at: claimed.number)
        }
      }
      for _ in 0..<((round * 5) % 30) where queue.isReady {
        guard case .blob(_, .loaded(let bytes))? = queue.removeFirst() else { throw Wrong() }
        #expect(bytes == Array("\(taken)".utf8))
        taken += 1
      }
    }
    #expect(taken > 3000)
  }

  private struct Wrong: Error {}
}
