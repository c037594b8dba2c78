import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreSources

@Suite("Chunks of rows")
struct RowChunksTests {
  private let chunks = RowChunks()

  /// Numbers of the rows behind which a chunk ends.
  private func cuts(_ rows: [(hash: UInt64, length: Int)]) -> [Int] {
    var cuts: [Int] = []
    var chunk = 0
    for (number, row) in rows.enumerated() {
      chunk += row.length
      guard chunks.isCut(afterRow: row.hash, length: row.length, chunk: chunk) else { continue }
      cuts.append(number)
      chunk = 0
    }
    return cuts
  }

  private func rows(_ count: Int, length: Int, seed: UInt64) -> [(hash: UInt64, length: Int)] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in (UInt64.random(in: 0...UInt64.max, using: &random), length) }
  }

  @Test
  func `a chunk is not shorter than it must be`() {
    #expect(!chunks.isCut(afterRow: 0, length: 100, chunk: chunks.least - 1))
    #expect(chunks.isCut(afterRow: 0, length: 100, chunk: chunks.least))
  }

  @Test
  func `a row as long as a usual chunk ends one`() {
    #expect(chunks.isCut(afterRow: .max, length: chunks.usual + 1, chunk: chunks.usual + 1))
    #expect(chunks.isCut(afterRow: .max, length: 1 << 30, chunk: 1 << 30))
    #expect(!chunks.isCut(afterRow: .max, length: chunks.usual / 2, chunk: chunks.usual))
  }

  @Test(arguments: [100, 300, 5000])
  func `chunks have about the same size, however long rows are`(_ length: Int) {
    let count = 200 * (chunks.least + chunks.usual) / length
    let found = cuts(rows(count, length: length, seed: 5)).count
    // 200 are expected; their number scatters by ten.
    #expect((150...250).contains(found), "\(found) chunks")
  }

  @Test
  func `cuts stay where they are when rows come before them`() {
    let old = rows(100_000, length: 120, seed: 7)
    let added = 333
    let new = rows(added, length: 120, seed: 8) + old
    let before = Set(cuts(old))
    let after = Set(cuts(new).map { $0 - added })
    #expect(before.count > 15)
    // The chunks in which the rows were added may differ, and some until both sides cut at the same row.
    #expect(before.subtracting(after).count <= before.count / 3)
    #expect(after.contains(before.max() ?? -1))
  }
}
