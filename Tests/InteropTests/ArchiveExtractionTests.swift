import CoffreTestKit
import Testing

/// Coffre dumps folders; GNU tar and Info-ZIP bring them back.
@Suite("dumped folders, extracted by others")
struct ArchiveExtractionTests {
  private func dump(_ workshop: Workshop, _ arguments: String...) throws -> ProgramOutcome {
    try workshop.coffre(["snapshot", "dump"] + arguments) { $0.timeLimit = 300 }
  }

  private func extract(_ archive: String, into folder: String) throws {
    try makeRealFolder(folder)
    let outcome = try Tool.named("tar", package: "tar").run([
      "-xpf", archive, "-C", folder, "--xattrs", "--xattrs-include=*", "--acls", "--numeric-owner",
      "--delay-directory-restore", "--warning=none",
    ])
    #expect(outcome.isSuccess, "\(outcome)")
  }

  @Test func `a tree of odd files comes back through tar`() throws {
    let workshop = try Workshop()
    var options = OddTree.Options()
    options.hasEndlessPaths = false
    try OddTree.build(at: "\(workshop.path)/tree", options)
    // Names that end a pax keyword, or look escaped already.
    let odd = try RealFolder("\(workshop.path)/tree").makeFolder(Array("more".utf8))
    try odd.makeFile(Array("file".utf8), [1])
    try odd.setAttribute(Array("file".utf8), "user.a=b", Array("c=d".utf8))
    try odd.setAttribute(Array("file".utf8), "user.100%25", Array("%3D".utf8))
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)

    let file = try dump(workshop, "latest:/tree", "--target", "\(workshop.path)/out.tar", "-q")
    #expect(file.isSuccess && file.output.isEmpty && file.errors.isEmpty, "\(file)")
    try extract("\(workshop.path)/out.tar", into: "\(workshop.path)/extracted")
    var tolerance = TreeComparison.Tolerance()
    // GNU tar neither writes nor restores those.
    tolerance.attributesOfLinks = true
    // libarchive spells such names with '%', and GNU tar undoes only some of it; Coffre tells so.
    tolerance.attributePrefixes = ["user.é", "user.%C3%A9"]
    try expectEqualTrees("\(workshop.path)/tree", "\(workshop.path)/extracted", tolerance)

