import CoffreCore
import CoffreSources
import CoffreSystem
import CoffreTestKit
import OpenSSLKit
import Testing

@testable import CoffreRepository

/// What one core does in a second with each part of the engine: `make bench-parts`. The best of some rounds, as whatever
/// else runs only makes it slower.
@Suite(
  "Bench of the engine's parts", .enabled(if: environmentValue("COFFRE_BENCH") == "1", "a measurement"), .serialized)
struct EngineBench {
  private static let size = 64 << 20
  private let noise = seededBytes(1, count: size)
  private let text = EngineBench.text(count: size)
  private let codec: BlobCodec

  init() throws { codec = try Repository.forTest(in: MemoryStore()).makeCodec() }

  @Test func `bytes in a second`() throws {
    let chunker = ContentChunker(polynomial: RabinPolynomial(0x3d_a335_8b4d_c173))
    for (name, bytes) in [("noise", noise), ("text", text)] {
      report("chunker, \(name)", "MB/s", Self.size / 1_000_000) { cut(bytes, chunker) }
      report("seal, \(name)", "MB/s", Self.size / 1_000_000) {
        forEachBlob(of: bytes) { _ = codec.seal($0, id: $1, kind: .data) }
      }
      let sealed = try sealed(bytes)
      var plain: [UInt8] = []
      try report("open, \(name)", "MB/s", Self.size / 1_000_000) {
        for blob in sealed {
          let location = BlobLocation(
            pack: blob.id, offset: 0, length: UInt32(blob.bytes.count), uncompressedLength: blob.uncompressedLength)
          try codec.open(blob.bytes.span, id: blob.id, at: location, into: &plain)
        }
      }
      report("check of seals, \(name)", "MB/s of sealed", sealed.reduce(0) { $0 + $1.bytes.count } / 1_000_000) {
        for blob in sealed { precondition(codec.isAuthentic(blob.bytes.span)) }
      }
    }
    report("hash", "MB/s", Self.size / 1_000_000) { _ = codec.hasher.hash(noise.span) }
  }

  @Test func `entries in a second`() throws {
    let folder = FilesSettings.bench("/usr/share")
    let session = try FilesSession(folder)
    defer { session.close() }
    let walked = try walk(session)
    try report("walk", "entries/s", walked) { _ = try walk(session) }

    let nodes = makeNodes(1000)
    var encoder = TreeEncoder()
    report("trees encoded", "nodes/s", 100_000) { for _ in 0..<100 { _ = encoded(nodes, &encoder) } }
    let tree = encoded(nodes, &encoder)
    try report("trees decoded", "nodes/s", 100_000) { for _ in 0..<100 { _ = try TreeDecoder.decode(tree) } }
  }

  @Test(arguments: [100_000, 1_000_000, 10_000_000])
  func `lookups in a second`(blobs: Int) throws {
    var random = SeededRandom(seed: 3)
    func digest() -> Digest { Digest(words: random.next(), random.next(), random.next(), random.next()) }
    var builder = BlobIndexBuilder(.fingerprints)
    builder.reserve(blobs: blobs)
    var asked: [BlobID] = []
    for _ in 0..<(blobs / 100) {
      let pack = (0..<100).map { number in
        IndexedBlob(
          id: digest(), kind: .data, offset: UInt32(number) * 100_000, length: 90_000, uncompressedLength: 100_000)
      }
      asked.append(pack[17].id)
      builder.add(pack: digest(), blobs: pack)
    }
    let index = builder.build()
    asked.shuffle(using: &random)
    let unknown = (0..<1000).map { _ in digest() }
    let rounds = max(1, 2_000_000 / asked.count)
    report("lookups, \(blobs) blobs", "hits/s", rounds * asked.count) {
      for _ in 0..<rounds { for id in asked { precondition(index.contains(id, .data)) } }
    }
    report("lookups, \(blobs) blobs", "misses/s", 2_000_000) {
      for _ in 0..<2000 { for id in unknown { precondition(!index.contains(id, .data)) } }
    }
  }
}

// MARK: What is measured

extension EngineBench {
  private func report(_ what: String, _ unit: String, _ count: Int, _ body: () throws -> Void) rethrows {
    var best = Duration.seconds(3600)
    for _ in 0..<5 {
      let start = ContinuousClock.now
      try body()
      best = min(best, ContinuousClock.now - start)
    }
    print("| \(what) | \(Int(Double(count) / (best / .seconds(1)))) | \(unit) |")
  }

  private func cut(_ bytes: [UInt8], _ chunker: ContentChunker) {
    var start = 0
    var scanned = 0
    while let length = chunker.cut(in: bytes.span, from: start, isLast: true, scanned: &scanned) { start += length }
  }

  private func forEachBlob(of bytes: [UInt8], _ body: (Span<UInt8>, BlobID) throws -> Void) rethrows {
    let id = BlobID(words: 1, 2, 3, 4)
    for start in stride(from: 0, to: bytes.count, by: 1 << 20) {
      try body(bytes.span.extracting(start..<min(bytes.count, start + 1 << 20)), id)
    }
  }

  private func sealed(_ bytes: [UInt8]) throws -> [SealedBlob] {
    var blobs: [SealedBlob] = []
    forEachBlob(of: bytes) { plain, _ in blobs.append(codec.seal(plain, id: codec.hasher.hash(plain), kind: .data)) }
    return blobs
  }

  private func walk(_ session: FilesSession) throws -> Int {
    var count = 0
    var waiting: [any UnopenedDirectory] = [session.top]
    while let next = waiting.popLast() {
      let directory = try next.open()
      let listing = try directory.list()
      count += listing.entries.count
      for index in listing.entries.indices where listing.entries[index].attributes.kind == .directory {
        waiting.append(directory.directory(index, in: listing))
      }
    }
    return count
  }

  private func encoded(_ nodes: [Node], _ encoder: inout TreeEncoder) -> [UInt8] {
    encoder.begin()
    for node in nodes { encoder.append(node) }
    return encoder.finish()
  }

  private func makeNodes(_ count: Int) -> [Node] {
    var random = SeededRandom(seed: 2)
    return (0..<count).map { number in
      var node = Node(name: Array("file-\(String(number, radix: 36))-\(number).txt".utf8), kind: .file)
      node.mode = GoFileMode(rawValue: 0o644)
      node.modified = Timestamp(seconds: 1_700_000_000 + Int64(number), nanoseconds: 123_456_789)
      node.accessed = node.modified
      node.changed = node.modified
      node.user = "www-data"
      node.group = "www-data"
      node.inode = random.next() >> 40
      node.deviceID = 65_024
      node.size = random.next() >> 48
      node.links = 1
      node.content = [Digest(words: random.next(), random.next(), random.next(), random.next())]
      return node
    }
  }

  /// Words of a small vocabulary: compresses like prose.
  private static func text(count: Int) -> [UInt8] {
    var random = SeededRandom(seed: 4)
    let words = (0..<4000).map { _ in
      (0..<Int.random(in: 2...9, using: &random)).map { _ in UInt8.random(in: 0x61...0x7a, using: &random) } + [0x20]
    }
    var text: [UInt8] = []
    text.reserveCapacity(count + 16)
    while text.count < count { text += words[min(Int(random.next() % 4000), Int(random.next() % 4000))] }
    text.removeLast(text.count - count)
    return text
  }
}

extension FilesSettings {
  fileprivate static func bench(_ folder: String) -> FilesSettings {
    FilesSettings(targets: [Array(folder.utf8)], workingDirectory: Array("/".utf8))
  }
}
