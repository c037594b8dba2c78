import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// Whatever bytes come back from a store: an answer or an error, never a crash.
@Suite("Malformed input")
struct MalformedInputTests {
  /// Every truncation of `sound`, and `rounds` copies with a few bytes changed.
  private func mutilations(of sound: [UInt8], rounds: Int, seed: UInt64, _ body: ([UInt8]) -> Void) {
    for length in sound.indices { body(Array(sound[..<length])) }
    var generator = SeededRandom(seed: seed)
    let telling = Array("{}[]\":,\\u0n-9e.\u{0}\u{7F}".utf8)
    for _ in 0..<rounds {
      var bytes = sound
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes[place] = telling.randomElement(using: &generator) ?? 0
        case 2: bytes.insert(telling.randomElement(using: &generator) ?? 0, at: place)
        default: if bytes.count > 1 { bytes.remove(at: place) }
        }
      }
      body(bytes)
    }
  }

  @Test func `trees are refused or read and written again`() throws {
    var refused = 0
    for (seed, tree) in try Vectors.trees().enumerated() where tree.text.count < 3_000 {
      mutilations(of: tree.text, rounds: 600, seed: UInt64(seed)) { bytes in
        guard let nodes = try? TreeDecoder.decode(bytes) else { return refused += 1 }
        var encoder = TreeEncoder()
        encoder.begin()
        for node in nodes { encoder.append(node) }
        let again = try? TreeDecoder.decode(encoder.finish())
        if again?.map(\.name) != nodes.map(\.name) { Issue.record("\(text(bytes)) does not come back") }
      }
    }
    #expect(refused > 1_000)
  }

  @Test func `a truncated tree is always refused`() throws {
    for tree in try Vectors.trees() where tree.text.count < 3_000 {
      for length in 0..<(tree.text.count - 1) {
        #expect(throws: MalformedTree.self) { _ = try TreeDecoder.decode(Array(tree.text[..<length])) }
      }
    }
  }

  @Test func `index files are refused or read`() throws {
    var writer = IndexFileWriter()
    for pack in try Vectors.packs("repo-v2-r0191") {
      let offsets = PackHeader(entries: pack.entries).withOffsets()
      writer.append(pack: pack.id, blobs: offsets.prefix(5).map { $0.entry.indexed(at: $0.offset) })
    }
    var refused = 0
    mutilations(of: writer.finish(), rounds: 5_000, seed: 5) { bytes in
      var builder = BlobIndexBuilder()
      do {
        try builder.add(indexFile: bytes, repositoryVersion: 2)
        _ = builder.build().packs
      } catch { refused += 1 }
    }
    #expect(refused > 1_000)
  }

  @Test func `pack headers are refused or read`() throws {
    let pack = try #require(try Vectors.packs("repo-v2").max { $0.entries.count < $1.entries.count })
    var refused = 0
    mutilations(of: PackHeader(entries: pack.entries).encoded(), rounds: 5_000, seed: 6) { bytes in
      do {
        let header = try PackHeader(decoding: bytes.span)
        try header.verify(packSize: pack.size)
        #expect(header.encoded() == bytes)
      } catch { refused += 1 }
    }
    #expect(refused > 1_000)
  }

  @Test func `small documents are refused or read`() throws {
    let snapshots = try #require(try Vectors.expected("repo-v2-r0191")["snapshots"] as? [String: [String: Any]])
    for snapshot in snapshots.values {
      let json = Array(try #require(snapshot["plain_json"] as? String).utf8)
      mutilations(of: json, rounds: 3_000, seed: 7) { _ = try? Snapshot(decoding: $0).encoded() }
    }
    let config = try #require(try Vectors.expected("repo-v2")["config_json"] as? String)
    mutilations(of: Array(config.utf8), rounds: 3_000, seed: 8) { _ = try? RepositoryConfig(decoding: $0).encoded() }
    let lock = LockFile(time: .missing, isExclusive: true, hostname: "h", username: "u", processID: -1, userID: 1)
    mutilations(of: lock.encoded(), rounds: 3_000, seed: 9) { _ = try? LockFile(decoding: $0).encoded() }
    let key = KeyFile(
      created: .missing, username: "u", hostname: "h", cost: 2, blockSize: 8, parallelism: 1, salt: [1, 2, 3],
      sealedMasterKey: [4])
    mutilations(of: key.encoded(), rounds: 3_000, seed: 10) { _ = try? KeyFile(decoding: $0).obstacle }
  }
}
