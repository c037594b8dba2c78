import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreSources

/// The files source by itself: what it lists and reads while the files change under it.
@Suite("Files source")
struct FilesSessionTests {
  private let work: WorkFolder

  init() throws { work = try WorkFolder() }

  private func session(_ targets: [String], in folder: String = "", _ change: (inout FilesSettings) -> Void = { _ in })
    throws -> FilesSession
  {
    var settings = FilesSettings(
      targets: targets.map { Array($0.utf8) }, workingDirectory: Array("\(work.path)\(folder)".utf8))
    change(&settings)
    return try FilesSession(settings)
  }

  /// Makes files that hold their own path, and the folders above them.
  private func make(_ paths: String...) throws { try makeRealEntries(paths, below: work.path) }

  /// All paths of a session's tree.
  private func paths(of session: FilesSession) throws -> [String] {
    try session.allEntries().map(\.path).sorted()
  }

  /// The open directory of the only target, a folder called `tree`.
  private func openTree() throws -> (directory: any OpenDirectory, listing: Listing) {
    let top = try session(["tree"]).top.open()
    let directory = try top.directory(0, in: top.list()).open()
    return (directory, try directory.list())
  }

  private func index(of name: String, in listing: Listing) throws -> Int {
    try #require(listing.entries.indices.first { listing.name(of: $0) == Array(name.utf8) })
  }

