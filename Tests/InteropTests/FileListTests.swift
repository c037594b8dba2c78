import CoffreTestKit
import Testing

/// Lists of sources, and the options that choose among them, make restic's trees.
@Suite("Lists of sources, beside restic")
struct FileListTests {
  private static let lists: [(option: String, content: String)] = [
    ("--files-from", "# x\n  a* \n\n*/b\n[ef]?\nnothing*\n\\*\nd/\n"), ("--files-from-verbatim", "*\n a\n\nd/b\r\n"),
    ("--files-from-raw", "d/b\0a\nb\0*\0"), ("--files-from", ".*\nd/../e1\n./a1\n"),
  ]

  @Test(arguments: Tool.restics)
  func `make the same trees`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try workshop.make([
      "tree/a1", "tree/a2/x", "tree/a2/b", "tree/d/b", "tree/d/c", "tree/e1", "tree/f2/y", "tree/*", "tree/ a",
      "tree/a\nb", "tree/.hidden",
    ])
    for (option, content) in Self.lists {
      try writeRealFile("\(workshop.path)/list", content)
      let arguments = ["--force", option, "\(workshop.path)/list", "d/c"]
      let theirs = try workshop.resticBackup(restic, arguments, in: "\(workshop.path)/tree")
      let ours = try workshop.coffreBackup(arguments, in: "\(workshop.path)/tree")
      #expect(ours.tree == theirs.tree, "\(option) \(content): \((try? workshop.paths()) ?? [])")
    }
  }

  @Test(arguments: Tool.restics)
  func `markers with a header and files of patterns make the same trees`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try workshop.make(["tree/a/x", "tree/b/x", "tree/b/y", "tree/c/x", "tree/home/x", "tree/$X"])
    for (folder, content) in [("a", "stop: x"), ("b", "stop"), ("c", "go")] {
      try writeRealFile("\(workshop.path)/tree/\(folder)/tag", content)
    }
    try writeRealFile("\(workshop.path)/list", "# x\n${NOT_SET}\n $FOLDER \n$$X\n$NOT_SET/x$\n")
    for options in [
      ["--exclude-if-present", "tag:stop:"], ["--exclude-if-present", "tag"],
      ["--exclude-if-present", "tag", "--exclude-if-present", "x:tree"], ["--exclude-file", "\(workshop.path)/list"],
      ["--iexclude-file", "\(workshop.path)/list"],
    ] {
      let folder = "\(workshop.path)/tree"
      let outcome = try workshop.restic(restic, ["backup", "--force", "."] + options) { settings in
        settings.directory = folder
        settings.environment["FOLDER"] = "HOME"
      }
      try #require(outcome.isSuccess, "\(outcome)")
      let theirs = try workshop.resticSnapshots(restic).last?["tree"]?.text
      let ours = try workshop.coffreJSON(["backup", "--force", "."] + options) { settings in
        settings.directory = folder
        settings.environment["FOLDER"] = "HOME"
      }
      #expect(ours.tree == theirs, "\(options): \((try? workshop.paths()) ?? []) \(ours)")
    }
  }
}
