import CoffreCore
import CoffreStores
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// A pack in a folder is read in several parts. Damage is found and told by name wherever it is.
@Suite("Packs of many megabytes in a folder", .timeLimit(.minutes(10)))
struct LargePackTests {
  private let folder: TestFolder
  private let store: RecordingStore
  private let repository: Repository
  /// The pack of data, which is larger than 12 MiB.
  private let pack: PackID
  private let index: BlobIndex
  private let bytes: [UInt8]

  /// All files of it: made once, by a backup.
  private static let sample = Result {
    let store = MemoryStore()
    let content = seededBytes(21, count: 14 << 20)
    try Repository.forTest(in: store).backUp(MemorySession([.file("large", content)])) { $0.packSize = 64 << 20 }
    return store.contents
  }

  init() throws {
    folder = try TestFolder()
    for (path, bytes) in try Self.sample.get() { try folder.write(path, bytes) }
    store = RecordingStore(try LocalStore(folder: folder.path))
    repository = try Repository.opened(store)
    index = try repository.loadIndex(cancellation: Cancellation()).index
    let large = try #require(index.packs.first { $0.hasData })
    pack = large.id
    bytes = try readFile(folder.path(ObjectKind.pack.storeKey(of: pack).path), limit: 64 << 20)
    try #require(bytes.count > 12 << 20)
  }

  private var path: String { ObjectKind.pack.storeKey(of: pack).path }
  private var number: Int { index.packs.firstIndex { $0.id == pack } ?? 0 }
  private var windows: [PackWindow] { PackWindow.windows(of: number, in: index, size: 4 << 20) }
  private var headerStart: Int {
    index.packs[number].entries.reduce(0) { $0 + Int(index.location(ofEntry: $1).length) }
  }

  /// What the check says of the pack when other bytes stand in its place.
  private func examined(_ changed: [UInt8]) throws -> Examination {
    try folder.write(path, changed)
    return try repository.examined(threads: 1)
  }

  private func flipped(_ positions: Int...) -> [UInt8] {
    var changed = bytes
    for position in positions { changed[position] ^= 1 }
    return changed
  }

  @Test func `it is read in parts, each once, and is sound`() throws {
    let windows = windows
    try #require(windows.count >= 3)
    store.forget()
    let examination = try repository.examined()
    #expect(examination.warnings.isEmpty, Comment(rawValue: examination.text))
    #expect(examination.counters.bytesRead > 12 << 20)
    #expect(store.calls.filter { $0.action == .load && $0.path == path }.count == windows.count)
  }

  @Test func `a changed byte is told with its blob, at the edges and in the middle of each part`() throws {
    for window in windows {
      for entry in Set([try #require(window.entries.first), try #require(window.entries.last)]) {
        let location = index.location(ofEntry: entry)
        let start = Int(location.offset)
        let end = start + Int(location.length)
        for position in [start, (start + end) / 2, end - 1] {
          let examination = try examined(flipped(position))
          let told = examination.damages.filter { $0.subject == path }
          #expect(told.count == 2, "byte \(position): \(examination.text)")
          #expect(told.contains { $0.message.contains("not the hash") }, "byte \(position)")
          #expect(told.contains { $0.message.contains(index.id(ofEntry: entry).short) }, "byte \(position)")
          #expect(examination.counters.remedies.packs == [pack])
        }
      }
    }
  }

  @Test func `damage in several parts is told of each`() throws {
    let entries = try windows.map { try #require($0.entries.first) }
    var changed = bytes
    for entry in entries { changed[Int(index.location(ofEntry: entry).offset)] ^= 0x80 }
    let told = try examined(changed).damages.filter { $0.subject == path }
    #expect(told.count == 1 + entries.count)
    for entry in entries { #expect(told.contains { $0.message.contains(index.id(ofEntry: entry).short) }) }
  }

  @Test func `a changed header is told, and no blob is blamed`() throws {
    for position in [headerStart, (headerStart + bytes.count - 4) / 2, bytes.count - 5] {
      let told = try examined(flipped(position)).damages.filter { $0.subject == path }
      #expect(told.count == 2, "byte \(position)")
      #expect(told.contains { $0.message.contains("header cannot be opened") }, "byte \(position)")
    }
  }

  @Test func `a changed length field is told, also if it points into an earlier part`() throws {
    for position in (bytes.count - 4)..<bytes.count {
      let examination = try examined(flipped(position))
      #expect(examination.names(pack.description), "byte \(position): \(examination.text)")
      #expect(examination.damages.filter { $0.subject == path }.count == 2, "byte \(position)")
    }
    // A header that would begin in the first part.
    let length = UInt32(bytes.count - 100)
    var changed = bytes
    for byte in 0..<4 { changed[bytes.count - 4 + byte] = UInt8(truncatingIfNeeded: length >> UInt32(8 * byte)) }
    #expect(try examined(changed).damages.filter { $0.subject == path }.count == 2)
  }

  @Test func `a pack that is cut, or longer than it was, is told`() throws {
    let edge = Int(windows[1].range.lowerBound)
    for length in [0, 1, edge - 1, edge, edge + 1, headerStart, bytes.count - 4, bytes.count - 1] {
      let examination = try examined(Array(bytes[..<length]))
      #expect(examination.names(pack.description), "cut to \(length): \(examination.text)")
    }
    #expect(try examined(bytes + [0]).names(pack.description))
  }

  /// The list of packs was made before: the size is right, the parts are no longer there.
  @Test func `a pack that is cut after it was listed is told`() throws {
    let size = Int64(bytes.count)
    let blind = FaultyStore(store)
    let path = path
    blind.add(
      FaultyStore.Rule(
        [.list], below: "data",
        .lie { objects in
          objects.map { $0.key.path == path ? StoredObject(key: $0.key, sizeInBytes: size) : $0 }
        }))
    let repository = try Repository.opened(blind)
    for length in [0, Int(windows[1].range.lowerBound), bytes.count - 1] {
      try folder.write(path, Array(bytes[..<length]))
      let examination = try repository.examined(threads: 1)
      #expect(examination.damages.contains { $0.subject == path }, "cut to \(length): \(examination.text)")
      #expect(examination.counters.brokenPacks == [pack])
    }
  }

  @Test func `blobs that change places are told`() throws {
    // Two whole blobs of different parts, each opened where the other belongs: lengths are kept by taking a common piece.
    let entries = index.entriesByOffset(ofPack: number)
    let first = index.location(ofEntry: entries[0])
    let last = index.location(ofEntry: entries[entries.count - 1])
    let count = Int(min(first.length, last.length))
    var changed = bytes
    changed.replaceSubrange(
      Int(first.offset)..<Int(first.offset) + count, with: bytes[Int(last.offset)...].prefix(count))
    changed.replaceSubrange(
      Int(last.offset)..<Int(last.offset) + count, with: bytes[Int(first.offset)...].prefix(count))
    let told = try examined(changed).damages.filter { $0.subject == path }
    #expect(told.count == 3)
  }
}
