import CoffreTestKit
import Testing

@testable import CoffreCore
@testable import CoffreRepository

/// ls, find, diff, cat and dump as people run them.
@Suite("Looking at snapshots")
struct LookingTests {
  private let workshop: Workshop

  init() throws { workshop = try Workshop() }

  private func backUp() throws {
    let outcome = try workshop.coffre(["backup", "tree", "-q"]) { $0.directory = workshop.path }
    try #require(outcome.isSuccess, "\(outcome)")
  }

  /// Changes a byte in the middle of the blobs of a kind, in every pack that holds such.
  private func damage(_ kind: BlobKind) throws {
    let index = try workshop.openRepository().loadIndex(cancellation: Cancellation()).index
    for (number, pack) in index.packs.enumerated() where kind == .data ? pack.hasData : pack.hasTrees {
      let path = "\(workshop.repository)/\(ObjectKind.pack.storeKey(of: pack.id).path)"
      var bytes = try readRealFile(path)
      for entry in index.entriesByOffset(ofPack: number) {
        let location = index.location(ofEntry: entry)
        bytes[Int(location.offset) + Int(location.length) / 2] ^= 0x40
      }
      try removeRealTree(path)
      try writeRealFile(path, bytes)
    }
  }

  // MARK: ls

  @Test func `several paths are listed, with what lies directly in them`() throws {
    try workshop.make(["tree/a/b/c", "tree/a/x", "tree/d/e", "tree/f"])
    try backUp()
    func list(_ arguments: String...) throws -> [String] {
      let outcome = try workshop.coffre(["snapshot", "ls", "-q"] + arguments)
      #expect(outcome.isSuccess, "\(outcome)")
      return outcome.output.split(separator: "\n").map(String.init)
    }
    #expect(try list("latest", "/tree/a", "/tree/f") == ["/tree/a", "/tree/a/b", "/tree/a/x", "/tree/f"])
    #expect(try list("latest", "/tree/a", "-R") == ["/tree/a", "/tree/a/b", "/tree/a/b/c", "/tree/a/x"])
    #expect(try list("latest", "/tree/a", "/tree/a/b") == ["/tree/a", "/tree/a/b", "/tree/a/b/c", "/tree/a/x"])
    #expect(try list("latest:/tree", "d") == ["/tree/d", "/tree/d/e"])
    #expect(try list("latest:/tree") == ["/tree/a", "/tree/d", "/tree/f"])
    let missing = try workshop.coffre(["snapshot", "ls", "latest", "/tree/a", "/tree/none"])
    #expect(missing.status == 1 && missing.output.isEmpty && missing.errors.contains("'/tree/none' is not in snapshot"))
  }

  @Test func `a list is sorted by what is asked for`() throws {
    try makeRealFolder("\(workshop.path)/tree")
    let tree = try RealFolder("\(workshop.path)/tree")
    for (name, size, time) in [("a.z", 3, 100), ("b.y", 1, 300), ("c.x", 2, 200), ("d", 2, 50)] {
      try tree.makeFile(Array(name.utf8), [UInt8](repeating: 1, count: size))
      try tree.setTime(Array(name.utf8), seconds: time, nanoseconds: 0)
    }
    try backUp()
    for (key, order) in [
      ("name", ["a.z", "b.y", "c.x", "d"]), ("size", ["b.y", "c.x", "d", "a.z"]), ("time", ["d", "a.z", "c.x", "b.y"]),
      ("mtime", ["d", "a.z", "c.x", "b.y"]), ("extension", ["d", "c.x", "b.y", "a.z"]),
    ] {
      let paths = order.map { "/tree/\($0)" }
      let list = try workshop.coffre(["snapshot", "ls", "latest:/tree", "-q", "--sort", key])
      #expect(list.output.split(separator: "\n").map(String.init) == paths, "\(key)")
      let reversed = try workshop.coffre(["snapshot", "ls", "latest:/tree", "-q", "--sort", key, "--reverse"])
      #expect(reversed.output.split(separator: "\n").map(String.init) == paths.reversed(), "\(key)")
    }
    let long = try workshop.coffre(["snapshot", "ls", "latest:/tree", "-q", "-l", "--human-readable"])
    #expect(long.output.contains(" 3 B 1970-01-01 00:01:40 /tree/a.z\n"), "\(long)")
    let lines = try workshop.coffreJSON(["snapshot", "ls", "latest:/tree"]).lines
    #expect(lines.allSatisfy { $0["time"]?.text != nil && $0["v"]?.int == 1 && $0["mode"]?.int == 0o644 })
  }

  // MARK: find, diff, cat

