import CoffreCore
import CoffreSystem
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreRepository

@Suite("Chunks that other threads store", .timeLimit(.minutes(10)))
struct SharedChunksTests {
  /// Tells chunks apart without hashing.
  private func id(of bytes: Span<UInt8>) -> BlobID { BlobID(words: UInt64(bytes[0]), UInt64(bytes.count), 0, 0) }

  @Test func `every chunk is stored once and comes back under its number`() throws {
    for round in 0..<20 {
      let chunks = SharedChunks()
      let stored = Mutex([UInt8: Int]())
      let isOver = Atomic(false)
      let helper = try EngineThread.start(named: "help") {
        while !isOver.load(ordering: .acquiring) {
          chunks.help { bytes in
            stored.withLock { $0[bytes[0], default: 0] += 1 }
            return id(of: bytes)
          }
        }
      }
      var own = 0
      for number in 0..<200 {
        let bytes = [UInt8](repeating: UInt8(number), count: 100 + number)
        if !chunks.offer(bytes.span, number: number, limit: 2) {
          own += 1
          stored.withLock { $0[UInt8(number), default: 0] += 1 }
        }
      }
      let ids = try chunks.finish { bytes in
        stored.withLock { $0[bytes[0], default: 0] += 1 }
        return id(of: bytes)
      }
      isOver.store(true, ordering: .releasing)
      helper.join()
      #expect(ids.count == 200 - own, "round \(round)")
      #expect(ids.allSatisfy { $0.value.word0 == UInt64($0.key) && $0.value.word1 == UInt64(100 + $0.key) })
      #expect(stored.withLock { $0.count == 200 && $0.values.allSatisfy { $0 == 1 } })
    }
  }

  @Test func `no more wait than the limit says`() {
    let chunks = SharedChunks()
    let bytes: [UInt8] = [1, 2, 3]
    let taken = (0..<3).map { chunks.offer(bytes.span, number: $0, limit: 2) }
    #expect(taken == [true, true, false])
    chunks.abandon()
    let isTakenAgain = chunks.offer(bytes.span, number: 2, limit: 2)
    #expect(isTakenAgain)
  }

  private struct Refused: Error {}

  @Test func `a failure of a helping thread is told to the one that reads`() throws {
    let chunks = SharedChunks()
    let bytes: [UInt8] = [7]
    _ = chunks.offer(bytes.span, number: 0, limit: 2)
    try EngineThread.start(named: "help") { chunks.help { _ throws in throw Refused() } }.join()
    #expect(throws: Refused.self) { try chunks.finish { _ in BlobID(words: 0, 0, 0, 0) } }
  }
}
