import CoffreCore
import CoffreSources
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// What a source makes for the backup: it has no file system behind it that would give it times, and some of it tells of
/// the rest.
@Suite("Entries made for a backup", .timeLimit(.minutes(10)))
struct MadeEntriesTests {
  private typealias Entry = MadeFolder.Entry

  private static let first = Timestamp(seconds: 1_700_000_100, nanoseconds: 0)
  private static let second = Timestamp(seconds: 1_700_000_200, nanoseconds: 0)

  private func file(_ name: String, _ text: String) -> Entry {
    Entry(Array(name.utf8), .file(parts: 1) { _ throws(SourceError) in TextReader(text) })
  }

  private func folder(_ name: String, time: Timestamp, _ entries: [Entry]) -> Entry {
    Entry(Array(name.utf8), .folder(MadeFolder(time: time) { () throws(SourceError) in entries }))
  }

  private func session(time: Timestamp, _ entries: [Entry]) -> MadeSession {
    MadeSession(MadeFolder(time: time) { () throws(SourceError) in entries })
  }

  private func items(_ repository: Repository) throws -> [String: MemoryRestore.Item] {
    let all = try #require(try repository.restoredWhole().last)
    return Dictionary(uniqueKeysWithValues: all.map { (displayed($0.key), $0.value) })
  }

  // MARK: Last

  @Test(arguments: [1, 2, 8])
  func `the last entry is read when all below its folder is stored`(_ threads: Int) throws {
    let read = Monitor([String]())
    func noted(_ name: String, parts: Int = 1) -> Entry {
      Entry(
        Array(name.utf8),
        .file(parts: parts) { part throws(SourceError) in
          do throws(Cancelled) { try pause(for: .milliseconds(5), unless: Cancellation()) } catch {
            throw SourceError(.cancelled, "read", [], because: "cancelled")
          }
          read.withLock { $0.append("\(name) \(part)") }
          return TextReader("\(name) \(part)")
        })
    }
    let deep = folder(
      "deep", time: Self.first, [noted("x"), folder("deeper", time: Self.first, [noted("y", parts: 5)])])
    let last = Entry(
      Array("a-last".utf8),
      .lastFile { () throws(SourceError) in
        let names = read.withLock { $0 }
        return TextReader(names.sorted().joined(separator: ","))
      })
    let inner = folder("inner", time: Self.first, [last, deep, noted("z", parts: 3)])
    let repository = try Repository.forTest(in: MemoryStore())
    try repository.backUp(session(time: Self.first, [inner])) { $0.threadCount = threads }
    let names = (["x 0"] + (0..<5).map { "y \($0)" } + (0..<3).map { "z \($0)" }).joined(separator: ",")
    let content = try items(repository)["/inner/a-last"]?.content
    #expect(content == Array(names.utf8))
  }

  @Test
  func `last entries of nested folders come inside out`() throws {
    let read = Monitor([String]())
    func last(_ name: String) -> Entry {
      Entry(
        Array("last".utf8),
        .lastFile { () throws(SourceError) in
          read.withLock { $0.append(name) }
          return TextReader(name)
        })
    }
    let inner = folder("inner", time: Self.first, [last("inner"), file("x", "x")])
    let outer = folder("outer", time: Self.first, [inner, last("outer")])
    let repository = try Repository.forTest(in: MemoryStore())
    try repository.backUp(session(time: Self.first, [last("top"), outer]))
    #expect(read.withLock { $0 } == ["inner", "outer", "top"])
    #expect(try repository.examined().isSound)
  }

  @Test
  func `a folder with nothing but last entries holds them`() throws {
    let entries = ["a", "b"].map { name in
      Entry(Array(name.utf8), .lastFile { () throws(SourceError) in TextReader(name) })
    }
    let repository = try Repository.forTest(in: MemoryStore())
    try repository.backUp(session(time: Self.first, entries))
    let items = try items(repository)
    #expect(items["/a"]?.content == [97] && items["/b"]?.content == [98])
  }

  // MARK: Times

