import CoffreCore
import CoffreTestKit
import OpenSSLKit
import Testing

@testable import CoffreRepository

/// What memory or processor got wrong is noticed before it is stored.
@Suite("Checks of what is about to be stored")
struct SelfCheckTests {
  private let repository: Repository
  private let codec: BlobCodec
  private let content = seededBytes(5, count: 70_000)

  init() throws {
    repository = try Repository.forTest(in: MemoryStore())
    codec = repository.makeCodec()
  }

  private func sealed(_ change: (inout [UInt8]) -> Void = { _ in }) -> SealedBlob {
    let blob = codec.seal(content.span, id: codec.hasher.hash(content.span), kind: .data)
    var bytes = blob.bytes
    change(&bytes)
    return SealedBlob(id: blob.id, kind: blob.kind, bytes: bytes, uncompressedLength: blob.uncompressedLength)
  }

  /// - Returns: how many packs they make.
  private func packs(with blobs: [SealedBlob]) throws -> Int {
    let saver = BlobSaver(
      repository: repository, index: try repository.loadIndex(cancellation: Cancellation()).index,
      cancellation: Cancellation())
    try saver.run { for blob in blobs { try saver.move(blob, plainCount: content.count, with: codec) } }
    return saver.savedPacks.count
  }

  @Test func `a pack whose blob changed after sealing is refused`() throws {
    #expect(try packs(with: [sealed()]) == 1)

    for position in [0, 15, 16, 40_000, 70_031] {
      let error = #expect(throws: RepositoryError.self) {
        try packs(with: [sealed(), sealed { $0[position] ^= 0x10 }])
      }
      guard case .selfCheckFailed? = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }

  @Test func `content that changed between hashing and sealing does not open`() throws {
    try codec.check(sealed())
    var other = content
    other[12_345] ^= 1
    let blob = codec.seal(other.span, id: codec.hasher.hash(content.span), kind: .data)
    #expect(throws: BlobProblem.self) { try codec.check(blob) }
  }

  @Test func `a compressed blob with a wrong length does not open`() throws {
    let text = [UInt8](repeating: 0x61, count: 100_000)
    let blob = codec.seal(text.span, id: codec.hasher.hash(text.span), kind: .data)
    try #require(blob.uncompressedLength == 100_000)
    try codec.check(blob)
    let wrong = SealedBlob(id: blob.id, kind: .data, bytes: blob.bytes, uncompressedLength: 99_999)
    #expect(throws: BlobProblem.self) { try codec.check(wrong) }
  }

  @Test func `the usual check opens about one blob of 32, the full one each`() {
    let ids = (0..<3200).map { BlobID(words: (UInt64($0) &* 0x9e37_79b9_7f4a_7c15) >> 7, 1, 2, 3) }
    #expect(ids.allSatisfy { SelfCheck.full.opens($0, salt: 77) })
    let opened = ids.count { SelfCheck.sampled.opens($0, salt: 77) }
    #expect((40...200).contains(opened), "\(opened) of 3200")
    // Another run takes others.
    #expect(ids.contains { SelfCheck.sampled.opens($0, salt: 77) && !SelfCheck.sampled.opens($0, salt: 78) })
  }
}