  @Test func `find groups by snapshot, newest first, and ends well with nothing`() throws {
    try workshop.make(["tree/one.txt"])
    try backUp()
    try workshop.make(["tree/two.TXT"])
    try backUp()
    let ids = try workshop.coffreJSON(["snapshot", "list"]).lines.first?.array.compactMap { $0["shortId"]?.text } ?? []
    let found = try workshop.coffre(["snapshot", "find", "*.txt", "-i"])
    let lines = found.output.split(separator: "\n").map(String.init)
    #expect(found.isSuccess && lines.count == 6, "\(found)")
    #expect(lines[0].hasPrefix("snapshot \(ids[1])") && lines[3].hasPrefix("snapshot \(ids[0])"), "\(found)")
    #expect(lines.last == "found 3 entries in 2 of 2 snapshots")
    let reverse = try workshop.coffre(["snapshot", "find", "*.txt", "--reverse", "-q"])
    #expect(reverse.output == "/tree/one.txt\n/tree/one.txt\n", "\(reverse)")
    let nothing = try workshop.coffre(["snapshot", "find", "three"])
    #expect(nothing.isSuccess && nothing.output == "found nothing in 2 snapshots\n", "\(nothing)")
    let one = try workshop.coffre(["snapshot", "find", "*", "-s", ids[0], "--type", "file", "-q"])
    #expect(one.output == "/tree/one.txt\n")
  }

  @Test(
    arguments: [
      (["find", "*", "--oldest", "soon"], "is no time"), (["find", "[a"], "cannot be read"),
      (["find", "--blob", "xyz"], "is no id"), (["find", "--blob", "--tree", "00"], "--tree"),
      (["find", "*", "--oldest", "1d", "--newest", "2d"], "nothing can be both"),
      (["find", "x", "--show-pack-id"], "goes with --blob"),
      (["find", "--pack", "00", "--larger", "1"], "does not go with ids"),
      (["cat", "nonsense", "x"], "no objects of kind"), (["cat", "blob"], "needs an id"),
      (["cat", "config", "x"], "takes no id"),
      (["dump", "latest:/tree", "--json"], "both go to stdout"), (["dump", "latest:/tree", "-a", "rar"], "rar"),
      (["dump", "latest:/tree", "-o", "/tmp"], "is a folder"),
    ])
  func `wrong usage`(_ example: (arguments: [String], words: String)) throws {
    try workshop.make(["tree/one.txt"])
    try backUp()
    let outcome = try workshop.coffre(["snapshot"] + example.arguments)
    let text = outcome.errors + outcome.output
    #expect(outcome.status == 2 && text.contains(example.words), "\(outcome)")
  }

  @Test func `the master key is shown on demand only`() throws {
    for arguments in [["masterkey"], ["masterkey", "--json"]] {
      let refused = try workshop.coffre(["snapshot", "cat"] + arguments)
      #expect(refused.status == 2 && !(refused.output + refused.errors).contains("encrypt\""), "\(refused)")
    }
    let shown = try workshop.coffre(["snapshot", "cat", "masterkey", "--reveal-secret"])
    #expect(shown.isSuccess)
    #expect(try JSONValue(shown.output)["encrypt"]?.text?.isEmpty == false)
    let key = try #require(workshop.objects("keys").first)
    let file = try workshop.coffre(["snapshot", "cat", "key", String(key.prefix(6))])
    let secret = try #require(try JSONValue(shown.output)["encrypt"]?.text)
    #expect(file.isSuccess && !file.output.contains(secret))
  }

  @Test func `objects that are damaged are errors with their names`() throws {
    try workshop.make(["tree/sub/file"])
    try backUp()
    try damage(.tree)
    let index = try workshop.openRepository().loadIndex(cancellation: Cancellation()).index
    let tree = try #require(index.packs.first { $0.hasTrees })
    for arguments in [
      ["cat", "tree", "latest"], ["ls", "latest"], ["dump", "latest", "/"], ["find", "file"],
      ["diff", "latest:/", "latest:/tree"],
      ["cat", "blob", "\(index.id(ofEntry: tree.entries.lowerBound))"],
    ] {
      let outcome = try workshop.coffre(["snapshot"] + arguments)
      #expect(outcome.status == 1 && outcome.errors.contains("\(tree.id)"), "\(outcome)")
    }
    let pack = "\(workshop.repository)/\(ObjectKind.pack.storeKey(of: tree.id).path)"
    let raw = try workshop.coffre(["snapshot", "cat", "pack", "\(tree.id)"])
    #expect(raw.status == 1 && raw.output.isEmpty && raw.errors.contains("not the hash of its content"), "\(raw)")
    try writeRealFile(pack, [UInt8](repeating: 1, count: 5000))
    let header = try workshop.coffre(["snapshot", "cat", "pack-header", "\(tree.id)"])
    #expect(header.status == 1 && header.errors.contains("\(tree.id)"), "\(header)")
  }

  // MARK: dump

  @Test func `a damaged file is named, nothing half stays, what was there is kept`() throws {
    try workshop.make(["tree/a-good", "tree/b-bad"])
    try writeRealFile("\(workshop.path)/tree/b-bad", seededBytes(1, count: 2_000_000))
    try backUp()
    try damage(.data)
    try makeRealFolder("\(workshop.path)/out")
    try writeRealFile("\(workshop.path)/out/old.tar", "kept")
    for (path, target) in [("latest:/tree", "new.tar"), ("latest:/tree", "old.tar"), ("latest:/tree/b-bad", "new")] {
      let outcome = try workshop.coffre(["snapshot", "dump", path, "-o", "\(workshop.path)/out/\(target)"])
      #expect(outcome.status == 1 && outcome.errors.contains("cannot read '/tree/"), "\(outcome)")
    }
    #expect(realNames(in: "\(workshop.path)/out") == ["old.tar"])
    #expect(try readRealFile("\(workshop.path)/out/old.tar") == Array("kept".utf8))
    let stream = try workshop.coffre(["snapshot", "dump", "latest:/tree/b-bad"])
    #expect(stream.status == 1 && stream.errors.contains("'/tree/b-bad'") && stream.outputBytes.isEmpty, "\(stream)")
    #expect(workshop.locks.isEmpty)
  }

