import CoffreCore
import CoffreSystem
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreRepository

/// Whatever becomes of the files in the cache, results are right and nobody hears of it.
@Suite("Damaged caches")
struct CacheDamageTests {
  private let sample: CacheSample
  private let expected: [[PathBytes: MemoryRestore.Item]]

  init() throws {
    sample = try CacheSample()
    expected = try Repository.opened(sample.memory).restoredWhole()
  }

  private func damaged(_ change: (inout [UInt8]) -> Void, _ file: String, _ repository: Repository) throws {
    let path = sample.path(file, of: repository)
    var bytes = try readFile(path, limit: 1 << 20)
    change(&bytes)
    // In place, as a failing disk does it.
    let open = try FileDescriptor.open(path, for: .writing, .truncate)
    try open.write(bytes.span)
  }

  private func expectMended(_ file: String, _ comment: String) throws {
    let repository = try sample.open()
    #expect(try repository.restoredWhole() == expected, "\(file): \(comment)")
    let bytes = try readFile(sample.path(file, of: repository), limit: 1 << 20)
    #expect(bytes == sample.memory[CacheSample.key(of: file)], "\(file) is not mended: \(comment)")
  }

  @Test func `every byte may be flipped`() throws {
    let repository = try sample.open()
    _ = try repository.restoredWhole()
    for file in try sample.files(of: repository) where file != "version" {
      let size = try readFile(sample.path(file, of: repository), limit: 1 << 20).count
      let step = runsAllTests ? 1 : max(1, size / 40)
      for position in stride(from: 0, to: size, by: step) {
        try damaged({ $0[position] ^= UInt8(1 << (position % 8)) }, file, repository)
        try expectMended(file, "byte \(position)")
      }
    }
    #expect(sample.told.isEmpty)
  }

