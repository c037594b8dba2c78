import Testing

@testable import CoffreRepository

@Suite("Buffer pool")
struct BufferPoolTests {
  private static let megabyte = 1 << 20
  private let pool = BufferPool()

  /// A fresh array for a megabyte has less room than this.
  private func isSpare(_ array: [UInt8]) -> Bool { array.capacity >= Self.megabyte * 5 / 4 }

  @Test func `an array that came back is given out again, empty`() {
    var array = pool.take(Self.megabyte * 5 / 4)
    array.append(contentsOf: repeatElement(7, count: Self.megabyte))
    pool.giveBack(array)
    let again = pool.take(Self.megabyte)
    #expect(again.isEmpty && isSpare(again))
    #expect(!isSpare(pool.take(Self.megabyte)), "it is out: the next one is another")
  }

  @Test func `the smallest that is large enough is taken, and none more than twice as large`() {
    for array in [4, 2, 3].map({ pool.take($0 * Self.megabyte) }) { pool.giveBack(array) }
    let first = pool.take(Self.megabyte * 5 / 4)
    #expect(first.capacity >= 2 * Self.megabyte && first.capacity < 3 * Self.megabyte)
    let second = pool.take(Self.megabyte * 5 / 4)
    #expect(second.capacity < 2 * Self.megabyte)
    #expect(pool.take(Self.megabyte * 7 / 4).capacity >= 3 * Self.megabyte)
  }

  @Test func `only so much memory is kept`() {
    for array in (1...20).map({ _ in pool.take(Self.megabyte * 5 / 4) }) { pool.giveBack(array) }
    let kept = (1...20).count { _ in isSpare(pool.take(Self.megabyte)) }
    #expect(kept >= 8 && kept <= 9)
  }
}
