import Glibc

/// Builds a tree with everything that a Unix file system holds and that a backup may trip over.
package struct OddTree {
  package struct Options: Sendable {
    /// Folders in folders, deeper than the 4096 bytes that a path given to the system may have.
    package var hasEndlessPaths = true
    /// Link targets, and attributes of links, that restic 0.14 neither stores nor restores as they are.
    package var hasWhatOldResticLoses = true
    /// Devices, foreign owners, trusted attributes, files that nobody may read: root only.
    package var needsRoot = isRoot

    package init() {}
  }

  private static let endlessPath = Array("endless".utf8)

  /// - Parameter path: a folder that does not exist yet.
  package static func build(at path: String, _ options: Options = Options()) throws {
    try makeRealFolder(path)
    let tree = OddTree(options: options, top: try RealFolder(path))
    try tree.makeFiles()
    try tree.makeLinks()
    try tree.makeNames()
    try tree.makeTimes()
    try tree.makeModes()
    try tree.makeAttributes(at: path)
    if options.hasEndlessPaths { try tree.makeEndlessPath() }
    if options.needsRoot { try tree.makeWhatRootMay() }
    try tree.settleFolderTimes()
  }

  private let options: Options
  private let top: RealFolder

  private func folder(_ name: String) throws -> RealFolder { try top.makeFolder(Array(name.utf8)) }
}

extension [UInt8] {
  fileprivate init(_ text: String) { self = Array(text.utf8) }
}

// MARK: Contents

extension OddTree {
  private func makeFiles() throws {
    let files = try folder("files")
    try files.makeFile([UInt8]("regular"), [UInt8]("hello\n"))
    try files.makeFile([UInt8]("empty"))
    try files.makeFile([UInt8]("one-byte"), [0])
    try files.makeFile([UInt8]("sparse"), [UInt8]("after the hole"), hole: 3 << 20)
    try files.makeFile([UInt8]("only-a-hole"), hole: 0, tail: 1 << 20)
    try files.makeFile([UInt8]("hole-at-the-end"), seededBytes(1, count: 70_000), tail: 2 << 20)
    try files.makeFile([UInt8]("several-chunks"), Self.text(count: 5 << 20))
    try files.makeFile([UInt8]("incompressible"), seededBytes(2, count: 2_000_003))
    try files.makeFile([UInt8]("zeros"), [UInt8](repeating: 0, count: 600_000))
    try files.makeFile([UInt8]("same-1"), [UInt8]("the same in three files"))
    try files.makeFile([UInt8]("same-2"), [UInt8]("the same in three files"))
    try folder("files-too").makeFile([UInt8]("same-3"), [UInt8]("the same in three files"))
    try folder("empty-folder").makeFolder([UInt8]("empty-folder-in-it"))
    let many = try folder("many")
    for number in 0..<300 { try many.makeFile([UInt8]("file-\(number)"), [UInt8]("content \(number % 7)")) }
  }