  @Test
  func `what has the parent's content keeps the parent's time, and its tree`() throws {
    func entries(_ time: Timestamp, _ changed: String) -> [Entry] {
      let parted = Entry(Array("parted".utf8), .file(parts: 3) { part throws(SourceError) in TextReader("\(part)") })
      return [
        folder("still", time: time, [file("same", "same"), parted, folder("empty", time: time, [])]),
        folder("moved", time: time, [file("same", "same"), file("other", changed)]),
      ]
    }
    let repository = try Repository.forTest(in: MemoryStore())
    try repository.backUp(session(time: Self.first, entries(Self.first, "old")))
    try repository.backUp(session(time: Self.second, entries(Self.second, "new")), time: 1_700_002_000)
    let items = try items(repository)
    let times = items.mapValues(\.modified.seconds)
    for path in ["/still", "/still/same", "/still/parted", "/still/empty", "/moved/same"] {
      #expect(times[path] == Self.first.seconds, "\(path)")
    }
    for path in ["/moved", "/moved/other"] { #expect(times[path] == Self.second.seconds, "\(path)") }
    #expect(items["/moved/other"]?.content == Array("new".utf8))
  }

  @Test
  func `the same content once more is the same tree`() throws {
    let repository = try Repository.forTest(in: MemoryStore())
    let old = try repository.backUp(session(time: Self.first, [folder("a", time: Self.first, [file("b", "c")])]))
    let new = try repository.backUp(
      session(time: Self.second, [folder("a", time: Self.second, [file("b", "c")])]), time: 1_700_002_000)
    #expect(new.tree == old.tree)
    #expect(new.isUnchanged)
  }

  @Test
  func `a file that took a folder's place is of its own time`() throws {
    let repository = try Repository.forTest(in: MemoryStore())
    try repository.backUp(session(time: Self.first, [folder("a", time: Self.first, [])]))
    try repository.backUp(session(time: Self.second, [file("a", "")]), time: 1_700_002_000)
    #expect(try items(repository)["/a"]?.modified.seconds == Self.second.seconds)
  }

  // MARK: What is not whole

  /// Where something breaks without which no snapshot may be made.
  enum Place: String, CaseIterable, Sendable { case listing, file, part, last, end }

  @Test(arguments: Place.allCases)
  func `without what must be there is no snapshot`(_ place: Place) throws {
    let broken = { @Sendable () -> SourceError in
      SourceError(.notWhole, "read", Array("/it".utf8), because: "half of it is missing")
    }
    let name = Array("it".utf8)
    let entry: Entry =
      switch place {
      case .listing: Entry(name, .folder(MadeFolder(time: Self.first) { () throws(SourceError) in throw broken() }))
      case .file: Entry(name, .file(parts: 1) { _ throws(SourceError) in throw broken() })
      case .part:
        Entry(
          name,
          .file(parts: 3) { part throws(SourceError) in
            guard part != 1 else { throw broken() }
            return TextReader("\(part)")
          })
      case .last: Entry(name, .lastFile { () throws(SourceError) in throw broken() })
      case .end: file("it", "it")
      }
    let session = MadeSession(
      MadeFolder(time: Self.first) { () throws(SourceError) in [entry, self.file("beside", "beside")] },
      finishing: place == .end ? broken() : nil)
    let repository = try Repository.forTest(in: MemoryStore())
    let error = #expect(throws: SourceError.self) { try repository.backUp(session) }
    #expect(error?.reason == .notWhole)
    #expect(error?.exitCode == .sourceUnreadable)
    #expect(try repository.soundSnapshots().isEmpty)
  }

  @Test
  func `what a source says is missing makes the backup partial`() throws {
    let note = SourceNote(subject: "table public.t", message: "it may not be read", isLoss: true)
    let session = MadeSession(
      MadeFolder(time: Self.first) { () throws(SourceError) in [self.file("a", "a")] },
      notes: [note, SourceNote(subject: "other", message: "worth knowing")])
    let events = EventLog()
    let result = try Repository.forTest(in: MemoryStore()).backUp(session, events: events)
    #expect(result.losses == 1)
    #expect(events.losses.map(\.subject) == ["table public.t"])
    #expect(events.has("source-note", "other"))
  }

  // MARK: Pieces

  @Test
  func `the pieces that a reader gives are the chunks`() throws {
    let repository = try Repository.forTest(in: MemoryStore())
    let lengths = [1, 700_000, 3, 4 << 20, 128, 128]
    let reader = ChunkReader(chunker: ContentChunker(polynomial: repository.polynomial), cancellation: Cancellation())
    var found: [Int] = []
    let total = try reader.forEachChunk(of: Pieces(lengths)) { bytes, times in
      #expect(times == 1)
      found.append(bytes.count)
    }
    #expect(found == lengths)
    #expect(total == Int64(lengths.reduce(0, +)))
  }

  @Test(arguments: [1, 4])
  func `pieces come back in their order, from several threads`(_ threads: Int) throws {
    let lengths = (0..<40).map { 100_000 + 1000 * $0 }
    let entry = Entry(Array("rows".utf8), .file(parts: 2) { _ throws(SourceError) in Pieces(lengths) })
    let repository = try Repository.forTest(in: MemoryStore())
    try repository.backUp(session(time: Self.first, [entry])) { $0.threadCount = threads }
    let once = lengths.enumerated().flatMap { [UInt8](repeating: UInt8($0.offset + 1), count: $0.element) }
    #expect(try items(repository)["/rows"]?.content == once + once)
  }
}

/// A session of one made folder.
private final class MadeSession: SourceSession {
  let top: any UnopenedDirectory
  let paths: [PathBytes] = [Array("/made".utf8)]
  private let finishing: SourceError?
  private let notes: [SourceNote]

  init(_ top: MadeFolder, finishing: SourceError? = nil, notes: [SourceNote] = []) {
    self.top = top
    self.finishing = finishing
    self.notes = notes
  }

  func userName(of id: UInt32) -> String { "" }
  func groupName(of id: UInt32) -> String { "" }

  func finish() throws(SourceError) -> [SourceNote] {
    if let finishing { throw finishing }
    return notes
  }

  func close() {}
}

/// Pieces of these lengths, of one byte each: the first of ones, the second of twos.
private final class Pieces: PieceReader {
  private let lengths: [Int]
  private var next = 0

  init(_ lengths: [Int]) { self.lengths = lengths }

  var attributes: EntryAttributes? { nil }
  func isUnchanged() throws(SourceError) -> Bool { true }

  func readPiece(into piece: inout [UInt8]) throws(SourceError) -> Bool {
    piece.removeAll(keepingCapacity: true)
    guard next < lengths.count else { return false }
    piece = [UInt8](repeating: UInt8(next + 1), count: lengths[next])
    next += 1
    return true
  }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    throw SourceError(.failed, "read", [], because: "its pieces were not asked for")
  }
}
