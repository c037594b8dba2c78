import CoffreTestKit
import Testing

/// Archives that Coffre makes, opened by the tools of their formats; and theirs, opened by Coffre.
@Suite("Archives and other tools")
struct ArchiveToolsTests {
  /// What brings an archive to the folder `out`, and what makes one of the folder `tree`.
  struct Format: Sendable, CustomTestStringConvertible {
    let name: String
    let unpack: String
    let pack: String
    /// Every kind of entry, owners, times to the nanosecond, attributes.
    var holdsEverything = true
    var testDescription: String { name }
  }

  private static let tar = "tar --xattrs --xattrs-include='*' --acls --numeric-owner --delay-directory-restore"

  static let formats = [
    Format(
      name: "tar", unpack: "\(tar) -xpf $archive -C out --warning=none", pack: "\(tar) -cf $archive --format=pax tree"),
    Format(
      name: "tar.gz", unpack: "gzip -dc < $archive > plain; \(tar) -xpf plain -C out --warning=none",
      pack: "\(tar) -czf $archive --format=pax tree"),
    Format(
      name: "tar.zst", unpack: "zstd -dqc $archive > plain; \(tar) -xpf plain -C out --warning=none",
      pack: "\(tar) -cf - --format=pax tree | zstd -qc > $archive"),
    Format(
      name: "tar.xz", unpack: "xz -dc < $archive > plain; \(tar) -xpf plain -C out --warning=none",
      pack: "\(tar) -cJf $archive --format=pax tree"),
    Format(
      name: "zip", unpack: "unzip -q $archive -d out", pack: "zip -q -y -r $archive tree", holdsEverything: false),
    Format(
      name: "7z", unpack: "7zz x -bso0 -bsp0 -snld -oout $archive", pack: "7zz a -bso0 -bsp0 -snl $archive tree",
      holdsEverything: false),
  ]

  /// Shell commands in a folder of their own, with `$archive` for the archive.
  private func shell(_ script: String, in folder: String, _ archive: String) throws {
    for (tool, package) in [
      ("7zz", "7zip"), ("zip", "zip"), ("unzip", "unzip"), ("zstd", "zstd"), ("xz", "xz-utils"), ("age", "age"),
      ("lz4", "lz4"),
      ("bzip2", "bzip2"),
    ] {
      _ = try Tool.named(tool, package: package)
    }
    var settings = ProgramSettings()
    settings.directory = folder
    settings.environment = ["archive": archive, "LC_ALL": "C.UTF-8"]
    let outcome = try Tool.named("bash", package: "bash").run(["-o", "pipefail", "-ec", script], settings)
    #expect(outcome.isSuccess, "\(outcome)")
  }

  /// A tree of what the format holds.
  private func makeTree(in workshop: Workshop, _ format: Format) throws {
    if format.holdsEverything {
      var options = OddTree.Options()
      options.hasEndlessPaths = false
      return try OddTree.build(at: "\(workshop.path)/tree", options)
    }
    try workshop.make(["tree/a/b/c", "tree/empty/", "tree/é/日本語 😀", "tree/--", "tree/.hidden"])
    let tree = try RealFolder("\(workshop.path)/tree")
    try tree.makeFile(Array("text".utf8), [UInt8](repeating: 0x61, count: 5_000_000))
    try tree.makeFile(Array("noise".utf8), seededBytes(5, count: 3_000_001))
    try tree.makeFile(Array("empty file".utf8))
    try tree.makeFile(Array("script".utf8), Array("#!/bin/sh".utf8), mode: 0o755)
    try tree.makeSymlink(Array("link".utf8), to: Array("a/b/c".utf8))
    for name in ["text", "noise", "empty file", "script", "link", "a", "empty", "--", ".hidden", "é"] {
      try tree.setTime(Array(name.utf8), seconds: 1_600_000_000, nanoseconds: 0)
    }
    for (folder, name) in [("a", "b"), ("a/b", "c"), ("é", "日本語 😀")] {
      try RealFolder("\(workshop.path)/tree/\(folder)").setTime(
        Array(name.utf8), seconds: 1_600_000_000, nanoseconds: 0)
    }
    for folder in ["a", "é"] {
      try tree.setTime(Array(folder.utf8), seconds: 1_600_000_000, nanoseconds: 0)
    }
  }

  private func tolerance(_ format: Format) -> TreeComparison.Tolerance {
    var tolerance = TreeComparison.Tolerance()
    // Neither GNU tar nor libarchive has attributes of links.
    tolerance.attributesOfLinks = true
    tolerance.attributePrefixes = ["user.é", "user.%C3%A9"]
    tolerance.owners = !format.holdsEverything
    return tolerance
  }

