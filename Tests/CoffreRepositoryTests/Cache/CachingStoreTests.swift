import CoffreCore
import CoffreSystem
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreRepository

@Suite("Cached repositories")
struct CachingStoreTests {
  private let sample: CacheSample
  private let expected: [[PathBytes: MemoryRestore.Item]]

  init() throws {
    sample = try CacheSample()
    expected = try Repository.opened(sample.memory).restoredWhole()
  }

  // MARK: What it holds

  @Test func `indexes, snapshots and packs of trees are kept as restic keeps them, and nothing else`() throws {
    let repository = try sample.open()
    #expect(try repository.restoredWhole() == expected)
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    var wanted = ["version"]
    for kind in [ObjectKind.index, .snapshot] {
      wanted += try sample.memory.listObjects(kind).map { "\(kind.rawValue)/\($0.id.description.prefix(2))/\($0.id)" }
    }
    wanted += index.packs.filter(\.hasTrees).map { "data/\($0.id.description.prefix(2))/\($0.id)" }
    #expect(index.packs.contains { $0.hasData })
    #expect(try sample.files(of: repository) == wanted.sorted())
    for file in wanted where file != "version" {
      let bytes = try readFile(sample.path(file, of: repository), limit: 1 << 20)
      #expect(bytes == sample.memory[CacheSample.key(of: file)], "\(file)")
      #expect(try FileDescriptor.attributes(ofPath: sample.path(file, of: repository)).permissions == 0o600)
    }
    let tag = try readFile(joined(sample.base, Array("CACHEDIR.TAG".utf8)), limit: 100)
    #expect(tag == Array("Signature: 8a477f597d28d172789f06886806bc55\n".utf8))
    #expect(try readFile(sample.path("version", of: repository), limit: 10) == [0x31])
    #expect(try FileDescriptor.attributes(ofPath: sample.path("index", of: repository)).permissions == 0o700)
    #expect(sample.told.isEmpty)
  }

