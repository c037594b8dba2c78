import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// What lies outside of every window is never checked; what lies in two is told twice.
@Suite("Windows of a pack")
struct PackWindowTests {
  /// An index of three packs, of which the middle one holds `blobs`: numbers of entries and of packs differ.
  private func index(_ blobs: [(offset: UInt32, length: UInt32)]) -> BlobIndex {
    var builder = BlobIndexBuilder()
    for pack: UInt64 in 1...3 {
      let places = pack == 2 ? blobs : [(0, 777), (777, 50)]
      builder.add(
        pack: digest(pack),
        blobs: places.enumerated().map { number, place in
          IndexedBlob(
            id: digest(1000 * pack + UInt64(number)), kind: .data, offset: place.offset, length: place.length,
            uncompressedLength: number % 2 == 0 ? 0 : 4000)
        })
    }
    return builder.build()
  }

  /// Of blobs that stand one behind the other.
  private func places(_ lengths: [UInt32]) -> [(offset: UInt32, length: UInt32)] {
    var offset: UInt32 = 0
    return lengths.map { length in
      defer { offset += length }
      return (offset, length)
    }
  }

  private func windows(_ lengths: [UInt32], size: Int64) -> [PackWindow] {
    PackWindow.windows(of: 1, in: index(places(lengths)), size: size)
  }

  /// How many blobs each window holds.
  private func counts(_ lengths: [UInt32], size: Int64) -> [Int] { windows(lengths, size: size).map(\.entries.count) }

  @Test func `every byte and every blob belongs to one window, none is larger or smaller than it must be`() {
    var random = SeededRandom(seed: 5)
    for round in 0..<300 {
      let lengths = (0..<Int.random(in: 1...40, using: &random)).map { _ in UInt32.random(in: 1...200, using: &random) }
      let size = Int64.random(in: 1...500, using: &random)
      // Entries of an index stand in any order.
      let index = index(places(lengths).shuffled(using: &random))
      let windows = PackWindow.windows(of: 1, in: index, size: size)

      #expect(windows.first?.range.lowerBound == 0, "round \(round)")
      #expect(windows.last?.range.upperBound == index.packSize(1), "round \(round)")
      for (window, next) in zip(windows, windows.dropFirst()) {
        #expect(window.range.upperBound == next.range.lowerBound, "round \(round)")
        let first = next.entries.first.map { Int64(index.location(ofEntry: $0).length) } ?? 0
        #expect(Int64(window.range.count) + first > size, "round \(round): the next blob has room")
      }
      #expect(windows.flatMap(\.entries) == index.entriesByOffset(ofPack: 1), "round \(round)")
      let blobsEnd = lengths.reduce(Int64(0)) { $0 + Int64($1) }
      for window in windows {
        for entry in window.entries {
          let start = Int64(index.location(ofEntry: entry).offset)
          let end = start + Int64(index.location(ofEntry: entry).length)
          #expect(window.range.lowerBound <= start && end <= window.range.upperBound, "round \(round)")
        }
        let bytes = min(window.range.upperBound, blobsEnd) - window.range.lowerBound
        #expect(bytes <= size || window.entries.count == 1, "round \(round): \(window)")
      }
    }
  }

  @Test func `a window is full to its last byte, and not one byte more`() {
    #expect(counts([100, 100, 100, 100], size: 200) == [2, 2])
    #expect(counts([100, 100, 100, 100], size: 199) == [1, 1, 1, 1])
    #expect(counts([100, 101, 100, 100], size: 200) == [1, 1, 2])
    #expect(counts([100, 100, 100, 100], size: .max) == [4])
  }

  @Test func `a blob larger than a window has one of its own, wherever it stands`() {
    #expect(counts([500, 20, 20], size: 100) == [1, 2])
    #expect(counts([20, 20, 500, 20, 20], size: 100) == [2, 1, 2])
    #expect(counts([20, 20, 500], size: 100) == [2, 1])
    #expect(counts([500, 500], size: 100) == [1, 1])
    #expect(windows([500, 20, 20], size: 100).first?.range == 0..<500)
  }

  @Test func `the header belongs to the last window, that of a pack without blobs too`() {
    let header = Int64(PackHeader.overhead + PackHeader.entrySize(isCompressed: false))
    #expect(windows([100], size: 100).map(\.range) == [0..<(100 + header)])
    let empty = windows([], size: 100)
    #expect(empty.map(\.range) == [0..<Int64(PackHeader.overhead)] && empty[0].entries.isEmpty)
  }

  /// Such an index lies, or the pack has been made by somebody strange: all is read at once, so that each blob is judged
  /// where the index says it is.
  @Test(
    arguments: [
      [(0, 100), (101, 100)], [(0, 100), (99, 100)], [(1, 100), (101, 100)], [(0, 100), (0, 100)],
      [(0, 100), (100, 100), (100, 50)], [(0, 100), (4_000_000_000, 100)], [(0, 100), (100, 100), (250, 10)],
      [(4_294_967_295, 4_294_967_295)],
    ] as [[(UInt32, UInt32)]])
  func `blobs that do not stand one behind the other make one window`(_ places: [(UInt32, UInt32)]) {
    for places in [places, places.reversed()] {
      let index = index(places.map { (offset: $0.0, length: $0.1) })
      let windows = PackWindow.windows(of: 1, in: index, size: 100)
      #expect(windows.map(\.range) == [0..<index.packSize(1)])
      #expect(windows.flatMap(\.entries).sorted() == Array(index.packs[1].entries))
    }
  }
}
