import CoffreTestKit
import Testing

/// What `coffre archive` promises beside the bytes.
@Suite("Archive commands")
struct ArchiveCommandTests {
  private let workshop: Workshop

  init() throws {
    workshop = try Workshop(repositoryVersion: nil)
    try workshop.make(["tree/a", "tree/b/c", "tree/b/left-out.tmp"])
  }

  private func coffre(_ arguments: String...) throws -> ProgramOutcome {
    try workshop.archive(["archive"] + arguments) { $0.directory = workshop.path }
  }

  private func names(in folder: String = "") -> [String] {
    realNames(in: "\(workshop.path)/\(folder)").filter { $0.hasPrefix(".coffre-") || $0.contains("made") }.sorted()
  }

  @Test func `a file that exists stays, unless it is to be replaced`() throws {
    try writeRealFile("\(workshop.path)/made.tar", "something else")
    let refused = try coffre("create", "made.tar", "tree")
    #expect(refused.status == 1 && refused.errors.contains("made.tar"), "\(refused)")
    #expect(try readRealFile("\(workshop.path)/made.tar") == Array("something else".utf8))
    let replaced = try coffre("create", "made.tar", "tree", "--replace")
    #expect(replaced.isSuccess, "\(replaced)")
    #expect(try coffre("list", "made.tar").output.split(separator: "\n").count == 5)
    #expect(names() == ["made.tar"])
  }

  @Test(arguments: ["tar.gz", "7z"])
  func `an archive does not hold itself`(_ format: String) throws {
    for round in 0..<2 {
      let made = try coffre("create", "tree/made.\(format)", "tree", "-q", "--replace")
      #expect(made.isSuccess, "\(made)")
      let listed = try coffre("list", "tree/made.\(format)").output
      #expect(!listed.contains("made") && !listed.contains(".coffre-") && listed.contains("tree/b/c"), "round \(round)")
    }
    #expect(names(in: "tree") == ["made.\(format)"])
  }

