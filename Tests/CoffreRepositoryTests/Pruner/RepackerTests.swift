import Testing

@testable import CoffreRepository

@Suite("Repacking")
struct RepackerTests {
  @Test(arguments: [
    (0, 100), (99, 100), (100, 100), (124, 124), (126, 100), (199, 100), (250, 125), (260, 100), (990, 124),
    (1601, 124),
  ])
  func `packs are up to a quarter larger than wanted, and of one size where they can be`(_ total: Int64, _ size: Int) {
    #expect(Repacker.packSize(for: total, atLeast: 100) == size)
  }

  @Test func `no pack is made larger than peers read`() {
    #expect(Repacker.packSize(for: 300 << 20, atLeast: 128 << 20) == 128 << 20)
  }
}
