import CoffreCore
import CoffreSystem
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreRepository

@Suite("Random access")
struct RepositoryViewTests {
  private static let size = 9_000_001
  private let store = MemoryStore()
  private let repository: Repository
  private let content = BackupSample.noise(Self.size, seed: 7)

  init() throws {
    repository = try Repository.forTest(in: store)
    try repository.backUp([
      .file("empty", ""), .file("large", content), .file("small", "some text"), .directory("folder", [.file("x", "y")]),
    ])
  }

  private func view(_ change: (inout RepositoryView.Limits) -> Void = { _ in }) throws -> RepositoryView {
    var limits = RepositoryView.Limits()
    change(&limits)
    return try RepositoryView(of: repository, limits: limits, cancellation: Cancellation())
  }

  private func top(_ view: RepositoryView) throws -> BrowsedTree {
    let newest = try #require(try repository.soundSnapshots().last)
    return try view.tree(newest.snapshot.tree, for: "the test")
  }

  private func node(_ name: String, _ view: RepositoryView) throws -> Node {
    let tree = try top(view)
    return tree.nodes[try #require(tree.position(of: Array(name.utf8)))]
  }

  private func read(_ file: FileContents, _ offset: Int, _ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xAA, count: count)
    var span = bytes.mutableSpan
    let filled = try file.read(at: Int64(offset), into: &span, for: "the test")
    return Array(bytes[..<filled])
  }

  @Test func `any range of a file is what it holds`() throws {
    // A cache for little more than one blob: most pieces are loaded again.
    let view = try view { $0.blobs = 2 << 20 }
    let file = try view.contents(of: node("large", view), for: "the test")
    #expect(try #require(node("large", view).content).count > 4)
    #expect(file.size == Int64(Self.size))
    var random = SeededRandom(seed: 11)
    for _ in 0..<200 {
      let offset = Int(random.next() % UInt64(Self.size + 100))
      let count = Int(random.next() % 300_000)
      let wanted = offset < Self.size ? Array(content[offset..<min(Self.size, offset + count)]) : []
      #expect(try read(file, offset, count) == wanted)
    }
    #expect(try read(file, 0, Self.size + 10) == content)
    #expect(try read(file, Self.size - 1, 10) == [content[Self.size - 1]])
    #expect(try read(file, Self.size, 10).isEmpty && read(file, Int(Int64.max), 10).isEmpty)
    #expect(try read(file, -1, 10).isEmpty)
  }

  @Test func `a file of zero bytes has nothing at any offset`() throws {
    let view = try view()
    let file = try view.contents(of: node("empty", view), for: "the test")
    #expect(file.size == 0)
    #expect(try read(file, 0, 10).isEmpty && read(file, 5, 10).isEmpty)
  }

  @Test(arguments: [0, 3, 1 << 40])
  func `a size that lies does not count, the content does`(_ size: UInt64) throws {
    let view = try view()
    var node = try node("small", view)
    node.size = size
    #expect(view.size(of: node) == 9)
    let file = try view.contents(of: node, for: "the test")
    #expect(file.size == 9)
    #expect(try read(file, 0, 100) == Array("some text".utf8))
  }

  @Test func `many readers with their reader ahead get the same bytes`() throws {
    let view = try view { $0.blobs = 4 << 20 }
    let file = try view.contents(of: node("large", view), for: "the test")
    let ahead = try EngineThread.start(named: "ahead") { view.readAheadUntilStopped() }
    let wrong = Atomic<Int>(0)
    let content = content
    try runThreads(count: 4, named: "reader") { number in
      var offset = number * 1000
      var bytes = [UInt8](repeating: 0, count: 131_072)
      while offset < Self.size {
        var span = bytes.mutableSpan
        let count = (try? file.read(at: Int64(offset), into: &span, for: "the test")) ?? 0
        if count == 0 || bytes[..<count] != content[offset..<(offset + count)] { wrong.add(1, ordering: .relaxed) }
        offset += max(1, count)
      }
    }
    view.stopReadingAhead()
    ahead.join()
    #expect(wrong.load(ordering: .relaxed) == 0)
  }

