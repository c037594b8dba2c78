import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// Which packs stay, go or are repacked: pure decisions on made-up indexes.
@Suite("Prune plans")
struct PrunePlanTests {
  /// A repository as an index and a list of packs tell it; blobs are numbers.
  private struct Situation {
    var builder = BlobIndexBuilder()
    var used: [(UInt64, BlobKind)] = []
    var stored: [ListedObject] = []
    var marked: Set<PackID> = []
    var version = 2
    var numbers: [Digest: UInt64] = [:]

    /// Each blob has 1000 bytes and is compressed.
    mutating func pack(
      _ number: UInt64, _ blobs: [UInt64], _ kind: BlobKind = .data, length: UInt32 = 1000, isPlain: Bool = false,
      isStored: Bool = true, size: Int64? = nil
    ) {
      let listed = blobs.enumerated().map { place, blob in
        IndexedBlob(
          id: digest(blob), kind: kind, offset: UInt32(place) * length, length: length,
          uncompressedLength: isPlain ? 0 : 5000)
      }
      builder.add(pack: digest(number), blobs: listed)
      for number in blobs + [number] { numbers[digest(number)] = number }
      let header = listed.reduce(PackHeader.overhead) { $0 + $1.headerSize }
      let right = Int64(header) + Int64(length) * Int64(blobs.count)
      if isStored { stored.append(ListedObject(id: digest(number), sizeInBytes: size ?? right)) }
    }

    mutating func use(_ blobs: UInt64..., kind: BlobKind = .data) { used += blobs.map { ($0, kind) } }