  /// Words that compress as text does, and do not repeat.
  private static func text(count: Int) -> [UInt8] {
    let words = ["tree", "node", "blob", "pack", "index", "key", "lock", "snapshot", "\n"].map { Array($0.utf8) }
    var random = SeededRandom(seed: 3)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 16)
    while bytes.count < count {
      bytes += words[Int(random.next() % UInt64(words.count))]
      bytes.append(0x20)
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  private func makeLinks() throws {
    let links = try folder("links")
    try links.makeFile([UInt8]("z-first-name"), [UInt8]("one file, three names"))
    try folder("links-too").makeLink([UInt8]("second-name"), to: [UInt8]("z-first-name"), in: links)
    try links.makeLink([UInt8]("a-third-name"), to: [UInt8]("z-first-name"), in: links)
    try links.makeFile([UInt8]("empty-first"))
    try links.makeLink([UInt8]("empty-second"), to: [UInt8]("empty-first"), in: links)
    try links.makeSymlink([UInt8]("relative"), to: [UInt8]("../files/regular"))
    try links.makeSymlink([UInt8]("absolute"), to: [UInt8]("/etc/hostname"))
    try links.makeSymlink([UInt8]("dangling"), to: [UInt8]("nowhere/at all"))
    try links.makeSymlink([UInt8]("to-a-folder"), to: [UInt8]("../files"))
    try links.makeSymlink([UInt8]("to-itself"), to: [UInt8]("to-itself"))
    if options.hasWhatOldResticLoses {
      try links.makeSymlink([UInt8]("target-not-utf8"), to: [UInt8]("caf") + [0xE9, 0x2F, 0xFF, 0xFE])
      try links.makeSymlink([UInt8]("target-with-backspace"), to: [UInt8]("a\u{8}b\u{C}c"))
    }
    try links.makeSymlink([UInt8]("target-odd"), to: [UInt8]("<a> & \"b\" \\ \n\t\u{2028} é"))
    try links.makeSymlink([UInt8]("target-long"), to: [UInt8](repeating: 0x78, count: 4000))
  }

  private func makeNames() throws {
    let names = try folder("names")
    let odd: [[UInt8]] = [
      [0xFF], [0xC3, 0x28], [0x61, 0xE9, 0x62], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xF0, 0x9F, 0x98],
      [0x01], [0x07], [0x08], [0x0C], [0x1B], [0x7F], [UInt8]("a\u{1}"), [UInt8]("a!"), [UInt8]("a"),
      [UInt8]("new\nline"),
      [UInt8]("return\r"), [UInt8]("tab\t"), [UInt8]("vertical\u{B}"), [UInt8]("\"double\""), [UInt8]("'single'"),
      [UInt8]("back\\slash"), [UInt8]("\\"), [UInt8]("\\x41"), [UInt8]("\\u0041"), [UInt8]("<b>&amp;<b>"), [UInt8](" "),
      [UInt8](" spaces "), [UInt8]("..."), [UInt8](".hidden"), [UInt8]("-dash"), [UInt8]("--"), [UInt8]("*?[a]"),
      [UInt8]("$HOME"),
      [UInt8]("~"), [UInt8]("#"), [UInt8]("C:"), [UInt8]("\u{2028}"), [UInt8]("\u{2029}x"), [UInt8]("\u{FEFF}bom"),
      [UInt8]("\u{A0}"),
      [UInt8]("\u{200B}"), [UInt8]("\u{E000}"), [UInt8]("\u{FFFD}"), [UInt8]("\u{10FFFF}"), [UInt8]("e\u{301}"),
      [UInt8]("\u{E9}"),
      [UInt8]("日本語"), [UInt8]("😀"), [UInt8]("\u{202E}gnp.exe"),
      [UInt8](repeating: 0x6E, count: 255), [UInt8](repeating: 0xFE, count: 255),
    ]
    for name in odd { try names.makeFile(name, name) }
    try names.makeFolder([UInt8](repeating: 0x64, count: 255)).makeFile([UInt8](repeating: 0x66, count: 255), [1])
    try names.makeFolder([0xFF, 0xFE, 0x0A]).makeFile([0x0A, 0xFF], [2])
  }

  /// Forty folders of 200 bytes each: more than 8000 bytes of path, with a file, a link and an empty folder at the end.
  private func makeEndlessPath() throws {
    var folder = try top.makeFolder(Self.endlessPath)
    for level in 0..<40 {
      folder = try folder.makeFolder([UInt8]("\(level)-") + [UInt8](repeating: 0x70, count: 197))
    }
    try folder.makeFile([UInt8]("at-the-end"), [UInt8]("far away"))
    try folder.makeSymlink([UInt8]("link"), to: [UInt8]("at-the-end"))
    try folder.makeFolder([UInt8]("empty"))
    try folder.setTime([UInt8]("at-the-end"), seconds: 1_000_000_000, nanoseconds: 5)
    try folder.setAttribute([UInt8]("at-the-end"), "user.deep", [1, 2, 3])
  }
}

// MARK: Metadata

extension OddTree {
  private static let times: [(name: String, seconds: Int, nanoseconds: Int)] = [
    ("before-1970", -2, 500_000_000), ("1901", -2_147_483_648, 0), ("epoch", 0, 0), ("one-nanosecond", 0, 1),
    ("nanoseconds", 1_700_000_000, 123_456_789), ("trailing-zeros", 1_700_000_000, 120_000_000),
    ("after-2038", 4_000_000_000, 999_999_999), ("in-2446", 15_000_000_000, 7),
  ]

  private func makeTimes() throws {
    let folder = try folder("times")
    for time in Self.times {
      try folder.makeFile([UInt8](time.name), [UInt8](time.name))
      try folder.makeSymlink([UInt8]("link-\(time.name)"), to: [UInt8](time.name))
      try folder.makeFolder([UInt8]("folder-\(time.name)"))
      for name in [time.name, "link-\(time.name)", "folder-\(time.name)"] {
        try folder.setTime([UInt8](name), seconds: time.seconds, nanoseconds: time.nanoseconds)
      }
    }
  }

