import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Trees read with their neighbours", .timeLimit(.minutes(10)))
struct TreeWindowsTests {
  private static let folderCount = 1500
  private let contents: MemoryStore.Contents
  private let root: TreeID

  init() throws {
    let store = MemoryStore()
    // Names that do not compress: the trees fill some windows.
    let folders = (0..<Self.folderCount).map { number in
      MemoryEntry.directory("folder\(number)", (0..<8).map { .file("\(number) \($0)", "\(number)\($0)") })
    }
    root = try Repository.forTest(in: store).backUp(folders).tree
    contents = store.contents
  }

  private func opened(_ store: any Store) throws -> (loader: BlobLoader, index: BlobIndex) {
    let repository = try Repository.opened(store)
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    return (BlobLoader(repository: repository, index: index), index)
  }

  @Test func `a walk reads a pack in a few parts, and each tree as it is`() throws {
    let store = RecordingStore(MemoryStore(contents))
    let (loader, index) = try opened(store)
    let pack = try #require(index.packs.first { $0.hasTrees })
    let bytes = pack.entries.reduce(0) { $0 + Int(index.location(ofEntry: $1).length) }
    try #require(bytes > 3 * 256 << 10)
    store.forget()
    let folders = try loader.nodes(of: root, for: "test")
    #expect(folders.count == Self.folderCount)
    for folder in folders {
      let nodes = try loader.nodes(of: try #require(folder.subtree), for: "test")
      #expect(nodes.count == 8 && displayed(nodes[0].name).hasPrefix(displayed(folder.name).dropFirst(6)))
    }
    #expect(store.calls.count < bytes / (256 << 10) * 4 + 8, "\(store.calls.count) reads of \(bytes) bytes")
  }

  @Test func `what cannot be read around a tree does not keep it away`() throws {
    let store = MemoryStore(contents)
    let (loader, index) = try opened(store)
    let pack = try #require(index.packs.first { $0.hasTrees })
    let name = ObjectKind.pack.storeKey(of: pack.id).path
    let (first, second) = (pack.entries.lowerBound, pack.entries.lowerBound + 1)
    let end = index.location(ofEntry: second)
    store[name] = Array(contents[name]?.prefix(Int(end.offset + end.length)) ?? [])
    for entry in [first, second, first] {
      var plain: [UInt8] = []
      try loader.load(index.id(ofEntry: entry), .tree, for: "test", into: &plain)
      #expect(try TreeDecoder.decode(plain).count == 8)
    }
    #expect(throws: StoreError.self) { try loader.nodes(of: index.id(ofEntry: second + 1), for: "test") }
  }

  @Test func `damage between two reads is found, and what stays whole is read`() throws {
    let store = MemoryStore(contents)
    let (loader, index) = try opened(store)
    let pack = try #require(index.packs.first { $0.hasTrees })
    let name = ObjectKind.pack.storeKey(of: pack.id).path
    let victim = pack.entries.lowerBound + 3
    let offset = Int(index.location(ofEntry: victim).offset)
    store[name] = contents[name].map { bytes in
      var bytes = bytes
      bytes[offset + 20] ^= 1
      return bytes
    }
    for entry in pack.entries.prefix(10) {
      let result = Result { try loader.nodes(of: index.id(ofEntry: entry), for: "test") }
      if entry == victim {
        #expect(throws: RepositoryError.self) { try result.get() }
        // Healed meanwhile, as by a second disk: the part that was kept must not hold the old bytes.
        store[name] = contents[name]
        #expect(try loader.nodes(of: index.id(ofEntry: entry), for: "test").count == 8)
      } else {
        #expect(try result.get().count == 8)
      }
    }
  }

  @Test func `neighbours begin in one block, and the wanted one is among them`() throws {
    let (_, index) = try opened(MemoryStore(contents))
    let pack = try #require(index.packs.first { $0.hasTrees })
    for entry in pack.entries {
      let location = index.location(ofEntry: entry)
      let wanted = Int(location.offset)..<Int(location.offset + location.length)
      let range = index.neighbours(ofEntry: entry, blockSize: 10_000)
      #expect(range.lowerBound <= wanted.lowerBound && range.upperBound >= wanted.upperBound)
      #expect(range == wanted || range.lowerBound / 10_000 == wanted.lowerBound / 10_000 && range.count < 20_000)
      #expect(index.neighbours(ofEntry: entry, blockSize: 64) == wanted)
    }
  }
}