    @discardableResult
    func decide(_ change: (inout PruneRequest) -> Void = { _ in }) throws -> PrunePlan {
      let index = builder.build()
      var entries = EntrySet(capacity: index.count)
      for (blob, kind) in used { entries.insert(try #require(index.entryNumber(of: digest(blob), kind))) }
      var request = PruneRequest(threadCount: 1)
      request.maxUnused = .bytes(0)
      request.smallPackBytes = 1
      change(&request)
      return try PrunePlan.decide(
        on: PrunePlan.Situation(
          index: index, used: entries, packs: stored, marked: marked, repositoryVersion: version), request)
    }

    /// Blobs that are moved, with the packs they are read from.
    func moves(of plan: PrunePlan) -> [String] {
      let index = builder.build()
      var moves: [String] = []
      plan.entriesToMove.forEach { entry in
        let pack = index.packs[index.packNumber(ofEntry: entry)].id
        moves.append("\(numbers[index.id(ofEntry: entry)] ?? 0) of \(numbers[pack] ?? 0)")
      }
      return moves.sorted()
    }
  }

  @Test func `keeps what is used, repacks what is partly used, removes the rest`() throws {
    var situation = Situation()
    situation.pack(100, [1, 2])
    situation.pack(101, [3, 4])
    situation.pack(102, [5, 6])
    situation.use(1, 2, 3)
    let plan = try situation.decide()
    #expect(plan.fates == [.keep, .repack, .remove])
    #expect(situation.moves(of: plan) == ["3 of 101"])
    #expect(plan.figures.used.bytes == 3000 && plan.figures.unused.bytes == 3000)
    #expect(plan.figures.repackRemoved.count == 1 && plan.figures.removed.count == 2)
    #expect(plan.figures.bytesRemaining == 3000 && plan.figures.bytesUnusedAfter == 0)
    #expect(plan.figures.packsUsed == 1 && plan.figures.packsPartlyUsed == 1 && plan.figures.packsUnused == 1)
  }

  @Test func `tolerates unused data up to the limit, and repacks first where it pays most`() throws {
    var situation = Situation()
    situation.pack(100, [1, 2, 3, 4])
    situation.pack(101, [5, 6, 7, 8])
    situation.pack(102, [9, 10, 11, 12])
    situation.use(1, 2, 3, 5, 9, 10)
    // Unused: 1, 3 and 2 blobs.
    #expect(try situation.decide { $0.maxUnused = .unlimited }.fates == [.keep, .keep, .keep])
    #expect(try situation.decide { $0.maxUnused = .bytes(6001) }.fates == [.keep, .keep, .keep])
    #expect(try situation.decide { $0.maxUnused = .bytes(6000) }.fates == [.keep, .repack, .keep])
    #expect(try situation.decide { $0.maxUnused = .bytes(3000) }.fates == [.keep, .repack, .repack])
    #expect(try situation.decide { $0.maxUnused = .bytes(1000) }.fates == [.repack, .repack, .repack])
    // A third of what is left afterwards: 3000 beside 6000.
    #expect(try situation.decide { $0.maxUnused = .percent(34) }.fates == [.keep, .repack, .keep])
    #expect(try situation.decide { $0.maxUnused = .percent(0) }.fates == [.repack, .repack, .repack])
  }

  @Test func `reads no more than it may`() throws {
    var situation = Situation()
    situation.pack(100, [1, 2, 3, 4])
    situation.pack(101, [5, 6, 7, 8])
    situation.use(1, 5, 6)
    let size: Int64 = 4 * (1000 + 41) + 36
    #expect(try situation.decide { $0.maxRepackBytes = 0 }.fates == [.keep, .keep])
    #expect(try situation.decide { $0.maxRepackBytes = size - 1 }.fates == [.keep, .keep])
    #expect(try situation.decide { $0.maxRepackBytes = size }.fates == [.repack, .keep])
    #expect(try situation.decide { $0.maxRepackBytes = 2 * size }.fates == [.repack, .repack])
  }

  @Test func `trees are repacked whatever the limit for unused data`() throws {
    var situation = Situation()
    situation.pack(100, [1, 2], .tree)
    situation.pack(101, [3, 4])
    situation.use(1, kind: .tree)
    situation.use(3)
    #expect(try situation.decide { $0.maxUnused = .unlimited }.fates == [.repack, .keep])
    #expect(try situation.decide { $0.repacksCacheableOnly = true }.fates == [.repack, .keep])
  }

  @Test func `packs that mix data and trees are taken apart`() throws {
    var situation = Situation()
    let blobs = [
      IndexedBlob(id: digest(1), kind: .data, offset: 0, length: 100, uncompressedLength: 500),
      IndexedBlob(id: digest(2), kind: .tree, offset: 100, length: 100, uncompressedLength: 500),
    ]
    situation.builder.add(pack: digest(100), blobs: blobs)
    situation.stored = [ListedObject(id: digest(100), sizeInBytes: 200 + 82 + 36)]
    situation.use(1)
    situation.use(2, kind: .tree)
    let plan = try situation.decide { $0.maxUnused = .unlimited }
    #expect(plan.fates == [.repack])
    #expect(plan.entriesToMove.count == 2)
  }

  // MARK: Small packs

  @Test func `small packs are joined once there are ten`() throws {
    var situation = Situation()
    for number in 0..<9 as Range<UInt64> {
      situation.pack(100 + number, [number])
      situation.use(number)
    }
    #expect(try situation.decide { $0.smallPackBytes = 2000 }.fates == Array(repeating: .keep, count: 9))
    situation.pack(109, [9])
    situation.use(9)
    #expect(try situation.decide { $0.smallPackBytes = 2000 }.fates == Array(repeating: .repack, count: 10))
    // 80 % of 4 MiB is the least that counts as large.
    #expect(try situation.decide { $0.smallPackBytes = nil }.fates == Array(repeating: .repack, count: 10))
    #expect(try situation.decide { $0.smallPackBytes = 1077 }.fates == Array(repeating: .keep, count: 10))
    let limited = try situation.decide {
      $0.smallPackBytes = nil
      $0.maxRepackBytes = 5 * 1077
    }
    #expect(limited.packsToRepack.count == 5)
  }

  @Test func `where packs are large, those near their usual size are not small`() throws {
    var situation = Situation()
    for number in 0..<12 as Range<UInt64> {
      situation.pack(100 + number, [number], length: 30 << 20)
      situation.use(number)
    }
    for number in 20..<32 as Range<UInt64> {
      situation.pack(100 + number, [number], length: 3 << 20)
      situation.use(number)
    }
    let plan = try situation.decide { $0.smallPackBytes = nil }
    #expect(plan.fates == Array(repeating: .keep, count: 12) + Array(repeating: .repack, count: 12))
  }

  // MARK: Copies

  @Test func `of two copies the one in a pack that is needed anyhow counts`() throws {
    var situation = Situation()
    situation.pack(100, [1, 9])
    situation.pack(101, [1, 2])
    situation.use(1, 2)
    let plan = try situation.decide()
    #expect(plan.fates == [.remove, .keep])
    #expect(plan.figures.duplicate.count == 1 && plan.figures.unused.count == 1)
  }

  @Test func `packs of copies only, which an interrupted prune wrote, are kept`() throws {
    var situation = Situation()
    situation.pack(100, [1, 2, 3])
    situation.pack(101, [1, 2])
    situation.use(1, 2)
    #expect(try situation.decide().fates == [.remove, .keep])
  }

  @Test func `what lies in a pack that stays is not moved`() throws {
    var situation = Situation()
    situation.pack(100, [1, 7, 8, 9, 2])
    situation.pack(101, [1, 3])
    situation.use(1, 2, 3)
    // Blob 1 counts in the first pack, which is needed anyhow; but of the two only the second stays.
    let plan = try situation.decide { $0.maxUnused = .bytes(2000) }
    #expect(plan.fates == [.repack, .keep])
    #expect(situation.moves(of: plan) == ["2 of 100"])
    #expect(try situation.moves(of: situation.decide()) == ["1 of 100", "2 of 100", "3 of 101"])
  }

  @Test func `each needed blob stays or moves exactly once, however copies lie`() throws {
    var random = SeededRandom(seed: 7)
    for round in 0..<300 {
      var situation = Situation()
      var kinds: [UInt64: Bool] = [:]
      for pack in 0..<12 as Range<UInt64> {
        let blobs = (0..<Int.random(in: 1...6, using: &random)).map { _ in UInt64.random(in: 0..<14, using: &random) }
        situation.pack(100 + pack, Array(Set(blobs)).sorted())
        for blob in blobs { kinds[blob] = true }
      }
      for blob in kinds.keys.sorted() where Bool.random(using: &random) { situation.use(blob) }
      let limit = Int64.random(in: 0...20_000, using: &random)
      let plan = try situation.decide { $0.maxUnused = .bytes(limit) }
      let index = situation.builder.build()
      for (blob, _) in situation.used {
        let entries = index.entryNumbers(of: digest(blob), .data)
        let kept = entries.filter { plan.fates[index.packNumber(ofEntry: $0)] == .keep }
        let moved = entries.filter { plan.entriesToMove.contains($0) }
        #expect(kept.isEmpty ? moved.count == 1 : moved.isEmpty, "round \(round), blob \(blob)")
        for entry in moved { #expect(plan.fates[index.packNumber(ofEntry: entry)] == .repack) }
      }
      let figures = plan.figures
      #expect(figures.used.count == situation.used.count)
      #expect(figures.blobsTotal == index.count)
      #expect(figures.blobsRemaining >= figures.used.count)
      #expect(figures.packsKept + figures.packsRepacked + figures.packsRemoved == 12)
    }
  }

  @Test func `more than 255 copies of a blob are no trouble`() throws {
    var situation = Situation()
    for pack in 0..<300 as Range<UInt64> { situation.pack(1000 + pack, [1, 5000 + pack]) }
    situation.use(1)
    let plan = try situation.decide()
    #expect(plan.fates.filter { $0 != .remove }.count == 1)
    #expect(plan.entriesToMove.count == 1)
    #expect(plan.figures.used.count == 1 && plan.figures.duplicate.count == 299)
  }

  // MARK: Packs that are not as they should be

  @Test func `a pack in no index goes, unless rustic has marked it`() throws {
    var situation = Situation()
    situation.pack(100, [1])
    situation.use(1)
    situation.stored.append(ListedObject(id: digest(200), sizeInBytes: 77))
    situation.stored.append(ListedObject(id: digest(201), sizeInBytes: 99))
    situation.marked = [digest(201)]
    let plan = try situation.decide()
    #expect(plan.unindexedPacks == [ListedObject(id: digest(200), sizeInBytes: 77)])
    #expect(plan.figures.packsMarked == 1 && plan.figures.bytesMarked == 99)
    #expect(plan.figures.bytesRemoved == 77)
    #expect(!plan.removesPacks)
  }

  @Test func `a pack that is listed and marked by rustic stays as it is`() throws {
    var situation = Situation()
    situation.pack(100, [1, 2])
    situation.pack(101, [3])
    situation.use(1)
    situation.marked = [digest(100), digest(101)]
    #expect(try situation.decide().fates == [.keep, .keep])
  }

  @Test func `a missing pack that is needed stops everything`() throws {
    var situation = Situation()
    situation.pack(100, [1])
    situation.pack(101, [2], isStored: false)
    situation.use(1, 2)
    #expect(throws: PruneError.packsMissing(digest(101), count: 1)) { try situation.decide() }
  }

  @Test func `a missing pack that nobody needs is forgotten`() throws {
    var situation = Situation()
    situation.pack(100, [1])
    situation.pack(101, [2, 1], isStored: false)
    situation.use(1)
    let plan = try situation.decide()
    #expect(plan.fates == [.keep, .forget])
    #expect(plan.figures.packsLost == 1)
  }

  @Test func `a needed pack of the wrong size stops everything`() throws {
    var situation = Situation()
    situation.pack(100, [1], size: 500)
    situation.use(1)
    #expect(throws: PruneError.packSizeWrong(digest(100), size: 500, expected: 1077)) { try situation.decide() }
  }

  @Test func `a pack of the wrong size goes if a whole one holds the same`() throws {
    var situation = Situation()
    situation.pack(100, [1, 2], size: 500)
    situation.pack(101, [1, 2, 3])
    situation.use(1, 2)
    #expect(try situation.decide().fates == [.remove, .repack])
  }

  // MARK: Compression

  @Test func `trees without compression are repacked in version 2, data only if asked for`() throws {
    var situation = Situation()
    situation.pack(100, [1], .tree, isPlain: true)
    situation.pack(101, [2], isPlain: true)
    situation.pack(102, [3])
    situation.use(1, kind: .tree)
    situation.use(2, 3)
    #expect(try situation.decide().fates == [.repack, .keep, .keep])
    #expect(try situation.decide { $0.compresses = true }.fates == [.repack, .repack, .keep])
    situation.version = 1
    #expect(try situation.decide().fates == [.keep, .keep, .keep])
  }

  @Test func `limits as shares never trap`() {
    #expect(UnusedLimit.percent(50).bytes(beside: 1000) == 1000)
    #expect(UnusedLimit.percent(99.9999).bytes(beside: .max) > 1 << 60)
    #expect(UnusedLimit.percent(-5).bytes(beside: 1000) == 0)
    #expect(UnusedLimit.unlimited.bytes(beside: 0) == .max)
  }
}