  @Test(arguments: formats)
  func `its own tool opens what Coffre writes`(_ format: Format) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    try makeTree(in: workshop, format)
    let archive = "\(workshop.path)/made.\(format.name)"
    let made = try workshop.archive(["archive", "create", archive, "tree", "-q"]) { $0.directory = workshop.path }
    #expect(made.isSuccess, "\(made)")
    try makeRealFolder("\(workshop.path)/out")
    try shell(format.unpack, in: workshop.path, archive)
    let differences = try TreeComparison.differences(
      between: "\(workshop.path)/tree", and: "\(workshop.path)/out/tree", tolerating: tolerance(format))
    // unzip gives links the time at which it makes them.
    #expect(differences.filter { format.name != "zip" || !$0.hasPrefix("link: time") } == [])
  }

  @Test(arguments: formats)
  func `Coffre opens what its own tool writes`(_ format: Format) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    try makeTree(in: workshop, format)
    // No end that tells: found by content.
    let archive = "\(workshop.path)/made"
    try shell(format.pack.replacing("$archive", with: "made.\(format.name)"), in: workshop.path, archive)
    try renameReal("\(workshop.path)/made.\(format.name)", to: archive)
    let test = try workshop.archive(["archive", "test", archive, "--json", "-q"])
    #expect(test.isSuccess && test.output.contains("\"format\":\"\(format.name)\""), "\(test)")
    let extracted = try workshop.archive(["archive", "extract", archive, "--to", "\(workshop.path)/out", "-q"])
    #expect(extracted.isSuccess, "\(extracted)")
    try expectEqualTrees("\(workshop.path)/tree", "\(workshop.path)/out/tree", tolerance(format))
  }

  @Test(arguments: formats)
  func `Coffre opens what Coffre writes`(_ format: Format) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    try makeTree(in: workshop, format)
    let archive = "\(workshop.path)/made.\(format.name)"
    let made = try workshop.archive(["archive", "create", archive, "tree", "-q"]) { $0.directory = workshop.path }
    #expect(made.isSuccess, "\(made)")
    let extracted = try workshop.archive(["archive", "extract", archive, "--to", "\(workshop.path)/out", "-q"])
    #expect(extracted.isSuccess, "\(extracted)")
    try expectEqualTrees("\(workshop.path)/tree", "\(workshop.path)/out/tree", tolerance(format))
  }

  @Test(arguments: [("gz", "gzip -dc"), ("zst", "zstd -dqc"), ("xz", "xz -dc")])
  func `a single file is opened by its tool`(_ example: (name: String, command: String)) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    let content = seededBytes(5, count: 700_001) + [UInt8](repeating: 0x61, count: 900_000)
    try writeRealFile("\(workshop.path)/data", content)
    let archive = "\(workshop.path)/data.\(example.name)"
    let made = try workshop.archive(["archive", "create", archive, "\(workshop.path)/data", "-q"])
    #expect(made.isSuccess, "\(made)")
    try shell("\(example.command) < $archive > again", in: workshop.path, archive)
    #expect(try readRealFile("\(workshop.path)/again") == content)
  }

  @Test(
    arguments: [
      "bzip2 -c data > $archive", "gzip -c data > $archive; gzip -c more >> $archive",
      "zstd -qc data > $archive; zstd -qc more >> $archive", "xz -c data > $archive; xz -c more >> $archive",
    ])
  func `Coffre opens single files of other tools, several streams in one too`(_ script: String) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    let content = seededBytes(6, count: 100_000)
    try writeRealFile("\(workshop.path)/data", content)
    try writeRealFile("\(workshop.path)/more", "and more")
    let archive = "\(workshop.path)/stream"
    try shell(script, in: workshop.path, archive)
    let extracted = try workshop.archive(["archive", "extract", archive, "--to", "\(workshop.path)/out", "-q"])
    #expect(extracted.isSuccess, "\(extracted)")
    let wanted = content + (script.contains("more") ? Array("and more".utf8) : [])
    #expect(try readRealFile("\(workshop.path)/out/stream") == wanted)
  }

  @Test(arguments: [("lz4", "lz4 -qc"), ("lzma", "xz --format=lzma -c"), ("bz2", "bzip2 -c")])
  func `Coffre opens what other compressions hold, a file or a tar`(_ example: (name: String, command: String)) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    let content = seededBytes(6, count: 300_000) + [UInt8](repeating: 0x61, count: 5_000_000)
    try makeRealFolder("\(workshop.path)/tree")
    try writeRealFile("\(workshop.path)/tree/data", content)
    try shell(
      "\(example.command) < tree/data > alone; tar -cf - tree | \(example.command) > packed", in: workshop.path, "alone"
    )
    for (file, format, found) in [("alone", example.name, "alone"), ("packed", "tar.\(example.name)", "tree/data")] {
      let path = "\(workshop.path)/\(file)"
      let test = try workshop.archive(["archive", "test", path, "--json", "-q"])
      #expect(test.isSuccess && test.output.contains("\"format\":\"\(format)\""), "\(test)")
      let extracted = try workshop.archive(["archive", "extract", path, "--to", "\(path)-out", "-q"])
      #expect(extracted.isSuccess, "\(extracted)")
      #expect(try readRealFile("\(path)-out/\(found)") == content)
      // Cut short it is never taken for whole.
      let bytes = try readRealFile(path)
      try writeRealFile("\(path)-cut", Array(bytes.prefix(bytes.count / 2)))
      let cut = try workshop.archive(["archive", "extract", "\(path)-cut", "--to", "\(path)-cut-out", "-q"])
      #expect(cut.status == 1, "\(cut)")
      #expect(!realEntryExists("\(path)-cut-out/\(file)-cut") && !realEntryExists("\(path)-cut-out/tree/data"))
    }
  }

  @Test(arguments: ["-ms=on", "-ms=off", "-m0=BZip2", "-m0=PPMd", "-m0=Copy", "-mx=9 -mmt=4"])
  func `Coffre opens other kinds of 7z`(_ options: String) throws {
    let workshop = try Workshop(repositoryVersion: nil)
    let format = try #require(Self.formats.last)
    try makeTree(in: workshop, format)
    let archive = "\(workshop.path)/made.7z"
    try shell("7zz a -bso0 -bsp0 -snl \(options) $archive tree", in: workshop.path, archive)
    let extracted = try workshop.archive(["archive", "extract", archive, "--to", "\(workshop.path)/out", "-q"])
    #expect(extracted.isSuccess, "\(extracted)")
    try expectEqualTrees("\(workshop.path)/tree", "\(workshop.path)/out/tree", tolerance(format))
  }
}
