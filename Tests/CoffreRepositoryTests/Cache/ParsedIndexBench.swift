import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// What keeping a parsed index is for: `COFFRE_BENCH=1 swift test -c release -Xswiftc -enable-testing --filter Bench`.
@Suite("Bench of parsed indexes", .enabled(if: environmentValue("COFFRE_BENCH") == "1", "a measurement"))
struct ParsedIndexBench {
  private static let fileCount = 20
  private static let blobsPerFile = 50_000
  private static let blobsPerPack = 20

  @Test func `a million blobs are loaded faster from the cache than decoded`() throws {
    let folder = try TestFolder()
    let memory = MemoryStore()
    let repository = try Repository.forTest(in: memory)
    try fill(repository)
    let decoded = try time("decoded") {
      try Repository.opened(memory).loadIndex(.fingerprints, cancellation: Cancellation()).index
    }
    let settings = RepositoryCache.Settings(base: folder.path) { _ in }
    func open() throws -> Repository { try Repository.open(store: memory, password: .ofTests, cache: settings) }
    let first = try open()
    let written = try time("decoded, with files kept, and written") {
      try first.loadIndex(.fingerprints, cancellation: Cancellation()).index
    }
    let second = try open()
    let cached = try time("cached") { try second.loadIndex(.fingerprints, cancellation: Cancellation()).index }
    #expect(decoded.count == Self.fileCount * Self.blobsPerFile && written.count == decoded.count)
    #expect(cached.index.count == decoded.count)
    #expect(cached.duration < decoded.duration)
  }

  private func time(_ what: String, _ body: () throws -> BlobIndex) throws -> (
    index: BlobIndex, count: Int, duration: Duration
  ) {
    var index: BlobIndex?
    let duration = try ContinuousClock().measure { index = try body() }
    print("\(what): \(duration)")
    let loaded = try #require(index)
    return (loaded, loaded.count, duration)
  }

  private func fill(_ repository: Repository) throws {
    var random = SeededRandom(seed: 1)
    func digest() -> Digest { Digest(words: random.next(), random.next(), random.next(), random.next()) }
    let codec = repository.makeCodec()
    for _ in 0..<Self.fileCount {
      var writer = IndexFileWriter()
      for _ in 0..<Self.blobsPerFile / Self.blobsPerPack {
        let blobs = (0..<Self.blobsPerPack).map { number in
          IndexedBlob(
            id: digest(), kind: .data, offset: UInt32(number) * 800_000, length: 700_000 + UInt32(number),
            uncompressedLength: 1_000_000)
        }
        writer.append(pack: digest(), blobs: blobs)
      }
      _ = try repository.saveUnpacked(.index, writer.finish().span, with: codec)
    }
  }
}
