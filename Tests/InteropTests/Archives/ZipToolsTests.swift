import CoffreTestKit
import Testing

/// Zips by several threads, looked at by every reader at hand.
@Suite("Zips and other tools", .timeLimit(.minutes(10)))
struct ZipToolsTests {
  private static let names: [[UInt8]] = [
    Array("plain".utf8), Array("é 日本語 😀".utf8), Array("--".utf8), Array("a space ".utf8), Array("back\\slash".utf8),
    Array("line\nfeed".utf8), [0x62, 0x79, 0x74, 0x65, 0xFF, 0xC3], [UInt8](repeating: 0x6E, count: 255),
  ]

  private func makeTree(in workshop: Workshop) throws {
    try workshop.make(["tree/a/b/c", "tree/empty/"])
    let tree = try RealFolder("\(workshop.path)/tree")
    for (number, name) in Self.names.enumerated() {
      try tree.makeFile(name, seededBytes(UInt64(number), count: 1 << (2 * number)))
    }
    try tree.makeFile(Array("text".utf8), [UInt8](repeating: 0x61, count: 5_000_000))
    try tree.makeFile(Array("noise".utf8), seededBytes(5, count: 3_000_001))
    try tree.makeFile(
      Array("both".utf8), [UInt8](repeating: 0x62, count: 700_000) + seededBytes(6, count: 700_000), mode: 0o755)
    try tree.makeFile(Array("nothing".utf8))
    try tree.makeSymlink(Array("link".utf8), to: Array("a/b/c".utf8))
    try tree.makeSymlink(Array("dangling".utf8), to: Array("../nowhere é".utf8))
  }

  @Test(arguments: [[], ["--level", "0"], ["--level", "9"], ["--threads", "1"]])
  func `unzip, 7zz and Python find every checksum right`(_ options: [String]) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    try makeTree(in: workshop)
    let made = try workshop.archive(["archive", "create", "made.zip", "tree", "-q"] + options) {
      $0.directory = workshop.path
    }
    #expect(made.isSuccess, "\(made)")
    let python = """
      import os, time, zipfile
      z = zipfile.ZipFile("made.zip")
      assert z.testzip() is None
      assert len(z.namelist()) == \(Self.names.count + 11), z.namelist()
      for name in ["text", "noise", "both", "nothing", "a/b/c", "plain", "é 日本語 😀"]:
          assert z.read("tree/" + name) == open("tree/" + name, "rb").read(), name
      assert z.read("tree/link") == b"a/b/c"
      wall = time.localtime(os.stat("tree/plain").st_mtime)
      assert z.getinfo("tree/plain").date_time == (*wall[:5], wall[5] // 2 * 2), z.getinfo("tree/plain")
      """
    var settings = ProgramSettings()
    settings.directory = workshop.path
    settings.environment = ["LC_ALL": "C.UTF-8"]
    let extracted = try workshop.archive(["archive", "extract", "made.zip", "--to", "out", "-q"]) {
      $0.directory = workshop.path
    }
    #expect(extracted.isSuccess, "\(extracted)")
    for (tool, package, arguments) in [
      ("unzip", "unzip", ["-tqq", "made.zip"]), ("7zz", "7zip", ["t", "-bso0", "-bsp0", "made.zip"]),
      ("python3", "python3", ["-c", python]), ("diff", "diffutils", ["-r", "--no-dereference", "tree", "out/tree"]),
    ] {
      let outcome = try Tool.named(tool, package: package).run(arguments, settings)
      #expect(outcome.isSuccess, "\(tool): \(outcome)")
    }
  }
}