    let stream = try dump(workshop, "latest", "/tree")
    #expect(stream.isSuccess, "\(stream.errors)")
    #expect(stream.errors.split(separator: "\n").count == 1 && stream.errors.contains("'/tree/attributes/file'"))
    try writeRealFile("\(workshop.path)/stream.tar", stream.outputBytes)
    try extract("\(workshop.path)/stream.tar", into: "\(workshop.path)/streamed")
    try expectEqualTrees("\(workshop.path)/tree", "\(workshop.path)/streamed/tree", tolerance)
  }

  @Test(arguments: [1, 2])
  func `files, folders and links come back through zip`(_ version: Int) throws {
    let workshop = try Workshop(repositoryVersion: version)
    try workshop.make(["tree/a/b/c", "tree/empty/", "tree/é/日本語 😀", "tree/--", "tree/.hidden", "tree/*?"])
    let tree = try RealFolder("\(workshop.path)/tree")
    try tree.makeFile([0x6E, 0xFF, 0xFE, 0x6F], Array("not UTF-8".utf8))
    try tree.makeFile(Array("text".utf8), [UInt8](repeating: 0x61, count: 5_000_000))
    try tree.makeFile(Array("noise".utf8), seededBytes(5, count: 3_000_001))
    try tree.makeFile(Array("empty file".utf8))
    try tree.makeFile(Array("script".utf8), Array("#!/bin/sh".utf8), mode: 0o755)
    try tree.makeSymlink(Array("link".utf8), to: Array("a/b/c é".utf8))
    let deep = try tree.makeFolder([UInt8](repeating: 0x64, count: 255))
    try deep.makeFile([UInt8](repeating: 0x66, count: 255), [1])
    for name in try tree.names() { try tree.setTime(name, seconds: 1_700_000_001, nanoseconds: 0) }
    for (folder, name) in [("tree/a", "b"), ("tree/a/b", "c"), ("tree/é", "日本語 😀")] {
      try RealFolder("\(workshop.path)/\(folder)").setTime(Array(name.utf8), seconds: 1_500_000_000, nanoseconds: 0)
    }
    try deep.setTime([UInt8](repeating: 0x66, count: 255), seconds: 2_000_000_000, nanoseconds: 0)
    for name in ["a", "é", String(repeating: "d", count: 255)] {
      try tree.setTime(Array(name.utf8), seconds: 1_600_000_001, nanoseconds: 0)
    }
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)

    let zip = "\(workshop.path)/out.zip"
    let outcome = try dump(workshop, "latest:/tree", "--archive", "zip", "-o", zip)
    #expect(outcome.isSuccess && outcome.errors.isEmpty, "\(outcome)")
    let unzip = try Tool.named("unzip", package: "unzip")
    let test = try unzip.run(["-tq", zip])
    #expect(test.isSuccess, "\(test)")
    try makeRealFolder("\(workshop.path)/extracted")
    let extraction = try unzip.run(
      ["-qX", zip, "-d", "\(workshop.path)/extracted"], workshop.settings { $0.environment["LC_ALL"] = "C.UTF-8" })
    #expect(extraction.isSuccess, "\(extraction)")
    // Info-ZIP loses bytes of names that are not UTF-8; in the archive they are whole.
    let name: [UInt8] = [0x6E, 0xFF, 0xFE, 0x6F]
    let bytes = try readRealFile(zip)
    #expect(bytes.indices.dropLast(4).filter { bytes[$0] == 0x6E && Array(bytes[$0..<($0 + 4)]) == name }.count == 2)
    var tolerance = TreeComparison.Tolerance()
    tolerance.paths = [name, [0x6E, 0xFE, 0x6F]]
    // Info-ZIP sets no times of links.
    let names = try RealFolder("\(workshop.path)/extracted")
    try names.setTime(Array("link".utf8), seconds: 1_700_000_001, nanoseconds: 0)
    try expectEqualTrees("\(workshop.path)/tree", "\(workshop.path)/extracted", tolerance)

    let stream = try dump(workshop, "latest", "/tree/a", "-a", "zip")
    try writeRealFile("\(workshop.path)/stream.zip", stream.outputBytes)
    let list = try unzip.run(["-Z1", "\(workshop.path)/stream.zip"])
    #expect(list.output == "tree/a/b/\ntree/a/b/c\n", "\(list)")
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `what zip cannot hold is told once and left out`() throws {
    let workshop = try Workshop()
    var options = OddTree.Options()
    options.hasEndlessPaths = false
    try OddTree.build(at: "\(workshop.path)/tree", options)
    _ = try workshop.coffreBackup(["tree"], in: workshop.path)
    let report = try workshop.coffreJSON(
      ["snapshot", "dump", "latest:/tree", "-a", "zip", "-o", "\(workshop.path)/out.zip"])
    #expect(report.status == 0, "\(report)")
    let told = report.lines(of: "warning").compactMap { $0["message"]?.text }
    for word in ["extended attributes", "hard links", "'fifo'", "'dev'", "'chardev'", "its time"] {
      #expect(told.filter { $0.contains(word) }.count == 1, "\(word): \(told)")
    }
    #expect(told.count == 6)
    // One fifo, one block and two character devices.
    #expect(report.summary?["leftOut"]?.int == 4, "\(report)")
    let test = try Tool.named("unzip", package: "unzip").run(["-tq", "\(workshop.path)/out.zip"])
    #expect(test.isSuccess, "\(test)")
  }

  @Test(.tags(.slow), .enabled(if: runsAllTests))
  func `a file of more than 4 GiB comes back through tar and zip`() throws {
    let workshop = try Workshop()
    try makeRealFolder("\(workshop.path)/tree")
    try RealFolder("\(workshop.path)/tree").makeFile(Array("large".utf8), Array("end".utf8), hole: 5 << 30)
    _ = try workshop.coffre(["backup", "tree"]) {
      $0.directory = workshop.path
      $0.timeLimit = 600
    }
    let coffre = try Tool.coffre().path
    let access = workshop.access.joined(separator: " ")
    let pipe = "\(coffre) snapshot dump latest:/tree \(access) | tar -xO | tail -c 3; exit ${PIPESTATUS[0]}"
    let outcome = try Tool.named("bash", package: "bash").run(["-c", pipe], workshop.settings { $0.timeLimit = 900 })
    #expect(outcome.isSuccess && outcome.output == "end", "\(outcome)")
    let zip = "\(workshop.path)/out.zip"
    let dumped = try workshop.coffre(["snapshot", "dump", "latest:/tree", "-a", "zip", "-o", zip]) {
      $0.timeLimit = 900
    }
    #expect(dumped.isSuccess, "\(dumped)")
    let test = try Tool.named("unzip", package: "unzip").run(["-tq", zip], workshop.settings { $0.timeLimit = 600 })
    #expect(test.isSuccess, "\(test)")
    let list = try Tool.named("unzip", package: "unzip").run(["-Zl", zip])
    #expect(list.output.contains("\((5 << 30) + 3)"), "\(list)")
  }
}