  private func content(of reader: any ByteReader) throws -> [UInt8] {
    var content: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1000)
    while true {
      var span = piece.mutableSpan
      let count = try reader.read(into: &span)
      guard count > 0 else { return content }
      content += piece[..<count]
    }
  }

  // MARK: Targets

  @Test func `a target may be read from another place, and keeps its own path`() throws {
    try make("tree/old", "copy/new", "other/file")
    let session = try session(["tree", "other"]) { settings in
      settings.standIns[Array("\(work.path)/tree".utf8)] = Array("\(work.path)/copy".utf8)
    }
    #expect(session.paths.map { displayed($0) } == ["\(work.path)/tree", "\(work.path)/other"])
    let found = try paths(of: session).filter { !$0.hasSuffix("tree") && !$0.hasSuffix("other") }
    #expect(found.contains { $0.hasSuffix("tree/new") } && found.contains { $0.hasSuffix("other/file") })
    #expect(!found.contains { $0.hasSuffix("old") || $0.contains("copy") })
  }

  @Test(
    arguments: [
      (targets: ["a"], paths: ["/a", "/a/x", "/a/y"]), (["a/x"], ["/a", "/a/x"]),
      (["."], ["/a", "/a/x", "/a/y", "/b", "/b/z"]),
      (["./b/../a/"], ["/a", "/a/x", "/a/y"]), (["a/x", "b"], ["/a", "/a/x", "/b", "/b/z"]),
      (["a", "a/x"], ["/a", "/a/x", "/a/y"]),
    ] as [(targets: [String], paths: [String])])
  func `relative targets lie under their own components`(_ example: (targets: [String], paths: [String])) throws {
    try make("a/x", "a/y", "b/z")
    #expect(try paths(of: session(example.targets)) == example.paths)
  }

  @Test func `components that lead upwards vanish, and equal names get a number`() throws {
    try make("low/deep/a/x", "low/a/y", "a/z")
    let found = try paths(of: session(["a", "../a", "../../a/z"], in: "/low/deep"))
    #expect(found == ["/a", "/a-1", "/a-1/y", "/a-2", "/a-2/z", "/a/x"])
  }

  @Test func `an absolute target stands under its parents, which hold nothing else`() throws {
    try make("deep/down/x", "deep/other")
    let found = try paths(of: session(["\(work.path)/deep/down"]))
    #expect(found.suffix(3) == ["\(work.path)/deep", "\(work.path)/deep/down", "\(work.path)/deep/down/x"])
    #expect(found.allSatisfy { work.path.hasPrefix($0) || $0.hasPrefix(work.path) })
  }

  @Test func `snapshot paths are absolute and clean`() throws {
    try make("a/x")
    let paths = try session(["a", "./a/x", "\(work.path)//a/../a/"]).paths.map { String(decoding: $0, as: UTF8.self) }
    #expect(paths == ["\(work.path)/a", "\(work.path)/a/x", "\(work.path)/a"])
  }

  @Test func `patterns leave out entries of the folder that is named as a dot, but nothing that is named`() throws {
    try make("a.tmp", "b.tmp/x", "c/d.tmp", "c/e")
    let patterns = try PatternList(["*.tmp"])
    #expect(try paths(of: session(["."]) { $0.excludes = patterns }) == ["/c", "/c/e"])
    #expect(try paths(of: session(["a.tmp", "c"]) { $0.excludes = patterns }) == ["/a.tmp", "/c", "/c/e"])
    #expect(try paths(of: session([".", "a.tmp"]) { $0.excludes = patterns }) == ["/a.tmp", "/c", "/c/e"])
  }

  @Test func `an excluded folder is not entered, whatever is taken back in it`() throws {
    try make("t/a/b/x", "t/a/c", "t/d")
    let excluded = try PatternList(["a", "!a/b/x"])
    #expect(try paths(of: session(["t"]) { $0.excludes = excluded }) == ["/t", "/t/d"])
    let emptied = try PatternList(["a/*", "!a/b"])
    #expect(try paths(of: session(["t"]) { $0.excludes = emptied }) == ["/t", "/t/a", "/t/a/b", "/t/a/b/x", "/t/d"])
  }

  @Test func `no target that exists is an error, one that does is enough`() throws {
    try make("a")
    let error = #expect(throws: SourceError.self) { try session(["b", "c"]) }
    #expect(error?.cause.contains("b") == true && error?.cause.contains("c") == true)
    let listing = try session(["a", "b"]).top.open().list()
    #expect(listing.count == 1)
    #expect(listing.notes.count == 1)
    #expect(listing.notes.first?.path == Array("b".utf8))
  }

  // MARK: Changes while it works

  @Test func `what is appended after the opening belongs to the next run`() throws {
    try make("tree/file")
    let (directory, listing) = try openTree()
    let reader = try directory.read(0, part: 0, in: listing)
    #expect(try reader.isUnchanged())
    try writeRealFile("\(work.path)/tree/file", Array(" and more".utf8), appending: true)
    #expect(try content(of: reader) == Array("tree/file".utf8))
    #expect(reader.attributes?.size == 9)
    #expect(try !reader.isUnchanged())
  }

  @Test func `a file that is overwritten in place is seen to change`() throws {
    try make("tree/file")
    try RealFolder("\(work.path)/tree").setTime(Array("file".utf8), seconds: 1)
    let (directory, listing) = try openTree()
    let reader = try directory.read(0, part: 0, in: listing)
    let file = try RealFolder("\(work.path)/tree")
    try writeRealFile("\(work.path)/tree/file", "TREE/FILE")
    _ = try content(of: reader)
    #expect(try file.status(Array("file".utf8)).size == 9)
    #expect(try !reader.isUnchanged())
  }

  @Test func `a file that shrinks ends early and is seen to change`() throws {
    try make("tree/file")
    let (directory, listing) = try openTree()
    let reader = try directory.read(0, part: 0, in: listing)
    try writeRealFile("\(work.path)/tree/file", "tr")
    #expect(try content(of: reader).count == 2)
    #expect(try !reader.isUnchanged())
  }

  @Test(.timeLimit(.minutes(10)), arguments: [UInt32(0o010_644), 0o140_644])
  func `a FIFO or socket put in a file's place is not waited for`(_ mode: UInt32) throws {
    try make("tree/file")
    let (directory, listing) = try openTree()
    try removeRealTree("\(work.path)/tree/file")
    try RealFolder("\(work.path)/tree").makeNode(Array("file".utf8), mode: mode)
    #expect(throws: SourceError.self) { try directory.read(0, part: 0, in: listing) }
  }

  @Test func `a link put in a file's place is not followed`() throws {
    try make("tree/file", "secret")
    let (directory, listing) = try openTree()
    try removeRealTree("\(work.path)/tree/file")
    try makeRealSymlink("\(work.path)/tree/file", to: "../secret")
    #expect(throws: SourceError.self) { try directory.read(0, part: 0, in: listing) }
  }

  @Test func `a link put in a folder's place is not followed`() throws {
    try make("tree/folder/x", "secret/y")
    let (directory, listing) = try openTree()
    let folder = directory.directory(try index(of: "folder", in: listing), in: listing)
    try removeRealTree("\(work.path)/tree/folder")
    try makeRealSymlink("\(work.path)/tree/folder", to: "../secret")
    #expect(throws: SourceError.self) { try folder.open().list() }
  }

  @Test func `what vanished since it was listed is told as such`() throws {
    try make("tree/folder/x", "tree/file")
    let (directory, listing) = try openTree()
    let folder = directory.directory(try index(of: "folder", in: listing), in: listing)
    try removeRealTree("\(work.path)/tree/folder")
    try removeRealTree("\(work.path)/tree/file")
    let file = try index(of: "file", in: listing)
    #expect(#expect(throws: SourceError.self) { try folder.open() }?.reason == .vanished)
    #expect(#expect(throws: SourceError.self) { try directory.read(file, part: 0, in: listing) }?.reason == .vanished)
    #expect(#expect(throws: SourceError.self) { try directory.details(of: file, in: listing) }?.reason == .vanished)
  }

  @Test func `a folder that is removed while it is open is empty, or vanished`() throws {
    try make("tree/folder/x")
    let (directory, listing) = try openTree()
    let folder = try directory.directory(0, in: listing).open()
    try removeRealTree("\(work.path)/tree/folder")
    do throws(SourceError) {
      let count = try folder.list().count
      #expect(count == 0)
    } catch {
      #expect(error.reason == .vanished)
    }
  }
}