  @Test func `every file may be cut, lengthened, emptied or be another one`() throws {
    let repository = try sample.open()
    _ = try repository.restoredWhole()
    let files = try sample.files(of: repository).filter { $0 != "version" }
    let other = try readFile(sample.path(try #require(files.first), of: repository), limit: 1 << 20)
    for file in files {
      for count in [0, 1, 31, 32, 100] {
        try damaged({ $0 = Array($0.prefix(count)) }, file, repository)
        try expectMended(file, "\(count) bytes")
      }
      try damaged({ $0.removeLast() }, file, repository)
      try expectMended(file, "one byte less")
      try damaged({ $0.append(0) }, file, repository)
      try expectMended(file, "one byte more")
      if file != files.first {
        try damaged({ $0 = other }, file, repository)
        try expectMended(file, "another file")
      }
    }
    #expect(sample.told.isEmpty)
  }

  @Test func `a file may be something else`() throws {
    let repository = try sample.open()
    _ = try repository.restoredWhole()
    for file in try sample.files(of: repository) where file != "version" {
      let path = sample.path(file, of: repository)
      let (parent, name) = splitPath(path)
      let directory = try FileDescriptor.openDirectory(path: parent)
      try removeFile(path)
      try directory.makeDevice(.fifo, permissions: 0o600, named: name)
      try expectMended(file, "a fifo")
      try removeFile(path)
      try directory.makeSymlink(to: Array("/dev/zero".utf8), named: name)
      try expectMended(file, "a link")
    }
  }

  @Test func `a pack that goes bad while it is in use is mended`() throws {
    let repository = try sample.open()
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let trees = (0..<index.count).filter { index.kind(ofEntry: $0) == .tree }
    for entry in trees {
      _ = try BlobLoader(repository: repository, index: index).nodes(of: index.id(ofEntry: entry), for: "test")
    }
    let files = try sample.files(of: repository).filter { $0.hasPrefix("data/") }
    try #require(!files.isEmpty)
    for round in 0..<4 {
      for file in files {
        switch round {
        case 0: try damaged({ for index in $0.indices { $0[index] ^= 0x10 } }, file, repository)
        case 1: try damaged({ $0.removeLast($0.count - 3) }, file, repository)
        case 2: try removeFile(sample.path(file, of: repository))
        default: try removeTree(sample.base)
        }
        if round == 3 { break }
      }
      // A loader keeps parts of what it read, which are good.
      let loader = BlobLoader(repository: repository, index: index)
      for entry in trees { #expect(try !loader.nodes(of: index.id(ofEntry: entry), for: "test").isEmpty, "\(round)") }
      for file in files {
        let bytes = try readFile(sample.path(file, of: repository), limit: 1 << 20)
        #expect(bytes == sample.memory[CacheSample.key(of: file)], "\(file), round \(round)")
      }
    }
    #expect(sample.told.isEmpty)
  }

  @Test func `the whole cache may be deleted again and again while it is used`() throws {
    let isDone = Mutex(false)
    let failures = Mutex([String]())
    try runThreads(count: 3, named: "test") { [sample, expected] number in
      if number == 0 {
        while !isDone.withLock({ $0 }) { try? removeTree(sample.base) }
        return
      }
      for round in 0..<10 {
        do {
          let found = try sample.open(leastBlobs: round % 2).restoredWhole()
          if found != expected { failures.withLock { $0.append("wrong in round \(round)") } }
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
      if number == 1 { isDone.withLock { $0 = true } }
    }
    #expect(failures.withLock { $0 } == [])
  }

  @Test func `a file is saved although the cache goes away while it is written, some times`() throws {
    let cache = RepositoryCache(sample.settings(), repositoryID: Digest(words: 1, 2, 3, 4))
    let path = cache.path(of: .index, Digest(words: 5, 6, 7, 8))
    let content: [UInt8] = [1, 2, 3]
    var deletions = 0
    let isSaved = cache.save(at: path) { file throws(SystemError) in
      if deletions < 5 {
        deletions += 1
        try removeTree(sample.base)
      }
      try file.descriptor.write(content.span)
    }
    #expect(try isSaved && deletions == 5 && readFile(path, limit: 10) == content)
    #expect(sample.told.isEmpty, "\(sample.told)")
  }

  // MARK: Places that cannot be written

  @Test(arguments: ["a file", "below a file"])
  func `without a place for it, one note is told and all goes on`(_ place: String) throws {
    try makeDirectories(splitPath(sample.base).folder)
    try writeFileAtomically([1], sample.base)
    var settings = sample.settings()
    if place == "below a file" {
      settings = RepositoryCache.Settings(base: joined(sample.base, Array("x".utf8)), note: settings.note)
    }
    let repository = try Repository.open(store: sample.store, password: .ofTests, cache: settings)
    #expect(try repository.restoredWhole() == expected)
    try repository.backUp(CacheSample.entries, time: 1_700_020_000)
    #expect(sample.told.count == 1 && sample.told[0].contains("going on without it"), "\(sample.told)")
    // Nor are packs fetched whole for nothing: trees cost the requests that they cost without a cache.
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let trees = (0..<index.count).filter { index.kind(ofEntry: $0) == .tree }
    sample.forget()
    let loader = BlobLoader(repository: repository, index: index)
    for entry in trees { _ = try loader.nodes(of: index.id(ofEntry: entry), for: "test") }
    #expect((1...trees.count).contains(sample.loads(in: "data").count))
  }

  @Test(.enabled(if: isRoot, "mounting needs root"))
  func `a full disk is told once, and nothing half-written is believed`() throws {
    let mount = try MemoryMount(at: displayed(sample.base), options: "size=4k")
    defer { withExtendedLifetime(mount) {} }
    for _ in 0..<2 {
      let repository = try sample.open()
      #expect(try repository.restoredWhole() == expected)
    }
    #expect(sample.told.count == 2 && sample.told.allSatisfy { $0.contains("No space left") }, "\(sample.told)")
    try mount.remount(options: "size=8m")
    let repository = try sample.open()
    #expect(try repository.restoredWhole() == expected)
    #expect(sample.told.count == 2)
    #expect(try sample.files(of: repository).contains { $0.hasPrefix("data/") })
  }

  @Test(.enabled(if: isRoot, "mounting needs root"))
  func `a cache that became read-only is still read`() throws {
    let mount = try MemoryMount(at: displayed(sample.base), options: "size=8m")
    defer { withExtendedLifetime(mount) {} }
    _ = try sample.open().restoredWhole()
    try mount.remount(options: "ro")
    sample.forget()
    let repository = try sample.open()
    #expect(try repository.restoredWhole() == expected)
    #expect(sample.loads(in: "index").isEmpty && sample.loads(in: "snapshots").isEmpty)
    try repository.backUp(CacheSample.entries + [.file("new", "new")], time: 1_700_020_000)
    #expect(sample.told.count == 1 && sample.told[0].contains("Read-only"), "\(sample.told)")
  }

  @Test func `a cache of a newer program is left alone`() throws {
    let first = try sample.open()
    _ = try first.restoredWhole()
    try writeFileAtomically([0x32], sample.path("version", of: first))
    let files = try sample.files(of: first)
    try sample.memory.remove(StoreKey(try #require(sample.memory.paths(in: "snapshots").first)))
    sample.forget()
    let repository = try sample.open()
    #expect(try repository.soundSnapshots().count == 1)
    #expect(sample.loads(in: "snapshots").count == 1)
    #expect(try sample.files(of: repository) == files)
    #expect(sample.told.count == 1)
  }

  @Test func `old leftovers of killed writers go, young ones stay`() throws {
    let repository = try sample.open()
    _ = try repository.restoredWhole()
    let file = try #require(try sample.files(of: repository).first { $0.hasPrefix("index/") })
    let parent = splitPath(sample.path(file, of: repository)).folder
    let old = joined(parent, temporaryName())
    let young = joined(parent, temporaryName())
    for path in [old, young] { try writeFileAtomically([1], path) }
    let past = Timestamp(seconds: Clock.now().seconds - 100_000, nanoseconds: 0)
    try FileDescriptor.open(old, for: .writing).setTimes(accessed: past, modified: past)
    _ = try sample.open().loadIndex(cancellation: Cancellation())
    #expect((try? FileDescriptor.attributes(ofPath: old)) == nil)
    #expect((try? FileDescriptor.attributes(ofPath: young)) != nil)
  }

  @Test func `folders that nobody used for a month are cleared away`() throws {
    let repository = try sample.open()
    _ = try repository.restoredWhole()
    let ids = (1...3).map { Digest(words: $0, 0, 0, 0).description }
    for name in ids + ["foreign", repository.config.id] {
      let path = joined(sample.base, Array(name.utf8))
      try makeDirectories(joined(path, Array("data/00".utf8)))
      let age: Int64 = name == ids[0] ? 29 : 31
      let moment = Timestamp(seconds: Clock.now().seconds - age * 86_400, nanoseconds: 0)
      try FileDescriptor.openDirectory(path: path).setTimes(accessed: moment, modified: moment)
    }
    #expect(try RepositoryCache.cleanUp(sample.base, except: repository.config.id) == 2)
    let left = try FileDescriptor.openDirectory(path: sample.base).entryNames().map { displayed($0) }
    #expect(Set(left) == [ids[0], "foreign", repository.config.id, "CACHEDIR.TAG"])
    #expect(try RepositoryCache.cleanUp(Array("/nonexistent/place".utf8), except: "") == 0)
    // In use means touched.
    let reopened = try sample.open()
    let folder = try #require(reopened.cache).folder
    #expect(try FileDescriptor.attributes(ofPath: folder).modified.seconds > Clock.now().seconds - 1000)
  }
}