  /// 7zz reads no more than 1024 bytes of what a link points to.
  @Test func `a link that 7z cannot hold is named, and the rest is there`() throws {
    let tree = try RealFolder("\(workshop.path)/tree")
    for count in [1024, 1025] {
      try tree.makeSymlink(Array("link-\(count)".utf8), to: [UInt8](repeating: 0x78, count: count))
    }
    let made = try coffre("create", "made.7z", "tree")
    #expect(made.status == 3 && made.errors.contains("tree/link-1025"), "\(made)")
    #expect(made.errors.contains("7z cannot hold a link with so long a target"), "\(made)")
    let listed = try coffre("list", "made.7z").output
    #expect(
      listed.contains("tree/link-1024") && listed.contains("tree/b/c") && !listed.contains("link-1025"), "\(listed)")
    let shelf = try workshop.archive(["backup", "tree", "--to", "shelf", "--format", "7z"]) {
      $0.directory = workshop.path
    }
    #expect(shelf.isSuccess && shelf.errors.contains("long-link-targets"), "\(shelf)")
  }

  @Test func `patterns leave out`() throws {
    let made = try coffre("create", "made.tar", "tree", "--exclude", "*.tmp", "-q")
    #expect(made.isSuccess, "\(made)")
    #expect(try coffre("list", "made.tar").output.split(separator: "\n").count == 4)
    let some = try coffre("extract", "made.tar", "--to", "out", "--include", "tree/b", "-q")
    #expect(some.isSuccess && realNames(in: "\(workshop.path)/out/tree") == ["b"], "\(some)")
  }

  @Test func `the sum it tells is that of the file`() throws {
    let made = try coffre("create", "made.tar.zst", "tree", "--json")
    let sum = try Tool.named("sha256sum", package: "coreutils").run(["\(workshop.path)/made.tar.zst"]).output.prefix(64)
    #expect(made.output.contains("\"sha256\":\"\(sum)\""), "\(made)")
    #expect(made.output.contains("\"verified\":true"))
  }

  /// Words after `archive`, and the exit code that tells what is wrong with them.
  struct Refusal: Sendable, CustomTestStringConvertible {
    let words: String
    let status: Int32
    init(_ words: String, _ status: Int32) {
      self.words = words
      self.status = status
    }
    var testDescription: String { words }
  }

  private static let refusals: [Refusal] = [
    Refusal("create made tree", 2), Refusal("create made.tar nothing-there", 1),
    Refusal("create made.tar tree --encrypt native", 2), Refusal("create made.tar tree -p pw", 2),
    Refusal("create made.tar.age tree --encrypt age --recipient age1wrong", 2),
    Refusal("create made.tar tree --recipient age1wrong", 2), Refusal("create made.gz tree", 2),
    Refusal("create made.tar.gz tree --level 12", 2), Refusal("create tree tree --format tar", 2),
    Refusal("create made.zip tree --encrypt native --no-input", 2), Refusal("test tree/a", 1),
    Refusal("list nothing-there", 1), Refusal("extract tree/a --to out", 1),
    Refusal("create made tree/a --format raw", 2),
    Refusal("create made.raw tree/a --encrypt aes --key-file made.key", 2),
  ]

  @Test(arguments: refusals)
  func `what cannot be done is said, and leaves nothing`(_ example: Refusal) throws {
    try writeRealFile("\(workshop.path)/pw", "secret\n")
    let outcome = try workshop.archive(["archive"] + example.words.split(separator: " ").map(String.init)) {
      $0.directory = workshop.path
    }
    #expect(outcome.status == example.status && outcome.errors.contains("error: "), "\(outcome)")
    #expect(names() == [])
  }

  @Test func `a damaged archive fails its test with a code of its own`() throws {
    #expect(try coffre("create", "made.tar.gz", "tree", "-q").isSuccess)
    var bytes = try readRealFile("\(workshop.path)/made.tar.gz")
    bytes[bytes.count - 7] ^= 1
    try writeRealFile("\(workshop.path)/made.tar.gz", bytes)
    let outcome = try coffre("test", "made.tar.gz")
    #expect(outcome.status == 15 && outcome.errors.contains("checksum"), "\(outcome)")
  }

  /// Content that looks like a compression, an archive, an encryption.
  @Test(arguments: ["gzip -c tree/a >blob", "tar -cf blob tree", "printf '\\205\\001\\014text' >blob"])
  func `raw brings back the bytes of one file, whatever they look like`(_ making: String) throws {
    var settings = ProgramSettings()
    settings.directory = workshop.path
    try #require(try Tool.named("bash", package: "bash").run(["-ec", making], settings).isSuccess)
    let bytes = try readRealFile("\(workshop.path)/blob")
    for (name, options, keys) in [
      ("made.raw", [], []), ("made.raw.aes", ["--encrypt", "aes"], ["--key-file", "key"]),
    ] as [(String, [String], [String])] {
      let made = try workshop.archive(["archive", "create", name, "blob"] + options + keys) {
        $0.directory = workshop.path
      }
      #expect(made.isSuccess && made.output.contains("read back"), "\(made)")
      let back = try workshop.archive(["archive", "extract", name, "--to", "out-\(name)"] + keys) {
        $0.directory = workshop.path
      }
      #expect(back.isSuccess, "\(back)")
      #expect(try readRealFile("\(workshop.path)/out-\(name)/made") == bytes)
    }
  }

  @Test(arguments: ["gz", "zst", "xz"])
  func `an archive may be the one file of a stream, which is told`(_ format: String) throws {
    #expect(try coffre("create", "inner.tar", "tree", "-q").isSuccess)
    let made = try coffre("create", "made.\(format)", "inner.tar", "--format", format)
    #expect(made.isSuccess && made.errors.contains("it holds an archive"), "\(made)")
    let plain = try coffre("create", "made-too.\(format)", "tree/a")
    #expect(plain.isSuccess && !plain.errors.contains("it holds an archive"), "\(plain)")
  }

  @Test func `what a killed run left goes at the next one`() throws {
    try writeRealFile("\(workshop.path)/tree/noise", seededBytes(3, count: 30_000_000))
    let running = try Tool.coffre().start(
      ["archive", "create", "made.7z", "tree", "-q", "--level", "9"], workshop.settings { $0.directory = workshop.path }
    )
    // It may be at any point, or done: nothing of it may stay.
    _ = running.waitUntil { names().contains { $0.hasPrefix(".coffre-") } }
    running.signal(9)
    _ = try running.wait()
    let again = try coffre("create", "made.7z", "tree", "-q", "--replace", "--level", "1")
    #expect(again.isSuccess, "\(again)")
    #expect(names() == ["made.7z"])
  }

  @Test func `a password is in no argument of a child`() throws {
    try writeRealFile("\(workshop.path)/pw", "a-password-nobody-may-see\n")
    try makeRealFolder("\(workshop.path)/bin")
    let real = try Tool.named("7zz", package: "7zip")
    try writeProgram(
      "\(workshop.path)/bin/7zz",
      "#!/bin/sh\nprintf '%s ' \"$@\" >>'\(workshop.path)/seen'; env >>'\(workshop.path)/seen'\nexec \(real.path) \"$@\"\n"
    )
    let path = "\(workshop.path)/bin:\(environmentValue("PATH") ?? "/usr/bin:/bin")"
    let made = try workshop.archive(["archive", "create", "made.7z", "tree", "--encrypt", "native", "-p", "pw", "-q"]) {
      $0.directory = workshop.path
      $0.environment["PATH"] = path
    }
    #expect(made.isSuccess, "\(made)")
    let seen = String(decoding: try readRealFile("\(workshop.path)/seen"), as: UTF8.self)
    #expect(seen.contains("-mhe=on") && !seen.contains("nobody-may-see"))
  }
}
