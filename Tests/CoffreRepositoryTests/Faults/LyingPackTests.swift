import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// Packs whose name is the hash of what they hold, sealed with the right key, and whose header tells something else than
/// the index: only reading them shows it.
@Suite("A pack that lies")
struct LyingPackTests {
  private let content = Array("the content of the only file".utf8)

  /// A repository with one file, whose data pack is made by `header` of its honest one.
  private func examine(_ header: (inout [PackEntry]) -> Void) throws -> (Examination, [UInt8]?) {
    try examine { forger, blob in
      var entries = [PackEntry(honest(blob))]
      header(&entries)
      return try forger.pack([blob], header: PackHeader(entries: entries).encoded())
    }
  }

  private func honest(_ blob: SealedBlob) -> IndexedBlob {
    IndexedBlob(
      id: blob.id, kind: .data, offset: 0, length: UInt32(blob.bytes.count),
      uncompressedLength: blob.uncompressedLength)
  }

  private func examine(_ makePack: (Forger, SealedBlob) throws -> PackID) throws -> (Examination, [UInt8]?) {
    let forger = try Forger()
    let blob = forger.codec.seal(content.span, id: forger.codec.hashed(content), kind: .data)
    let pack = try makePack(forger, blob)
    try forger.index([(pack, [honest(blob)])])
    var node = try forger.file(Array("file".utf8), [])
    node.size = UInt64(content.count)
    node.content = [blob.id]
    let snapshot = try forger.snapshot(of: forger.tree([node]))
    let examination = try forger.repository.examined()
    #expect(examination.isSound || examination.names(pack.description), Comment(rawValue: examination.text))
    // The index tells the truth: the file comes back all the same.
    let events = EventLog()
    let items = try forger.repository.restored(snapshot, events: events)
    return (examination, items[Array("/file".utf8)]?.content)
  }

  @Test func `the honest one is sound`() throws {
    let (examination, restored) = try examine { _ in }
    #expect(examination.isSound && restored == content, Comment(rawValue: examination.text))
  }

  @Test func `another id, kind, length or number of blobs in the header is told`() throws {
    let lies: [(inout [PackEntry]) -> Void] = [
      { $0[0] = PackEntry(kind: .data, id: digest(3), length: $0[0].length, uncompressedLength: nil) },
      { $0[0] = PackEntry(kind: .tree, id: $0[0].id, length: $0[0].length, uncompressedLength: nil) },
      { $0[0] = PackEntry(kind: .data, id: $0[0].id, length: $0[0].length + 1, uncompressedLength: nil) },
      { $0[0] = PackEntry(kind: .data, id: $0[0].id, length: .max, uncompressedLength: nil) },
      { $0[0] = PackEntry(kind: .data, id: $0[0].id, length: $0[0].length, uncompressedLength: 28) },
      { $0.append($0[0]) },
      { $0.append(PackEntry(kind: .data, id: digest(4), length: 32, uncompressedLength: nil)) },
    ]
    for (number, lie) in lies.enumerated() {
      let (examination, restored) = try examine(lie)
      #expect(!examination.isSound, "lie \(number)")
      #expect(restored == content, "lie \(number)")
    }
  }

  @Test func `a header of garbage, of nothing, or of a wrong length is told`() throws {
    for header in [[], [9], [UInt8](repeating: 0xFF, count: 37), [UInt8](repeating: 0, count: 36)] {
      let (examination, restored) = try examine { forger, blob in try forger.pack([blob], header: header) }
      #expect(!examination.isSound && restored == content)
    }
    for length: UInt32 in [0, 1, 31, 68, 70, 1 << 24, .max] {
      let (examination, restored) = try examine { forger, blob in
        try forger.pack([blob], header: PackHeader(entries: [PackEntry(honest(blob))]).encoded(), lengthField: length)
      }
      #expect(!examination.isSound && restored == content, "length field \(length)")
    }
  }

  @Test func `bytes between blobs that nobody names are told`() throws {
    let (examination, restored) = try examine { forger, blob in
      let other = forger.codec.seal([1, 2, 3].span, id: digest(9), kind: .data)
      return try forger.pack([blob, other], header: PackHeader(entries: [PackEntry(honest(blob))]).encoded())
    }
    #expect(!examination.isSound && restored == content)
  }

  @Test func `a blob whose content has another hash is never restored`() throws {
    let forger = try Forger()
    let wrong = Array("the content of another file!".utf8)
    let id = forger.codec.hashed(content)
    let blob = forger.codec.seal(wrong.span, id: id, kind: .data)
    let pack = try forger.pack([blob], header: PackHeader(entries: [PackEntry(honest(blob))]).encoded())
    try forger.index([(pack, [honest(blob)])])
    var node = try forger.file(Array("file".utf8), [])
    node.size = UInt64(content.count)
    node.content = [id]
    let snapshot = try forger.snapshot(of: forger.tree([node]))
    #expect(try forger.repository.examined().names(pack.description))
    let events = EventLog()
    #expect(try forger.repository.restored(snapshot, events: events).isEmpty)
    #expect(events.has("not-restored", "/file"), Comment(rawValue: events.text))
  }

  @Test func `a pack that mixes data and trees is read, with a hint`() throws {
    let forger = try Forger()
    var node = Node(name: Array("file".utf8), kind: .file)
    node.modified = MemoryEntry.time
    node.size = UInt64(content.count)
    node.content = [forger.codec.hashed(content)]
    let pack = try forger.pack([(content, .data), (Forger.encoded([node]), .tree)])
    try forger.index([(pack.id, pack.blobs)])
    let snapshot = try forger.snapshot(of: pack.blobs[1].id)
    let examination = try forger.repository.examined()
    #expect(examination.isSound && examination.hints.count == 1, Comment(rawValue: examination.text))
    #expect(try forger.repository.restored(snapshot)[Array("/file".utf8)]?.content == content)
  }
}