  @Test func `what was read once is not asked of the store again`() throws {
    let first = try sample.open()
    #expect(try first.restoredWhole() == expected)
    sample.forget()
    let second = try sample.open()
    let listed = try second.soundSnapshots()
    let loader = BlobLoader(repository: second, index: try second.loadIndex(cancellation: Cancellation()).index)
    for stored in listed { #expect(try !loader.nodes(of: stored.snapshot.tree, for: "test").isEmpty) }
    #expect(sample.loads(in: "index").isEmpty && sample.loads(in: "snapshots").isEmpty)
    #expect(sample.loads(in: "data").isEmpty, "\(sample.loads)")
    #expect(sample.store.calls.contains { $0.action == .list && $0.path == "index" })
  }

  @Test func `a second backup of the same asks for no index, snapshot or pack`() throws {
    try sample.open().backUp(CacheSample.entries, time: 1_700_009_000)
    sample.forget()
    let result = try sample.open().backUp(CacheSample.entries, time: 1_700_010_000)
    #expect(result.summary.dataBlobs == 0)
    #expect(sample.loads.allSatisfy { $0 == "config" || $0.hasPrefix("keys/") }, "\(sample.loads)")
  }

  @Test func `a pack of trees is fetched whole, once, by however many threads`() throws {
    let repository = try sample.open()
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let trees = (0..<index.count).filter { index.kind(ofEntry: $0) == .tree }
    try #require(trees.count >= 4)
    sample.faulty.add(FaultyStore.Rule([.load], below: "data", .delay(.milliseconds(20))))
    sample.forget()
    let failures = Mutex([String]())
    try runThreads(count: 4, named: "test") { _ in
      let loader = BlobLoader(repository: repository, index: index)
      for entry in trees {
        do {
          _ = try loader.nodes(of: index.id(ofEntry: entry), for: "test")
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
    }
    #expect(failures.withLock { $0 } == [])
    let packs = sample.loads(in: "data")
    #expect(packs.count == Set(packs).count && packs.count == index.packs.filter(\.hasTrees).count, "\(packs)")
  }

  @Test func `a repository in a folder of this machine is read from there`() throws {
    let folder = try TestFolder()
    let store = MemoryStore(location: "local", localFolder: folder.path)
    let made = try Repository.forTest(in: store)
    try made.backUp(CacheSample.entries)
    let repository = try Repository.open(store: store, password: .ofTests, cache: sample.settings())
    #expect(try repository.restoredWhole().count == 1)
    #expect((try? FileDescriptor.attributes(ofPath: sample.base)) == nil)
  }

  // MARK: What is there no more

  @Test func `what the store no longer has leaves the cache`() throws {
    let repository = try sample.open()
    _ = try repository.restoredWhole()
    let snapshot = try #require(try repository.soundSnapshots().first?.id)
    try sample.memory.remove(ObjectKind.snapshot.storeKey(of: snapshot))
    let stray = Digest(words: 1, 2, 3, 4)
    let cache = try #require(repository.cache)
    for kind in [ObjectKind.index, .pack] {
      let isSaved = cache.save([1, 2, 3].span, at: cache.path(of: kind, stray))
      #expect(isSaved)
    }
    let again = try sample.open()
    #expect(try again.soundSnapshots().count == 1)
    _ = try again.loadIndex(cancellation: Cancellation())
    let files = try sample.files(of: again)
    #expect(!files.contains { $0.contains(snapshot.description) || $0.contains(stray.description) }, "\(files)")
    #expect(files.contains { $0.hasPrefix("data/") } && files.contains { $0.hasPrefix("index/") })
  }

  @Test func `what is removed is not remembered`() throws {
    let repository = try sample.open()
    let snapshot = try #require(try repository.soundSnapshots().first?.id)
    let key = ObjectKind.snapshot.storeKey(of: snapshot)
    try repository.store.remove(key)
    #expect(throws: StoreError.self) { try repository.store.load(key, expectedSize: 4000) }
    #expect(try !sample.files(of: repository).contains { $0.contains(snapshot.description) })
  }

  @Test func `a list that fails takes nothing from the cache`() throws {
    let repository = try sample.open()
    _ = try repository.restoredWhole()
    let files = try sample.files(of: repository)
    sample.faulty.add(FaultyStore.Rule([.list], below: "snapshots", .failAfterListing(1, .unreachable)))
    sample.faulty.add(FaultyStore.Rule([.list], below: "index", .fail(.unreachable)))
    let again = try sample.open()
    #expect(throws: StoreError.self) { try again.snapshots() }
    #expect(throws: StoreError.self) { try again.loadIndex(cancellation: Cancellation()) }
    #expect(try sample.files(of: again) == files)
  }

  @Test func `a snapshot that the store lost is not found in the cache`() throws {
    _ = try sample.open().restoredWhole()
    for path in sample.memory.paths(in: "snapshots") { try sample.memory.remove(StoreKey(path)) }
    #expect(try sample.open().soundSnapshots().isEmpty)
  }

  // MARK: What the store itself got wrong

  @Test func `damage in the store is told, and never kept`() throws {
    let tree = try #require(
      try Repository.opened(sample.memory).loadIndex(cancellation: Cancellation()).index.packs.first(where: \.hasTrees))
    let pack = ObjectKind.pack.storeKey(of: tree.id).path
    let snapshot = try #require(sample.memory.paths(in: "snapshots").first)
    sample.memory.edit(pack) { $0[$0.count / 3] ^= 1 }
    sample.memory.edit(snapshot) { $0[40] ^= 1 }
    for _ in 0..<2 {
      let repository = try sample.open()
      #expect(try repository.snapshots().unreadable.count == 1)
      let loader = BlobLoader(
        repository: repository, index: try repository.loadIndex(cancellation: Cancellation()).index)
      let number = try #require(loader.index.packs.firstIndex { $0.id == tree.id })
      sample.forget()
      var damaged = 0
      for entry in loader.index.packs[number].entries {
        do {
          _ = try loader.nodes(of: loader.index.id(ofEntry: entry), for: "test")
        } catch RepositoryError.damaged(let object, _) {
          #expect(object == pack)
          damaged += 1
        }
      }
      #expect(damaged == 1)
      // Whole once, then piece by piece.
      #expect(sample.loads(in: "data").count <= 2 + loader.index.packs[number].entries.count, "\(sample.loads)")
      let files = try sample.files(of: repository)
      #expect(!files.contains { CacheSample.key(of: $0) == pack || CacheSample.key(of: $0) == snapshot }, "\(files)")
    }
    #expect(sample.told.isEmpty)
  }

  @Test func `a store that cannot be reached is asked once, not once more`() throws {
    let repository = try sample.open()
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let tree = try #require((0..<index.count).first { index.kind(ofEntry: $0) == .tree })
    sample.faulty.fail(.load, below: "data", calls: 1...1, with: .unreachable)
    let loader = BlobLoader(repository: repository, index: index)
    #expect(throws: StoreError.self) { try loader.nodes(of: index.id(ofEntry: tree), for: "test") }
    #expect(try !loader.nodes(of: index.id(ofEntry: tree), for: "test").isEmpty)
  }

  @Test func `an id in the configuration that is none leads nowhere`() throws {
    let repository = try Repository.opened(sample.memory)
    for id in ["", "..", "../../escape", String(repeating: "A", count: 64)] {
      let config = RepositoryConfig(version: 2, id: id, chunkerPolynomial: repository.config.chunkerPolynomial)
      let strange = Repository(
        store: sample.store, config: config, keyID: repository.keyID, masterKey: repository.masterKey,
        cache: sample.settings())
      #expect(strange.cache == nil)
      #expect(try strange.restoredWhole() == expected)
    }
  }
}
