import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Saving")
struct SavingTests {
  /// Found by review: the thread that writes preliminary indexes held a pack in its hands while the last index was made.
  @Test func `every stored blob is in the index, however often preliminary ones are written`() throws {
    for round in 0..<40 {
      let store = MemoryStore()
      let repository = try Repository.forTest(in: store)
      let empty = try repository.loadIndex(cancellation: Cancellation()).index
      let saver = BlobSaver(
        repository: repository, index: empty, packSize: 16 << 10,
        rhythm: IndexRhythm(every: .milliseconds(1), closesPacks: true), cancellation: Cancellation())
      var ids: [BlobID] = []
      try saver.run {
        let codec = repository.makeCodec()
        for number in 0..<400 {
          let content = BackupSample.noise(64, seed: UInt64(round * 1000 + number))
          ids.append(try saver.save(content.span, kind: .data, with: codec).id)
        }
      }
      let index = try repository.loadIndex(cancellation: Cancellation()).index
      let lost = ids.filter { !index.contains($0, .data) }
      #expect(lost.isEmpty, "round \(round): \(lost.count) of \(ids.count) blobs are in no index")
    }
  }

  /// Found by a full disk: the pack was counted as done before the reason why it was lost was noted.
  @Test(arguments: [false, true])
  func `whichever save fails, the run fails, and the index names nothing that is lost`(indexesOften: Bool) throws {
    for failing in 1...24 {
      let store = MemoryStore()
      let faulty = FaultyStore(store)
      let repository = try Repository.forTest(in: faulty)
      let empty = try repository.loadIndex(cancellation: Cancellation()).index
      faulty.add(FaultyStore.Rule([.save], below: "data", calls: failing...failing, .fail(.noSpace)))
      let cancellation = Cancellation()
      let saver = BlobSaver(
        repository: repository, index: empty, packSize: 16 << 10,
        rhythm: IndexRhythm(every: indexesOften ? .milliseconds(1) : .seconds(60), closesPacks: true),
        cancellation: cancellation)
      #expect(throws: StoreError.self, "save \(failing)") {
        try saver.run {
          let codec = repository.makeCodec()
          for number in 0..<400 {
            try cancellation.check()
            let content = BackupSample.noise(1024, seed: UInt64(failing * 1000 + number))
            _ = try saver.save(content.span, kind: .data, with: codec)
          }
        }
      }
      let packs = Set(try repository.store.listObjects(.pack).map(\.id))
      let index = try repository.loadIndex(cancellation: Cancellation()).index
      #expect(index.packs.allSatisfy { packs.contains($0.id) }, "save \(failing)")
      #expect(failing <= 8 || !index.packs.isEmpty, "save \(failing): what had been saved before is in no index")
    }
  }

  @Test func `what a lost pack held is stored again, and restores`() throws {
    let store = try BackupSample.store()
    let repository = try Repository.opened(store)
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let lost = try #require(index.packs.first { $0.hasData })
    store[ObjectKind.pack.storeKey(of: lost.id).path] = nil

    let reports = Reports()
    let trusted = try repository.trustworthy(index) { reports.add($0.text.description) }
    #expect(reports.texts.count == 1)
    #expect(reports.texts[0].contains(lost.id.description))
    for entry in lost.entries { #expect(!trusted.contains(index.id(ofEntry: entry), index.kind(ofEntry: entry))) }
    let kept = index.packs.indices.filter { index.packs[$0].id != lost.id }
    for entry in kept.flatMap({ index.packs[$0].entries }) {
      #expect(trusted.contains(index.id(ofEntry: entry), index.kind(ofEntry: entry)))
    }
  }

  @Test func `a pack of another size than the index says is not relied on`() throws {
    let store = try BackupSample.store()
    let repository = try Repository.opened(store)
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let path = ObjectKind.pack.storeKey(of: index.packs[0].id).path
    store[path]?.removeLast()
    let trusted = try repository.trustworthy(index) { _ in }
    for entry in index.packs[0].entries {
      #expect(!trusted.contains(index.id(ofEntry: entry), index.kind(ofEntry: entry)))
    }
  }

  @Test func `one damaged snapshot hides no other`() throws {
    let store = try BackupSample.store()
    let repository = try Repository.opened(store)
    try BackupSample.backUpSecond(in: store)
    let ids = try repository.snapshots().found.map(\.id)
    #expect(ids.count == 2)
    store[ObjectKind.snapshot.storeKey(of: ids[0]).path]?[20] ^= 1
    let (found, unreadable) = try repository.snapshots()
    #expect(found.map(\.id) == [ids[1]])
    #expect(unreadable.map(\.text).allSatisfy { $0.contains(ids[0].description) } && unreadable.count == 1)
    #expect(try repository.findSnapshot("latest", report: { _ in }).id == ids[1])
    #expect(try repository.findSnapshot(ids[1].short, report: { _ in }).id == ids[1])
    #expect(throws: RepositoryError.self) { try repository.findSnapshot(ids[0].short, report: { _ in }) }
  }
}

/// Not Sendable: asked and told on one thread.
private final class Reports {
  var texts: [String] = []
  func add(_ text: String) { texts.append(text) }
}
