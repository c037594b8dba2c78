import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Index recorder")
struct IndexRecorderTests {
  private let memory = MemoryStore()

  private func pack(_ number: UInt64, of size: Int64) -> SavedPack {
    let blob = IndexedBlob(id: digest(number), kind: .data, offset: 0, length: 40, uncompressedLength: 0)
    return SavedPack(id: digest(1000 + number), blobs: [blob], size: size)
  }

  @Test func `so many bytes that no index names are enough for one`() throws {
    let recorder = IndexRecorder(repository: try Repository.forTest(in: memory))
    var rhythm = IndexRhythm(every: .seconds(600), closesPacks: true)
    rhythm.bytes = 100
    recorder.add(pack(1, of: 60))
    #expect(!recorder.isDue(by: rhythm))
    recorder.add(pack(2, of: 40))
    #expect(recorder.isDue(by: rhythm))
  }

  @Test func `what could not be written is due as before, and named by the next one`() throws {
    let faulty = FaultyStore(memory)
    let repository = try Repository.forTest(in: faulty)
    let recorder = IndexRecorder(repository: repository)
    var rhythm = IndexRhythm(every: .seconds(600), closesPacks: true)
    rhythm.bytes = 100
    recorder.add(pack(1, of: 60))
    recorder.add(pack(2, of: 40))
    faulty.fail(.save, below: "index", calls: 1...1, with: .unreachable)
    #expect(throws: StoreError.self) { try recorder.flush(with: repository.makeCodec()) }
    #expect(recorder.isDue(by: rhythm))
    #expect(recorder.savedPacks.indexFiles.isEmpty)

    try recorder.flush(with: repository.makeCodec())
    #expect(!recorder.isDue(by: rhythm))
    #expect(recorder.savedPacks.indexFiles.count == 1)
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    #expect(index.contains(digest(1), .data) && index.contains(digest(2), .data))
    try recorder.flush(with: repository.makeCodec())
    #expect(memory.paths(in: "index").count == 1)
  }
}