  @Test func `a sequential reader finds the next blob loaded`() throws {
    let recording = RecordingStore(store)
    let view = try RepositoryView(of: Repository.opened(recording), cancellation: Cancellation())
    let file = try view.contents(of: node("large", view), for: "the test")
    let blobs = try #require(node("large", view).content)
    let ahead = try EngineThread.start(named: "ahead") { view.readAheadUntilStopped() }
    defer {
      view.stopReadingAhead()
      ahead.join()
    }
    _ = try read(file, 0, 1000)
    #expect(!view.keeps(blobs[1]), "somebody who looks at the first bytes wants no more")
    _ = try read(file, 1000, 1000)
    #expect(Self.eventually { view.keeps(blobs[1]) })
    #expect(!view.keeps(blobs[2]))
  }

  private static func eventually(_ condition: () -> Bool) -> Bool {
    for _ in 0..<1000 {
      if condition() { return true }
      _ = Monitor(false).wait(for: .milliseconds(5), until: { $0 }, then: { _ in })
    }
    return false
  }

  @Test func `one damaged blob is an error there and nowhere else`() throws {
    let view = try view()
    let node = try node("large", view)
    let blobs = try #require(node.content)
    let location = try #require(view.index.location(of: blobs[1], .data))
    let path = ObjectKind.pack.storeKey(of: location.pack).path
    store[path]?[Int(location.offset) + 40] ^= 1
    let file = try view.contents(of: node, for: "the test")
    let first = Int(try #require(view.index.plainLength(of: blobs[0], .data)))
    let second = Int(try #require(view.index.plainLength(of: blobs[1], .data)))
    #expect(try read(file, 0, first) == Array(content[..<first]))
    for (offset, count) in [(first, 1), (first - 1, 2), (first + second - 1, 1)] {
      #expect(throws: RepositoryError.self) { try read(file, offset, count) }
    }
    #expect(try read(file, first + second, 1000) == Array(content[(first + second)..<(first + second + 1000)]))
    // Mended, it can be read: a failure is not kept.
    store[path]?[Int(location.offset) + 40] ^= 1
    #expect(try read(file, first, 1) == [content[first]])
  }

  @Test func `what others add is found once it is expected`() throws {
    let view = try view()
    let before = view.index
    try Repository.opened(store).backUp([.file("new", BackupSample.noise(5000, seed: 9))], time: 1_700_005_000)
    // Nobody said that there is anything new, and it was looked just now.
    #expect(throws: RepositoryError.self) { try top(view) }
    #expect(view.index === before)
    view.expectNewIndexFiles()
    let node = try node("new", view)
    #expect(view.index !== before)
    #expect(try read(view.contents(of: node, for: "the test"), 0, 9000) == BackupSample.noise(5000, seed: 9))
  }

  @Test func `what is nowhere is missing, and named`() throws {
    let view = try view()
    var node = try node("small", view)
    node.content = [Digest(words: 1, 2, 3, 4)]
    view.expectNewIndexFiles()
    #expect(throws: RepositoryError.missingBlob(id: Digest(words: 1, 2, 3, 4), neededBy: "the test")) {
      try view.contents(of: node, for: "the test")
    }
    // Its word is all there is.
    #expect(view.size(of: node) == 9)
  }

  @Test func `packs that were replaced by others are no loss`() throws {
    let view = try view()
    let node = try node("small", view)
    let forger = try Forger(in: store)
    let old = store.paths(in: "data")
    let plain = Array("some text".utf8)
    let pack = try forger.pack([(plain, .data)])
    try forger.rewriteIndex { $0 = [] }
    try forger.index([(pack.id, pack.blobs)])
    for path in old { store[path] = nil }
    view.expectNewIndexFiles()
    #expect(try read(view.contents(of: node, for: "the test"), 0, 9) == plain)
  }

  @Test func `a tree shows what a folder can hold, each name once`() {
    let names = ["b", "a", "", ".", "..", "x/y", "a", "nul\u{0}"]
    let tree = BrowsedTree(
      names.map { Node(name: Array($0.utf8), kind: .file) } + [Node(name: [0x7A], kind: .other("door"))])
    #expect(tree.nodes.map(\.name) == [Array("a".utf8), Array("b".utf8)])
    #expect(tree.leftOut.count == 7)
    #expect(tree.leftOut.contains { $0.problem.description.contains("door") })
    #expect(tree.position(of: Array("a".utf8)) == 0 && tree.position(of: Array("b".utf8)) == 1)
    #expect(tree.position(of: Array("c".utf8)) == nil && tree.position(of: []) == nil)
  }
}
