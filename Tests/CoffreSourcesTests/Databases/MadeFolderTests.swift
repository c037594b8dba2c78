import CoffreCore
import CoffreSystem
import Testing

@testable import CoffreSources

@Suite("Folders that a session makes")
struct MadeFolderTests {
  private static let time = Timestamp(seconds: 1_700_000_000, nanoseconds: 5)

  private func content(of reader: any ByteReader, room: Int = 3) throws -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: room)
    while true {
      var span = buffer.mutableSpan
      let count = try reader.read(into: &span)
      guard count > 0 else { return displayed(bytes) }
      bytes += buffer[..<count]
    }
  }

  private func folder() -> MadeFolder {
    MadeFolder(time: Self.time) { () throws(SourceError) in
      [
        MadeFolder.Entry(Array("inner".utf8), .folder(MadeFolder(time: Self.time) { () throws(SourceError) in [] })),
        MadeFolder.Entry(
          Array("parts".utf8), size: 77,
          .file(parts: 3) { part throws(SourceError) in TextReader("part \(part)") }),
        MadeFolder.Entry(Array("last".utf8), .lastFile { () throws(SourceError) in TextReader("the end") }),
      ]
    }
  }

  @Test
  func `its entries are what it makes, private and of its time`() throws {
    let listing = try folder().open().list()
    #expect((0..<listing.count).map { displayed(listing.name(of: $0)) } == ["inner", "parts", "last"])
    let entries = listing.entries
    #expect(entries.map(\.attributes.kind) == [.directory, .file, .file])
    #expect(entries.map(\.attributes.permissions) == [0o700, 0o600, 0o600])
    #expect(entries.map(\.attributes.inode) == [0, 0, 0])
    #expect(entries.allSatisfy { $0.attributes.modified == Self.time && !$0.isComparable })
    #expect(entries.map(\.making) == [.made, .made, .madeLast])
    #expect(entries.map(\.parts) == [1, 3, 1])
    #expect(entries[1].attributes.size == 77)
  }

  @Test
  func `each part has its own content`() throws {
    let open = try folder().open()
    let listing = try open.list()
    for part in 0..<3 { #expect(try content(of: open.read(1, part: part, in: listing)) == "part \(part)") }
    #expect(try content(of: open.read(2, part: 0, in: listing)) == "the end")
    #expect(try open.directory(0, in: listing).open().list().count == 0)
  }

  @Test
  func `it is made when it is listed, and not before`() throws {
    let count = Monitor(0)
    let made = MadeFolder(time: Self.time) { () throws(SourceError) in
      count.withLock { $0 += 1 }
      return []
    }
    let open = try made.open()
    #expect(count.withLock { $0 } == 0)
    #expect(try open.list().count == 0)
    #expect(count.withLock { $0 } == 1)
  }

  @Test
  func `what keeps it from being made ends the run`() throws {
    let made = MadeFolder(time: Self.time) { () throws(SourceError) in
      throw SourceError(.notWhole, "make", [], because: "there is nothing")
    }
    let open = try made.open()
    let error = #expect(throws: SourceError.self) { try open.list() }
    #expect(error?.endsRun == true)
  }

  @Test(arguments: [1, 2, 100])
  func `a text comes whole, whatever the room`(_ room: Int) throws {
    #expect(try content(of: TextReader("é\ntext"), room: room) == "é\ntext")
    #expect(try content(of: TextReader([UInt8]()), room: room) == "")
  }
}
