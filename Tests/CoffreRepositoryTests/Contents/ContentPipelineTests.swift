import CoffreCore
import CoffreSystem
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreRepository

@Suite("Contents in order", .timeLimit(.minutes(10)))
struct ContentPipelineTests {
  private struct Sample: Sendable {
    let store: MemoryStore
    let repository: Repository
    let index: BlobIndex
    let files: [(name: String, content: [UInt8], blobs: [BlobID])]

    init(_ entries: [MemoryEntry], version: Int = 2) throws {
      store = MemoryStore()
      repository = try Repository.forTest(in: store, version: version)
      try repository.backUp(entries)
      index = try repository.loadIndex(cancellation: Cancellation()).index
      let loader = BlobLoader(repository: repository, index: index)
      let snapshot = try #require(try repository.soundSnapshots().last)
      let contents = Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.parts[0]) })
      files = try loader.nodes(of: snapshot.snapshot.tree, for: "test").map { node in
        (displayed(node.name), contents[node.name] ?? [], node.content ?? [])
      }
    }

    func read(threads: Int = 3, cancellation: Cancellation = Cancellation()) throws -> [(String, [UInt8])] {
      try ContentPipeline<String>.run(repository, index, threadCount: threads, cancellation: cancellation) { pipeline in
        for file in files { try pipeline.add(file.name, content: file.blobs, path: Array(file.name.utf8)) }
      } taking: { reader in
        var result: [(String, [UInt8])] = []
        while let name = try reader.next() {
          var content: [UInt8] = []
          while let blob = try reader.nextBlob() { content += blob }
          result.append((name, content))
        }
        return result
      }
    }

    /// Damages the pack of a blob.
    func damage(_ blob: BlobID) throws {
      let location = try #require(index.location(of: blob, .data))
      let path = ObjectKind.pack.storeKey(of: location.pack).path
      var bytes = try #require(store[path])
      bytes[Int(location.offset) + 20] ^= 1
      store[path] = bytes
    }
  }

  private static let entries: [MemoryEntry] =
    (0..<400).map { .file("small-\($0)", "content of \($0 % 90)") } + [
      .file("empty", ""), .file("large", seededBytes(1, count: 9_000_000)),
      .file("zeros", [UInt8](repeating: 0, count: 40 << 20)), .file("middle", seededBytes(2, count: 700_000)),
    ]

  @Test(arguments: [1, 2], [1, 4])
  func `all files come whole and in order`(_ version: Int, _ threads: Int) throws {
    let sample = try Sample(Self.entries, version: version)
    let result = try sample.read(threads: threads)
    #expect(result.map(\.0) == sample.files.map(\.name))
    for (read, file) in zip(result, sample.files) { #expect(read.1 == file.content, "\(file.name)") }
  }

  @Test func `small files of one pack cost few reads, repeated blobs one`() throws {
    let sample = try Sample((0..<200).map { .file("file-\(1000 + $0)", "content of \($0)") } + [Self.entries[402]])
    let faulty = FaultyStore(sample.store)
    let recording = RecordingStore(faulty)
    let repository = try Repository.opened(recording)
    recording.forget()
    let files = sample.files
    // The first read waits until all small files are named: how many were by then would be chance.
    let named = Monitor(0)
    faulty.add(FaultyStore.Rule([.load], calls: 1...1, .hold { named.wait { $0 >= 200 } }))
    let count = try ContentPipeline<Int>.run(
      repository, sample.index, threadCount: 1, cancellation: Cancellation()
    ) { pipeline in
      for (number, file) in files.enumerated() {
        try pipeline.add(number, content: file.blobs, path: [])
        named.withLock { $0 += 1 }
      }
    } taking: { reader in
      var blobs = 0
      while try reader.next() != nil { while try reader.nextBlob() != nil { blobs += 1 } }
      return blobs
    }
    #expect(count == files.reduce(0) { $0 + $1.blobs.count })
    let loads = recording.calls.filter { $0.action == .load }.count
    #expect(loads < 60, "\(loads) reads for \(count) blobs")
  }

  @Test func `a damaged blob names its file, and what stands before it comes whole`() throws {
    let sample = try Sample(Self.entries)
    let number = try #require(sample.files.firstIndex { $0.name == "middle" })
    try sample.damage(sample.files[number].blobs[0])
    let names = Mutex<[String]>([])
    #expect {
      try ContentPipeline<String>.run(
        sample.repository, sample.index, threadCount: 2, cancellation: Cancellation()
      ) { pipeline in
        for file in sample.files { try pipeline.add(file.name, content: file.blobs, path: Array(file.name.utf8)) }
      } taking: { reader in
        while let name = try reader.next() {
          while try reader.nextBlob() != nil {}
          names.withLock { $0.append(name) }
        }
      }
    } throws: { error in
      guard let error = error as? ContentError else { return false }
      return displayed(error.path) == "middle" && error.exitCode == .failed
        && "\(error.text)".contains("cannot read 'middle'")
    }
    #expect(names.withLock { $0 } == sample.files[..<number].map(\.name))
  }

  @Test func `another copy of a damaged blob is found`() throws {
    let sample = try Sample([.file("one", seededBytes(3, count: 600_000))])
    let blob = sample.files[0].blobs[0]
    let forger = try Forger(in: sample.store)
    _ = try forger.blobs(
      [Array(sample.files[0].content[..<Int(try #require(sample.index.plainLength(of: blob, .data)))])], .data)
    try sample.damage(blob)
    let index = try sample.repository.loadIndex(cancellation: Cancellation()).index
    #expect(index.locations(of: blob, .data).count == 2)
    let content = try ContentPipeline<Void>.run(
      sample.repository, index, threadCount: 2, cancellation: Cancellation()
    ) { pipeline in
      try pipeline.add((), content: sample.files[0].blobs, path: [])
    } taking: { reader in
      var content: [UInt8] = []
      _ = try reader.next()
      while let bytes = try reader.nextBlob() { content += bytes }
      return content
    }
    #expect(content == sample.files[0].content)
  }

  @Test func `a blob in no index is an error before anything of its file`() throws {
    let sample = try Sample([.file("one", "1"), .file("two", "2")])
    let missing = Digest(words: 1, 2, 3, 4)
    let seen = Mutex<[String]>([])
    #expect(throws: RepositoryError.missingBlob(id: missing, neededBy: "file 'two'")) {
      try ContentPipeline<String>.run(sample.repository, sample.index, threadCount: 1, cancellation: Cancellation()) {
        try $0.add("one", content: sample.files[0].blobs, path: Array("one".utf8))
        try $0.add("two", content: sample.files[1].blobs + [missing], path: Array("two".utf8))
      } taking: { reader in
        while let name = try reader.next() { seen.withLock { $0.append(name) } }
      }
    }
    #expect(seen.withLock { $0 } == ["one"])
  }

  @Test func `who leaves early leaves nothing running`() throws {
    let sample = try Sample(Self.entries)
    let ended = Atomic<Bool>(false)
    struct Enough: Error {}
    #expect(throws: Enough.self) {
      try ContentPipeline<Int>.run(sample.repository, sample.index, threadCount: 2, cancellation: Cancellation()) {
        pipeline in
        defer { ended.store(true, ordering: .releasing) }
        // More than fits ahead, so that naming has to wait.
        while true { for file in sample.files { try pipeline.add(0, content: file.blobs, path: []) } }
      } taking: { reader in
        _ = try reader.next()
        throw Enough()
      }
    }
    let hasEnded = ended.load(ordering: .acquiring)
    #expect(hasEnded, "the naming thread was not waited for")
  }

  @Test func `a wish to stop ends it`() throws {
    let sample = try Sample(Self.entries)
    let cancellation = Cancellation()
    #expect(throws: Cancelled(reason: .interrupted)) {
      try ContentPipeline<Int>.run(sample.repository, sample.index, threadCount: 2, cancellation: cancellation) {
        pipeline in
        while true { for file in sample.files { try pipeline.add(0, content: file.blobs, path: []) } }
      } taking: { reader in
        var count = 0
        while try reader.next() != nil {
          count += 1
          if count == 50 { cancellation.cancel(.interrupted) }
          while try reader.nextBlob() != nil {}
        }
      }
    }
  }

  @Test func `what lies ahead is bounded`() throws {
    let sample = try Sample([.file("noise", seededBytes(9, count: 24 << 20))])
    let named = Atomic<Int>(0)
    let blobs = sample.files[0].blobs
    try ContentPipeline<Int>.run(sample.repository, sample.index, threadCount: 2, cancellation: Cancellation()) {
      pipeline in
      for number in 0..<10 {
        try pipeline.add(number, content: blobs, path: [])
        named.store(number + 1, ordering: .relaxed)
      }
    } taking: { reader in
      pause(seconds: 1)
      let ahead = named.load(ordering: .relaxed)
      #expect(ahead <= 2, "240 MiB were read ahead of somebody who takes nothing")
      var count = 0
      while let number = try reader.next() {
        #expect(number == count)
        count += 1
      }
      #expect(count == 10)
    }
  }
}
