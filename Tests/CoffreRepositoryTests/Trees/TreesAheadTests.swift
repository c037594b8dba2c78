import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Trees read ahead", .timeLimit(.minutes(10)))
struct TreesAheadTests {
  private let repository: Repository
  private let index: BlobIndex
  private let root: TreeID
  private let repetitions = TreeRepetitions(limit: 1_000_000)

  /// Wider than what is kept waiting, with equal trees in several places.
  init() throws {
    let store = MemoryStore()
    repository = try Repository.forTest(in: store)
    let files = (0..<60).map { MemoryEntry.file("file\($0)", "\($0)") }
    let folders = (0..<90).map { number in
      MemoryEntry.directory(
        "folder\(number)", files + [.directory("in", [.file("x", "\(number % 7)")]), .directory("empty", [])])
    }
    root = try repository.backUp(folders).tree
    index = try repository.loadIndex(cancellation: Cancellation()).index
  }

  /// All trees as a walk meets them, with repetitions.
  private func walk(_ visit: (TreeID, [Node]) throws -> Bool) throws {
    let loader = BlobLoader(repository: repository, index: index)
    var stack = [root]
    while let tree = stack.popLast() {
      let nodes = try loader.nodes(of: tree, for: "test")
      guard try visit(tree, nodes) else { continue }
      stack += nodes.reversed().compactMap(\.subtree)
    }
  }

  @Test func `a walk gets each tree, in its order`() throws {
    let ahead = try TreesAhead(below: root, in: repository, index, repetitions)
    defer { ahead.close() }
    var count = 0
    try walk { tree, nodes in
      count += 1
      #expect(ahead.nodes(of: tree) == nodes)
      return true
    }
    #expect(count == 1 + 90 * 3)
    #expect(ahead.nodes(of: root) == nil)
  }

  @Test func `a walk that leaves directories out gets the others`() throws {
    let ahead = try TreesAhead(below: root, in: repository, index, repetitions)
    defer { ahead.close() }
    var count = 0
    try walk { tree, nodes in
      count += 1
      #expect(ahead.nodes(of: tree) == nodes)
      return tree == root || count % 3 == 0
    }
    #expect(count > 90)
  }

  @Test func `who stops early does not wait`() throws {
    let ahead = try TreesAhead(below: root, in: repository, index, repetitions)
    #expect(ahead.nodes(of: root)?.count == 90)
    ahead.close()
  }

  @Test func `a tree that cannot be read is passed over, and those below it`() throws {
    let loader = BlobLoader(repository: repository, index: index)
    let folders = try loader.nodes(of: root, for: "test").compactMap(\.subtree)
    let lost = try #require(folders.dropFirst(5).first)
    var without = BlobIndexBuilder()
    for pack in index.packs {
      without.add(pack: pack.id, blobs: pack.entries.map { index.entry($0) }.filter { $0.id != lost })
    }
    let ahead = try TreesAhead(below: root, in: repository, without.build(), repetitions)
    defer { ahead.close() }
    #expect(ahead.nodes(of: root) != nil)
    #expect(ahead.nodes(of: folders[4]) != nil)
    #expect(ahead.nodes(of: folders[6]) != nil)
    #expect(ahead.nodes(of: lost) == nil)
  }
}