  private func makeModes() throws {
    let folder = try folder("modes")
    for mode: UInt32 in [0o600, 0o644, 0o755, 0o777, 0o4755, 0o2755, 0o6711, 0o1644, 0o400] {
      try folder.makeFile([UInt8]("file-\(String(mode, radix: 8))"), [UInt8]("x"), mode: mode)
    }
    for mode: UInt32 in [0o700, 0o755, 0o1777, 0o2775, 0o4755, 0o500] {
      let name = [UInt8]("folder-\(String(mode, radix: 8))")
      try folder.makeFolder(name).makeFile([UInt8]("in-it"), [UInt8]("y"))
      try folder.setMode(name, mode)
    }
    try folder.makeNode([UInt8]("fifo"), mode: S_IFIFO | 0o640)
    try folder.makeNode([UInt8]("socket"), mode: S_IFSOCK | 0o600)
  }

  private func makeAttributes(at path: String) throws {
    let folder = try folder("attributes")
    try folder.makeFile([UInt8]("file"), [UInt8]("with attributes"))
    try folder.setAttribute([UInt8]("file"), "user.text", [UInt8]("value"))
    try folder.setAttribute([UInt8]("file"), "user.empty", [])
    try folder.setAttribute([UInt8]("file"), "user.binary", [0, 1, 0xFF, 0x22, 0x0A])
    try folder.setAttribute([UInt8]("file"), "user.é<&>", [UInt8]("é"))
    try folder.setAttribute([UInt8]("file"), "user.large", seededBytes(4, count: 1500))
    try folder.makeFolder([UInt8]("folder"))
    try folder.setAttribute([UInt8]("folder"), "user.on-a-folder", [UInt8]("value"))
    let setfacl = try Tool.named("setfacl", package: "acl")
    for (name, rule) in [("acl-file", "u:12345:rw-,g:23456:r--,m::rw-"), ("acl-folder", "u:12345:rwx,d:u:12345:r-x")] {
      if name == "acl-file" {
        try folder.makeFile([UInt8](name), [UInt8]("x"))
      } else {
        try folder.makeFolder([UInt8](name))
      }
      let outcome = try setfacl.run(["-m", rule, "\(path)/attributes/\(name)"])
      guard outcome.isSuccess else { throw Tool.Missing(description: "no ACL can be set: \(outcome)") }
    }
  }

  private func makeWhatRootMay() throws {
    let folder = try folder("privileged")
    try folder.makeNode([UInt8]("block"), mode: S_IFBLK | 0o600, device: 7 << 8 | 200)
    try folder.makeNode([UInt8]("character"), mode: S_IFCHR | 0o666, device: 1 << 8 | 3)
    try folder.makeNode([UInt8]("large-number"), mode: S_IFCHR | 0o600, device: 0x1_2300 << 12 | 300 << 8 | 0x45)
    try folder.makeFile([UInt8]("unknown-owner"), [UInt8]("x"))
    try folder.setOwner([UInt8]("unknown-owner"), user: 123_456_789, group: 4_000_000_000)
    try folder.makeFile([UInt8]("setuid-of-another"), [UInt8]("x"))
    try folder.setOwner([UInt8]("setuid-of-another"), user: 65534, group: 1)
    try folder.setMode([UInt8]("setuid-of-another"), 0o6755)
    try folder.makeSymlink([UInt8]("owned-link"), to: [UInt8]("unknown-owner"))
    try folder.setOwner([UInt8]("owned-link"), user: 1000, group: 1001)
    if options.hasWhatOldResticLoses {
      try folder.setAttribute([UInt8]("owned-link"), "trusted.on-a-link", [UInt8]("value"))
    }
    try folder.makeFile([UInt8]("trusted"), [UInt8]("x"))
    try folder.setAttribute([UInt8]("trusted"), "trusted.on-a-file", [0])
    try folder.makeFile([UInt8]("mode-0"), [UInt8]("nobody but root reads this"), mode: 0)
    try folder.makeFolder([UInt8]("folder-mode-0")).makeFile([UInt8]("in-it"), [UInt8]("x"))
    try folder.setMode([UInt8]("folder-mode-0"), 0)
  }

  /// Last, because whatever is made in a folder changes its time.
  private func settleFolderTimes() throws {
    for (number, name) in try top.names().sorted(by: { $0.lexicographicallyPrecedes($1) }).enumerated()
    where try top.status(name).kind == .folder {
      try top.setTime(name, seconds: 1_234_567_890 + number, nanoseconds: 100_000_001 * (number % 9))
    }
  }
}