  @Test func `the target is replaced when it is whole, through links too`() throws {
    try workshop.make(["tree/file"])
    try backUp()
    try makeRealFolder("\(workshop.path)/out")
    try writeRealFile("\(workshop.path)/out/real", "old and longer than what comes")
    try makeRealSymlink("\(workshop.path)/out/link", to: "real")
    for target in ["out/new", "out/link"] {
      let outcome = try workshop.coffre(["snapshot", "dump", "latest", "tree/file", "-o", target]) {
        $0.directory = workshop.path
      }
      #expect(outcome.isSuccess && outcome.output.contains("wrote '\(target)': 9 B"), "\(outcome)")
    }
    #expect(try realStatus("\(workshop.path)/out/link").kind == .symlink)
    for name in ["new", "real"] { #expect(try readRealFile("\(workshop.path)/out/\(name)") == Array("tree/file".utf8)) }
    #expect(realNames(in: "\(workshop.path)/out") == ["link", "new", "real"])
    let report = try workshop.coffreJSON(["snapshot", "dump", "latest:/tree", "-o", "\(workshop.path)/out/new"])
    #expect(report.summary?["entries"]?.int == 1 && report.summary?["archive"]?.text == "tar", "\(report)")
    #expect(report.summary?["bytesWritten"]?.int == 10240)
    let device = try workshop.coffre(["snapshot", "dump", "latest:/tree", "-o", "/dev/null"])
    #expect(device.isSuccess, "\(device)")
    #expect(try realStatus("/dev/null").kind == .characterDevice)
  }

  @Test func `what cannot be dumped is told`() throws {
    try workshop.make(["tree/file"])
    try makeRealSymlink("\(workshop.path)/tree/link", to: "file")
    try backUp()
    let link = try workshop.coffre(["snapshot", "dump", "latest:/tree/link"])
    #expect(link.status == 1 && link.errors.contains("'/tree/link' is no file and no folder"), "\(link)")
    let missing = try workshop.coffre(["snapshot", "dump", "latest", "/tree/none"])
    #expect(missing.status == 1 && missing.errors.contains("'/tree/none' is not in snapshot"), "\(missing)")
    let below = try workshop.coffre(["snapshot", "dump", "latest", "/tree/file/below"])
    #expect(below.status == 1 && below.outputBytes.isEmpty, "\(below)")
  }

  @Test func `a reader that leaves is no news, a full disk is`() throws {
    try workshop.make(["tree/"])
    try writeRealFile("\(workshop.path)/tree/noise", seededBytes(4, count: 5_000_000))
    try backUp()
    let access = workshop.access.joined(separator: " ")
    let coffre = "\(try Tool.coffre().path) snapshot"
    for what in ["latest:/tree/noise", "latest:/tree", "latest:/tree -a zip"] {
      let pipe = "\(coffre) dump \(what) \(access) | head -c 1000 | wc -c; exit ${PIPESTATUS[0]}"
      let left = try Tool.named("bash", package: "bash").run(["-c", pipe], workshop.settings())
      #expect(left.status == 1 && left.errors.isEmpty && left.output == "1000\n", "\(left)")
      let full = try Tool.named("bash", package: "bash").run(
        ["-c", "\(coffre) dump \(what) \(access) > /dev/full"], workshop.settings())
      #expect(full.status == 21 && full.errors.contains("No space left"), "\(full)")
    }
    #expect(workshop.locks.isEmpty)
  }

  @Test func `an archive does not go to a terminal, a file may`() throws {
    try workshop.make(["tree/file"])
    try backUp()
    let coffre = "\(try Tool.coffre().path) snapshot"
    let access = workshop.access.joined(separator: " ")
    let script = try Tool.named("script", package: "bsdutils")
    let archive = try script.run(["-qec", "\(coffre) dump latest:/tree \(access)", "/dev/null"], workshop.settings())
    #expect(archive.status == 1 && archive.output.contains("would go to the terminal"), "\(archive)")
    let file = try script.run(
      ["-qec", "\(coffre) dump latest:/tree/file \(access) -q", "/dev/null"], workshop.settings())
    #expect(file.isSuccess && file.output == "tree/file", "\(file)")
    let pack = try #require(workshop.packs.first)
    let raw = try script.run(["-qec", "\(coffre) cat pack \(pack) \(access)", "/dev/null"], workshop.settings())
    #expect(raw.status == 2 && raw.output.contains("would go to the terminal"), "\(raw)")
  }
}
