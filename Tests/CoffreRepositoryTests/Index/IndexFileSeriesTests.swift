import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Series of index files")
struct IndexFileSeriesTests {
  private let memory = MemoryStore()
  private let store: RecordingStore
  private let repository: Repository
  private let codec: BlobCodec

  init() throws {
    store = RecordingStore(memory)
    repository = try Repository.forTest(in: store)
    codec = repository.makeCodec()
    store.forget()
  }

  private func blobs(_ count: Int) -> [IndexedBlob] {
    (0..<count).map {
      IndexedBlob(id: digest(UInt64($0)), kind: .data, offset: UInt32($0 * 40), length: 40, uncompressedLength: 0)
    }
  }

  private func packs(in file: IndexID, of repository: Repository) throws -> [(id: PackID, blobs: Int)] {
    let codec = repository.makeCodec()
    let listed = try #require(try repository.store.listObjects(.index).first { $0.id == file })
    return try repository.listedPacks(in: listed, with: codec).packs.map { ($0.id, $0.blobs.count) }
  }

  @Test(arguments: [(1, [30_000, 20_000, 1, 60_000, 0]), (2, [90_000, 60_000, 1, 180_000, 0])])
  func `a file ends with the pack that fills it, and no pack stands in two`(_ version: Int, _ counts: [Int]) throws {
    let repository = try Repository.forTest(in: MemoryStore(), version: version)
    let codec = repository.makeCodec()
    var series = IndexFileSeries(in: repository, with: codec)
    for (number, count) in counts.enumerated() { try series.add(digest(UInt64(number)), blobs(count)) }
    let files = try series.finish()
    let found = try files.map { try packs(in: $0, of: repository) }
    #expect(found.map { $0.map(\.blobs) } == [[counts[0], counts[1]], [1, counts[3]], [0]])
    #expect(found.flatMap { $0.map(\.id) } == (0..<5).map { digest($0) })
    #expect(series.savedPacks == 5)
  }

  @Test(arguments: [1, 2])
  func `what is written in parts reads as the whole`(_ version: Int) throws {
    let repository = try Repository.forTest(in: MemoryStore(), version: version)
    let codec = repository.makeCodec()
    var series = IndexFileSeries(in: repository, with: codec)
    var whole = IndexFileWriter()
    for number in 0..<30 {
      try series.add(digest(UInt64(number)), blobs(1_000))
      whole.append(pack: digest(UInt64(number)), blobs: blobs(1_000))
    }
    let file = try #require(try series.finish().first)
    let listed = try #require(try repository.store.listObjects(.index).first { $0.id == file })
    let written = try repository.loadUnpacked(.index, listed, with: codec)
    #expect(written.count > 3 << 20 && written == whole.finish())
  }

  @Test func `of nothing there is no file`() throws {
    var series = IndexFileSeries(in: repository, with: codec)
    #expect(try series.finish() == [])
    #expect(store.calls.isEmpty)
  }

  @Test func `every list of rustic is taken along, each in a file of its own`() throws {
    let marked = [1, 2, 3].map { digest($0) }
    let lists = marked.map { Array(#"[{"id":"\#($0)","blobs":[]}]"#.utf8) }
    var series = IndexFileSeries(in: repository, with: codec, marks: lists)
    try series.add(digest(9), blobs(1))
    #expect(try series.finish().count == 3)
    let loaded = try repository.loadIndex(from: .files, cancellation: Cancellation())
    #expect(Set(loaded.files.flatMap(\.packsToDelete)) == Set(marked))
    #expect(loaded.files.allSatisfy { $0.packsToDelete.count == 1 })
    #expect(loaded.index.packs.map(\.id) == [digest(9)])
  }

  @Test func `old files go when all new ones are there`() throws {
    var first = IndexFileSeries(in: repository, with: codec)
    try first.add(digest(1), blobs(1))
    let old = try first.finish()
    store.forget()
    var second = IndexFileSeries(in: repository, with: codec)
    for number in 1...3 { try second.add(digest(UInt64(number)), blobs(100_000)) }
    var confirmed = 0
    let new = try second.finish(replacing: old) {
      confirmed += 1
      #expect(store.saves.count == 2 && memory.paths(in: "index").count == 3)
    }
    #expect(confirmed == 1)
    #expect(store.calls.map(\.action) == [.save, .save, .remove])
    #expect(Set(try repository.store.listObjects(.index).map(\.id)) == Set(new))
  }

  @Test func `without a lock no old file goes`() throws {
    var first = IndexFileSeries(in: repository, with: codec)
    try first.add(digest(1), blobs(1))
    let old = try first.finish()
    var second = IndexFileSeries(in: repository, with: codec)
    try second.add(digest(2), blobs(1))
    let lost = RepositoryError.lockLost(location: "memory")
    #expect(throws: lost) { try second.finish(replacing: old) { throw lost } }
    let packs = try repository.loadIndex(from: .files, cancellation: Cancellation()).index.packs
    #expect(Set(packs.map(\.id)) == [digest(1), digest(2)])
  }

  @Test func `what could not be saved is not counted as saved`() throws {
    let faulty = FaultyStore(memory)
    let repository = try Repository.opened(faulty)
    faulty.add(FaultyStore.Rule([.save], below: "index", calls: 2...2, .fail(.noSpace)))
    var series = IndexFileSeries(in: repository, with: codec)
    try series.add(digest(1), blobs(150_000))
    try series.add(digest(2), blobs(1))
    #expect(throws: StoreError.self) { _ = try series.finish() }
    #expect(series.savedPacks == 1)
  }
}
