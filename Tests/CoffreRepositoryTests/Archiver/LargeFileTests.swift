import CoffreCore
import CoffreSystem
import CoffreTestKit
import OpenSSLKit
import Testing

@testable import CoffreRepository

/// One file, many threads.
@Suite("Large files", .timeLimit(.minutes(10)))
struct LargeFileTests {
  private func tree(of content: [UInt8], threads: Int, store: MemoryStore = MemoryStore()) throws -> TreeID {
    let repository = try Repository.forTest(in: store)
    let result = try repository.backUp(MemorySession([.file("large", content)])) { $0.threadCount = threads }
    #expect(try repository.examined().warnings.isEmpty)
    return result.tree
  }

  @Test func `one file is the same whether one thread stores it or eight`() throws {
    let content = seededBytes(11, count: 48 << 20)
    let alone = try tree(of: content, threads: 1)
    for _ in 0..<3 { #expect(try tree(of: content, threads: 8) == alone) }
  }

  /// The ids of a content's chunks as one thread finds them.
  private func ids(of content: [UInt8], in archiver: Archiver) throws -> [BlobID] {
    let codec = archiver.repository.makeCodec()
    var ids: [BlobID] = []
    _ = try ChunkReader(chunker: archiver.chunker, cancellation: Cancellation()).forEachChunk(of: PieceReader(content))
    {
      chunk, _ in
      ids.append(codec.hasher.hash(chunk))
    }
    return ids
  }

  private func archiver(threads: Int) throws -> Archiver {
    let repository = try Repository.forTest(in: MemoryStore())
    let request = ArchiveRequest(
      machine: .ofTests, time: Timestamp(seconds: 1_700_001_000, nanoseconds: 0), program: "coffre test",
      threadCount: threads)
    return try Archiver(
      repository: repository, index: try repository.loadIndex(cancellation: Cancellation()).index,
      session: MemorySession([]), request: request, progress: ArchiveProgress(events: EventLog(), reportsItems: false),
      cancellation: Cancellation())
  }

  /// Whatever waits on the stack when the next piece is read is done by another worker: no thread, so no chance.
  @Test func `threads without work store chunks of a file that another one reads, and it stays the same`() throws {
    let content = seededBytes(13, count: 14 << 20)
    let archiver = try archiver(threads: 2)
    let expected = try ids(of: content, in: archiver)
    try #require(expected.count > 5)
    let helper = ArchiveWorker(archiver: archiver)
    var helps = 0
    let reader = PieceReader(content) {
      // No item is under way but these: an empty stack says so at once.
      while let item = archiver.stack.next() {
        let before = archiver.saver.saved.dataBlobs
        try? helper.perform(item)
        helps += archiver.saver.saved.dataBlobs - before
        archiver.stack.finishOne()
      }
    }
    let stored = try archiver.saver.run { try ArchiveWorker(archiver: archiver).store(contentOf: reader) }
    #expect(stored.content == expected && stored.size == Int64(content.count))
    #expect(archiver.saver.saved.dataBlobs == expected.count)
    #expect(helps > expected.count / 2, "\(helps) of \(expected.count)")
  }

  @Test func `no chunk is lent while every thread has work`() throws {
    let content = seededBytes(14, count: 4 << 20)
    let archiver = try archiver(threads: 1)
    archiver.stack.push([.chunks(SharedChunks())])
    _ = archiver.stack.next()
    let reader = PieceReader(content) { #expect(!archiver.stack.hasIdleThreads) }
    let stored = try archiver.saver.run { try ArchiveWorker(archiver: archiver).store(contentOf: reader) }
    #expect(try stored.content == ids(of: content, in: archiver))
  }

  @Test func `a thread that stores a chunk of a file finds the next ones there when it is done`() throws {
    let content = seededBytes(15, count: 14 << 20)
    // While the one helper stores a chunk, no thread is without work.
    let archiver = try archiver(threads: 1)
    let expected = try ids(of: content, in: archiver)
    let mayStore = Monitor(false)
    let hasBegun = Monitor(false)
    let stored = Monitor(0)
    var helper: EngineThread?
    var reads = 0
    let reader = PieceReader(content) {
      reads += 1
      if helper == nil, !archiver.stack.hasIdleThreads {
        helper = try? EngineThread.start(named: "help") {
          guard case .chunks(let chunks) = archiver.stack.next() else { return }
          chunks.help { bytes in
            hasBegun.withLock { $0 = true }
            mayStore.wait(until: { $0 })
            stored.withLock { $0 += 1 }
            return try archiver.saver.save(bytes, kind: .data, with: archiver.repository.makeCodec()).id
          }
          archiver.stack.finishOne()
        }
        hasBegun.wait(until: { $0 })
      }
      if reads == 12 {
        mayStore.withLock { $0 = true }
        helper?.join()
      }
    }
    let found = try archiver.saver.run { try ArchiveWorker(archiver: archiver).store(contentOf: reader) }
    #expect(found.content == expected)
    #expect(stored.withLock { $0 } == 3, "one, and as many as may wait")
  }

  @Test func `a store that fails ends the backup of a large file with its error`() throws {
    let store = FaultyStore(MemoryStore())
    let repository = try Repository.forTest(in: store)
    store.fail(.save, below: "data", with: .noSpace)
    #expect(throws: StoreError.self) {
      try repository.backUp(MemorySession([.file("large", seededBytes(12, count: 64 << 20))])) { $0.threadCount = 4 }
    }
    #expect(try repository.snapshots().found.isEmpty)
  }
}

/// Gives bytes piece by piece, and calls somebody before each.
private final class PieceReader: ByteReader {
  private let content: [UInt8]
  private let willRead: () -> Void
  private var position = 0

  init(_ content: [UInt8], willRead: @escaping () -> Void = {}) {
    self.content = content
    self.willRead = willRead
  }

  var attributes: EntryAttributes? { nil }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    willRead()
    let count = min(buffer.count, content.count - position)
    let bytes = content
    copy(bytes.span.extracting(position..<(position + count)), into: &buffer)
    position += count
    return count
  }

  func isUnchanged() throws(SourceError) -> Bool { true }
}
