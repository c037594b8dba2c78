import CoffreCore
import CoffreSystem
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreRepository

@Suite("Contents of a folder", .timeLimit(.minutes(10)))
struct FolderContentsTests {
  private struct Sample: Sendable {
    let store = MemoryStore()
    let snapshot: StoredSnapshot

    init(_ entries: [MemoryEntry]) throws {
      let repository = try Repository.forTest(in: store)
      try repository.backUp(entries)
      snapshot = try #require(try repository.soundSnapshots().last)
    }

    func read<Result>(
      _ folder: [String] = [], through other: (any Store)? = nil, bytesAhead: Int64 = FolderContents.usualBytesAhead,
      cancellation: Cancellation = Cancellation(), _ body: (FolderContents) throws -> Result
    ) throws -> Result {
      let view = try RepositoryView(of: Repository.opened(other ?? store), cancellation: cancellation)
      return try FolderContents.reading(
        folder.map { Array($0.utf8) }, of: snapshot, in: view, bytesAhead: bytesAhead, cancellation: cancellation, body)
    }
  }

  private static let big = seededBytes(1, count: 9_000_000)
  private static let middle = seededBytes(2, count: 3_000_000)
  private static let entries: [MemoryEntry] = [
    .directory(
      "top",
      [
        .directory("deep", [.file("big", big), .file("middle", middle), .file("empty", "")]), .file("small", "abc"),
        .symlink("link", to: "small"), .file("zeros", [UInt8](repeating: 0, count: 20 << 20)),
      ]), .file("beside", "x"),
  ]

  /// Reads a file in pieces of an odd size.
  private func content(_ file: String, of contents: FolderContents) throws -> [UInt8] {
    let reader = try contents.read(Array(file.utf8))
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 100_003)
    while true {
      var span = buffer.mutableSpan
      let count = try reader.read(into: &span)
      if count == 0 { return content }
      content += buffer[..<count]
    }
  }

  private func failure(_ body: () throws -> Void) throws -> SourceError {
    let error = #expect(throws: SourceError.self) { try body() }
    return try #require(error)
  }

  @Test func `a folder tells what lies in it`() throws {
    let sample = try Sample(Self.entries)
    try sample.read(["top"]) { contents in
      let entries = try contents.entries(of: [])
      #expect(entries.map { displayed($0.name) } == ["deep", "link", "small", "zeros"])
      #expect(entries.map(\.kind) == [.directory, .symlink, .file, .file])
      #expect(entries.map(\.size) == [0, 0, 3, 20 << 20])
      #expect(try contents.entries(of: Array("deep".utf8)).count == 3)
      #expect(try contents.entries(of: Array("/deep/".utf8)).count == 3)
    }
  }

  @Test func `what is not there has vanished`() throws {
    let sample = try Sample(Self.entries)
    try sample.read(["top"]) { contents in
      for path in ["none", "deep/none", "small/below", "none/none", "deep", "link", "", "../beside", "beside"] {
        let error = try failure { _ = try contents.read(Array(path.utf8)) }
        #expect(error.reason == .vanished, "\(path)")
      }
      let error = try failure { _ = try contents.entries(of: Array("small".utf8)) }
      #expect(error.reason == .vanished)
    }
    #expect(throws: RepositoryError.self) { try sample.read(["none"]) { _ in } }
  }

  @Test(arguments: [0, 1, 1 << 20, FolderContents.usualBytesAhead])
  func `files come whole, however much is read ahead`(_ bytesAhead: Int64) throws {
    let sample = try Sample(Self.entries)
    try sample.read(["top"], bytesAhead: bytesAhead) { contents in
      let big = try content("deep/big", of: contents)
      #expect(big == Self.big)
      let empty = try content("deep/empty", of: contents)
      #expect(empty == [])
      let small = try content("small", of: contents)
      #expect(small == Array("abc".utf8))
      let zeros = try content("zeros", of: contents)
      #expect(zeros == [UInt8](repeating: 0, count: 20 << 20))
    }
  }

  @Test(arguments: [0, 1 << 20, FolderContents.usualBytesAhead])
  func `several files are read in turn by one thread, and nobody waits for another`(_ bytesAhead: Int64) throws {
    let sample = try Sample(Self.entries)
    try sample.read(["top", "deep"], bytesAhead: bytesAhead) { contents in
      let big = try contents.read(try contents.blobs(of: Array("big".utf8)), of: Array("big".utf8))
      let middle = try contents.read(try contents.blobs(of: Array("middle".utf8)), of: Array("middle".utf8))
      var (first, second): ([UInt8], [UInt8]) = ([], [])
      var isOver = false
      while !isOver {
        let (one, other) = (try big.nextBlob(), try middle.nextBlob())
        first += one ?? []
        second += other ?? []
        isOver = one == nil && other == nil
      }
      #expect(first == Self.big && second == Self.middle)
    }
  }

  @Test func `several threads read at once`() throws {
    let sample = try Sample(Self.entries)
    let results = Mutex([Bool]())
    try sample.read(["top", "deep"]) { contents in
      try runThreads(count: 6, named: "reader") { [self] number in
        let (name, expected) = number % 2 == 0 ? ("big", Self.big) : ("middle", Self.middle)
        let isSame = (try? content(name, of: contents)) == expected
        results.withLock { $0.append(isSame) }
      }
    }
    #expect(results.withLock { $0 } == [Bool](repeating: true, count: 6))
  }

  @Test func `nothing is loaded ahead where that is not wanted`() throws {
    let sample = try Sample(Self.entries)
    let recording = RecordingStore(sample.store)
    try sample.read(["top", "deep"], through: recording, bytesAhead: 0) { contents in
      let file = Array("big".utf8)
      let blobs = try contents.blobs(of: file)
      #expect(blobs.count > 3)
      let reader = try contents.read(blobs, of: file)
      recording.forget()
      _ = try reader.nextBlob()
      #expect(recording.calls.filter { $0.action == .load }.count == 1)
    }
  }

  @Test func `a damaged blob fails before any of its bytes, with what the repository said`() throws {
    let sample = try Sample(Self.entries)
    let index = try Repository.opened(sample.store).loadIndex(cancellation: Cancellation()).index
    try sample.read(["top", "deep"]) { contents in
      let blobs = try contents.blobs(of: Array("big".utf8))
      let location = try #require(index.location(of: blobs[2], .data))
      let path = ObjectKind.pack.storeKey(of: location.pack).path
      var bytes = try #require(sample.store[path])
      bytes[Int(location.offset) + 20] ^= 1
      sample.store[path] = bytes
      let whole = blobs.prefix(2).reduce(0) { $0 + Int(index.plainLength(of: $1, .data) ?? 0) }
      let reader = try contents.read(blobs, of: Array("big".utf8))
      var count = 0
      let error = try failure { while let blob = try reader.nextBlob() { count += blob.count } }
      #expect(count == whole)
      #expect(error.reason == .failed && displayed(error.path) == "/top/deep/big")
      #expect(contents.failure is RepositoryError)
      #expect(try content("middle", of: contents) == Self.middle, "others can be read")
    }
  }

  @Test func `who is cancelled is told so, and nothing goes on`() throws {
    let sample = try Sample(Self.entries)
    let cancellation = Cancellation()
    try sample.read(["top", "deep"], cancellation: cancellation) { contents in
      let reader = try contents.read(try contents.blobs(of: Array("big".utf8)), of: Array("big".utf8))
      _ = try reader.nextBlob()
      cancellation.cancel(.interrupted)
      let error = try failure { while try reader.nextBlob() != nil {} }
      #expect(error.reason == .cancelled)
    }
  }
}
