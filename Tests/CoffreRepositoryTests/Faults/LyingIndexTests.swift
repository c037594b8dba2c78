import CoffreCore
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreRepository

@Suite("An index that lies")
struct LyingIndexTests {
  struct Lie: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let tell: @Sendable (IndexedBlob) -> IndexedBlob

    init(_ description: String, _ tell: @escaping @Sendable (IndexedBlob) -> IndexedBlob) {
      testDescription = description
      self.tell = tell
    }
  }

  static let lies: [Lie] = [
    Lie("offset one more") { $0.telling(offset: $0.offset + 1) },
    Lie("offset far away") { $0.telling(offset: 3_000_000_000) },
    Lie("length one more") { $0.telling(length: $0.length + 1) },
    Lie("length one less") { $0.telling(length: $0.length - 1) },
    Lie("the least length") { $0.telling(length: 32) },
    Lie("an impossible length") { $0.telling(length: 31) },
    Lie("length beyond the pack") { $0.telling(length: $0.length + 100_000) },
    Lie("a length of 4 GB") { $0.telling(offset: 0, length: 4_290_000_000) },
    Lie("uncompressed length one more") { $0.telling(uncompressedLength: max($0.uncompressedLength, 1) + 1) },
    Lie("no uncompressed length") {
      $0.uncompressedLength == 0 ? $0.telling(offset: 7) : $0.telling(uncompressedLength: 0)
    },
    Lie("an uncompressed length of 4 GB") { $0.telling(uncompressedLength: .max) },
    Lie("the other kind") { $0.telling(kind: $0.kind == .data ? .tree : .data) },
    Lie("another id") { $0.telling(id: digest(99)) },
  ]

  /// Damage must be told and nothing wrong restored; a lie about one blob of one pack at a time.
  @Test(arguments: lies)
  func `is told, and nothing wrong is restored`(_ lie: Lie) throws {
    let tiny = try TinyRepository.make()
    let packs = try Forger(in: tiny.store()).indexed()
    for (packNumber, pack) in packs.enumerated() {
      for blobNumber in pack.blobs.indices {
        let forger = try Forger(in: tiny.store())
        try forger.rewriteIndex { packs in
          guard let number = packs.firstIndex(where: { $0.id == pack.id }),
            let blob = packs[number].blobs.firstIndex(of: pack.blobs[blobNumber])
          else { return }
          packs[number].blobs[blob] = lie.tell(packs[number].blobs[blob])
        }
        let verdict = tiny.judge(forger.store)
        guard case .detected = verdict else {
          Issue.record("blob \(blobNumber) of pack \(packNumber): \(verdict)")
          continue
        }
      }
    }
  }

  @Test func `a length of 4 GB costs no memory`() throws {
    let tiny = try TinyRepository.make()
    let forger = try Forger(in: tiny.store())
    try forger.rewriteIndex { packs in
      for number in packs.indices {
        packs[number].blobs = packs[number].blobs.map { $0.telling(offset: 0, length: 4_290_000_000) }
      }
    }
    let watch = LargestBuffer(forger.store)
    guard case .detected = tiny.judge(watch) else {
      Issue.record("not noticed")
      return
    }
    #expect(watch.bytes < 1 << 20)
  }

  @Test func `a blob left out is told`() throws {
    let tiny = try TinyRepository.make()
    for number in 0..<(try Forger(in: tiny.store()).indexed().count) {
      let forger = try Forger(in: tiny.store())
      try forger.rewriteIndex { $0[number].blobs.removeLast() }
      let verdict = tiny.judge(forger.store)
      guard case .detected = verdict else {
        Issue.record("\(verdict)")
        continue
      }
    }
  }

  @Test func `a pack that is not there, and one named like another, are told`() throws {
    let tiny = try TinyRepository.make()
    for change in [
      { (packs: inout [(id: PackID, blobs: [IndexedBlob])]) in packs.append((digest(5), packs[0].blobs)) },
      { packs in packs[0].id = digest(5) },
      { packs in (packs[0].id, packs[1].id) = (packs[1].id, packs[0].id) },
      { packs in packs[0].blobs += packs[0].blobs },
      { packs in packs[0].blobs = [] },
    ] {
      let forger = try Forger(in: tiny.store())
      try forger.rewriteIndex(change)
      let verdict = tiny.judge(forger.store)
      guard case .detected = verdict else {
        Issue.record("\(verdict)")
        continue
      }
    }
  }

  @Test func `a pack listed twice with the same blobs is a hint, with others an error`() throws {
    let tiny = try TinyRepository.make()
    let forger = try Forger(in: tiny.store())
    let packs = try forger.indexed()
    try forger.index([packs[0]])
    let repeated = try forger.repository.examined()
    #expect(repeated.isSound && repeated.hints.count == 1, Comment(rawValue: repeated.text))
    #expect(tiny.judge(forger.store) == .harmless)

    try forger.index([(packs[1].id, packs[1].blobs.map { $0.telling(offset: $0.offset + 5) })])
    #expect(try forger.repository.examined().names(packs[1].id.description))
  }

  @Test func `a true copy elsewhere saves a blob whose first place is a lie`() throws {
    let tiny = try TinyRepository.make()
    let forger = try Forger(in: tiny.store())
    let original = try #require(try forger.indexed().first { $0.blobs.contains { $0.kind == .data } })
    // The same contents once more, in a pack that is wholly right.
    let index = try forger.repository.loadIndex(cancellation: Cancellation()).index
    let loader = BlobLoader(repository: forger.repository, index: index)
    var copies: [(plain: [UInt8], kind: BlobKind)] = []
    for blob in original.blobs {
      var plain: [UInt8] = []
      try loader.load(blob.id, blob.kind, for: "a test", into: &plain)
      copies.append((plain, blob.kind))
    }
    let copy = try forger.pack(copies)
    try forger.index([(copy.id, copy.blobs)])
    #expect(tiny.judge(forger.store) == .harmless)

    forger.store.edit(ObjectKind.pack.storeKey(of: original.id).path) { $0[40] ^= 1 }
    for snapshot in try forger.repository.soundSnapshots() {
      let events = EventLog()
      let items = try forger.repository.restored(snapshot, events: events)
      #expect(events.losses.isEmpty, Comment(rawValue: events.text))
      #expect(items == tiny.restored[snapshot.snapshot.time.seconds == 1_700_001_000 ? 0 : 1])
    }
    #expect(try forger.repository.examined().names(original.id.description))
  }
}

/// A store around a store that remembers the largest buffer it was asked to fill.
private final class LargestBuffer: Store {
  private let base: any Store
  private let largest = Atomic<Int>(0)

  init(_ base: any Store) { self.base = base }

  var bytes: Int { largest.load(ordering: .relaxed) }
  var traits: StoreTraits { base.traits }

  func load(_ key: StoreKey, range: Range<Int64>?, into buffer: inout MutableSpan<UInt8>) throws(StoreError) -> Int {
    // The configuration's size is not known before: it is read into a buffer of fixed size.
    largest.max(buffer.count, ordering: .relaxed)
    return try base.load(key, range: range, into: &buffer)
  }

  func save(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) { try base.save(bytes, at: key) }

  func list(_ prefix: StoreKey, _ each: (StoredObject) throws(StoreError) -> Void) throws(StoreError) {
    try base.list(prefix, each)
  }

  func remove(_ key: StoreKey) throws(StoreError) { try base.remove(key) }
}
