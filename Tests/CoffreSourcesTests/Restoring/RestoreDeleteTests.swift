import CoffreTestKit
import Glibc
import Testing

/// `restore --delete`: what goes, what stays.
@Suite("Restores that delete")
struct RestoreDeleteTests {
  private let workshop: Workshop
  /// Where `tree` of the workshop lies in the target.
  private let target: String
  private let restored: String

  init() throws {
    workshop = try Workshop()
    target = "\(workshop.path)/target"
    restored = "\(target)\(workshop.path)/tree"
    try workshop.make(["tree/a", "tree/sub/b", "tree/sub/deep/c", "tree/empty/"])
  }

  private func backUp(_ options: String...) throws {
    let report = try workshop.coffreJSON(["backup", "\(workshop.path)/tree"] + options)
    try #require(report.status == 0, "\(report)")
  }

  @discardableResult
  private func restore(
    _ snapshot: String = "latest", _ options: [String] = ["--delete"], expecting status: Int32 = 0,
    location: SourceLocation = #_sourceLocation
  ) throws -> CoffreReport {
    let report = try workshop.coffreJSON(["restore", snapshot, "--to", target] + options)
    #expect(report.status == status, "\(report)", sourceLocation: location)
    return report
  }

  /// Makes entries below the restored `tree`.
  private func add(_ paths: String...) throws {
    try workshop.make(paths.map { String(restored.dropFirst(workshop.path.count + 1)) + "/" + $0 })
  }

  /// Everything below the restored `tree`.
  private func found() throws -> [String] {
    let outcome = try Tool.named("find", package: "findutils").run([restored, "-mindepth", "1", "-printf", "%P\n"])
    return outcome.output.split(separator: "\n").map(String.init).sorted()
  }

  private static let whole = ["a", "empty", "sub", "sub/b", "sub/deep", "sub/deep/c"]

  @Test func `what the snapshot lacks is gone, what it holds is there, times included`() throws {
    try backUp()
    try restore()
    try add("x", "sub/y", "sub/deep/more/and/more/z", "empty/filled", ".hidden")
    let before = try realStatus("\(workshop.path)/tree/sub")
    let report = try restore()
    #expect(try found() == Self.whole)
    #expect(report.summary?["filesDeleted"]?.int == 8, "\(report)")
    let after = try realStatus("\(restored)/sub")
    #expect(after.seconds == before.seconds && after.nanoseconds == before.nanoseconds)
    #expect(try restore().summary?["filesDeleted"]?.int == 0)
  }

  @Test func `without the option nothing is deleted`() throws {
    try backUp()
    try restore()
    try add("x")
    try restore("latest", [])
    #expect(try found() == (Self.whole + ["x"]).sorted())
  }

  @Test func `folders above what was backed up are left alone`() throws {
    try backUp()
    try restore()
    try writeRealFile("\(target)/beside", "x")
    try writeRealFile("\(target)\(workshop.path)/beside", "x")
    try restore()
    #expect(realEntryExists("\(target)/beside") && realEntryExists("\(target)\(workshop.path)/beside"))
  }

  @Test func `a folder by its own path is cleared at its top`() throws {
    try backUp()
    let place = "\(workshop.path)/place"
    try workshop.make(["place/x", "place/deep/y", "place/a"])
    let report = try workshop.coffreJSON(
      ["restore", "latest:\(workshop.path)/tree/sub", "--to", place, "--delete"])
    #expect(report.status == 0, "\(report)")
    #expect(realNames(in: place) == ["b", "deep"])
    #expect(realNames(in: "\(place)/deep") == ["c"])
  }

  @Test func `a dry run lists all of it and deletes nothing`() throws {
    try backUp()
    try restore()
    try add("x", "more/y")
    let report = try restore("latest", ["--delete", "--dry-run", "--verbose"])
    let deleted = report.lines(of: "item").filter { $0["action"]?.text == "deleted" }.compactMap { $0["path"]?.text }
    #expect(deleted.sorted() == ["\(restored)/more", "\(restored)/more/y", "\(restored)/x"], "\(report)")
    #expect(report.summary?["filesDeleted"]?.int == 3)
    #expect(try found() == (Self.whole + ["more", "more/y", "x"]).sorted())
    try removeRealTree(target)
    #expect(try restore("latest", ["--delete", "--dry-run"]).summary?["filesDeleted"]?.int == 0)
    #expect(!realEntryExists(target))
  }

  @Test(
    arguments: [
      (["--exclude", "*.keep"], ["more.keep", "rest/x.keep", "rest"]),
      (["--include", "*.txt"], ["more.keep", "rest"]),
      (["--include", "/**/tree/sub"], ["more.keep", "more.txt", "rest"]),
      (["--iexclude", "REST"], ["rest", "rest/y"]),
      (["--exclude", "sub"], ["sub/z.txt"]),
    ] as [([String], [String])])
  func `patterns choose what is deleted`(_ example: (options: [String], staying: [String])) throws {
    try backUp()
    try restore()
    try add("more.keep", "more.txt", "rest/x.keep", "rest/y", "sub/z.txt")
    try restore("latest", ["--delete"] + example.options, expecting: example.options[1] == "*.txt" ? 1 : 0)
    let found = try found()
    if example.options[1] == "*.txt" {
      #expect(found.contains("more.txt"), "nothing was restored: nothing is deleted")
    } else {
      for path in example.staying { #expect(found.contains(path), "\(path) of \(found)") }
      let gone = ["more.keep", "more.txt", "rest/y", "sub/z.txt"].filter { !found.contains($0) }
      #expect(!gone.isEmpty, "\(found)")
    }
  }

  @Test func `what patterns left out of the backup stays`() throws {
    try workshop.make(["tree/movie.iso", "tree/sub/other.iso"])
    try backUp("--exclude", "*.iso", "--exclude", "\(workshop.path)/tree/sub/deep")
    try restore()
    try add("movie.iso", "sub/deep/c", "sub/gone", "new/mixed/a.iso", "new/mixed/b")
    try restore()
    #expect(
      try found() == [
        "a", "empty", "movie.iso", "new", "new/mixed", "new/mixed/a.iso", "sub", "sub/b", "sub/deep", "sub/deep/c",
      ])
  }

  @Test func `links are removed, never what they lead to`() throws {
    try backUp()
    try restore()
    try workshop.make(["outside/kept", "outside/deep/kept"])
    try makeRealSymlink("\(restored)/link", to: "\(workshop.path)/outside")
    try add("more/x")
    try makeRealSymlink("\(restored)/more/link", to: "\(workshop.path)/outside/deep")
    try makeRealSymlink("\(restored)/more/loop", to: ".")
    try removeRealTree("\(restored)/sub")
    try makeRealSymlink("\(restored)/sub", to: "\(workshop.path)/outside")
    try restore()
    #expect(try found() == Self.whole)
    #expect(realNames(in: "\(workshop.path)/outside") == ["deep", "kept"])
    #expect(realNames(in: "\(workshop.path)/outside/deep") == ["kept"])
  }

  @Test func `another name of a file outside survives`() throws {
    try backUp()
    try restore()
    try workshop.make(["outside/kept"])
    let outside = try RealFolder("\(workshop.path)/outside")
    let kept = Array("kept".utf8)
    try RealFolder(restored).makeLink(Array("other".utf8), to: kept, in: outside)
    try restore()
    #expect(try found() == Self.whole)
    #expect(try realStatus("\(workshop.path)/outside/kept").links == 1)
  }

  @Test func `entries of another type are replaced, folders with all that is in them`() throws {
    try makeRealSymlink("\(workshop.path)/tree/link", to: "a")
    try backUp()
    try restore()
    for name in ["a", "link"] {
      try removeRealTree("\(restored)/\(name)")
      try add("\(name)/full/of/files")
    }
    try removeRealTree("\(restored)/sub")
    try RealFolder(restored).makeNode(Array("sub".utf8), mode: S_IFIFO | 0o644)
    let careful = try restore("latest", [], expecting: 1)
    #expect(careful.warnings("not-restored").count == 2, "\(careful)")
    #expect(realEntryExists("\(restored)/a/full/of/files"))
    try restore()
    #expect(try found() == (Self.whole + ["link"]).sorted())
    #expect(try realStatus("\(restored)/a").kind == .file)
    #expect(try realStatus("\(restored)/link").kind == .symlink)
  }

  @Test(arguments: ["always", "if-changed", "if-newer", "never"])
  func `deleting goes with every rule of overwriting`(_ rule: String) throws {
    try backUp()
    try restore()
    try add("x")
    try writeRealFile("\(restored)/a", "changed")
    try restore("latest", ["--delete", "--overwrite", rule])
    #expect(try found() == Self.whole)
    let content = try readRealFile("\(restored)/a")
    #expect((content == Array("changed".utf8)) == ["if-newer", "never"].contains(rule))
  }

  @Test func `after a loss nothing is deleted`() throws {
    try backUp()
    try restore()
    try add("x", "sub/y")
    for pack in workshop.packs {
      // Every data pack; trees stay readable because they are looked at first.
      let path = "\(workshop.repository)/data/\(pack.prefix(2))/\(pack)"
      if try readRealFile(path).count < 400 { try writeRealFile(path, [UInt8](repeating: 0, count: 10)) }
    }
    try removeRealTree("\(restored)/a")
    let report = try workshop.coffreJSON(["restore", "latest", "--to", target, "--delete"])
    #expect(report.status == 1, "\(report)")
    #expect(report.warnings("not-cleared") == ["--delete"], "\(report)")
    #expect(realEntryExists("\(restored)/x") && realEntryExists("\(restored)/sub/y"))
  }

  // MARK: Places

  @Test func `the repository, and a target in it, are spared`() throws {
    try workshop.make(["tree/holds/"])
    try backUp()
    try renameReal(workshop.repository, to: "\(workshop.path)/tree/holds/repository")
    let repository = "\(workshop.path)/tree/holds/repository"
    let access = ["-r", repository, "-p", workshop.passwordFile, "--json"]
    func run(_ arguments: [String]) throws -> ProgramOutcome {
      try Tool.coffre().run(arguments + access, workshop.settings())
    }
    try writeRealFile("\(workshop.path)/tree/holds/x", "x")
    let outcome = try run(["restore", "latest", "--to", "/", "--delete", "--include", "\(workshop.path)/tree"])
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.output.contains("\"kept\""), "\(outcome)")
    #expect(realNames(in: "\(workshop.path)/tree/holds") == ["repository"])
    for place in [repository, "\(repository)/data", "\(repository)/new/folder"] {
      let refused = try run(["restore", "latest", "--to", place, "--delete"])
      #expect(refused.status == 1, "\(refused)")
    }
    let check = try run(["repo", "check", "--read-data"])
    #expect(check.status == 0, "\(check)")
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `what is mounted in the target is spared`() throws {
    try backUp()
    try restore()
    let known = try MemoryMount(at: "\(restored)/empty", options: "size=1m")
    try writeRealFile("\(restored)/empty/precious", "x")
    try add("more/")
    let unknown = try MemoryMount(at: "\(restored)/more/disk", options: "size=1m")
    try writeRealFile("\(restored)/more/disk/precious", "x")
    try writeRealFile("\(restored)/more/junk", "x")
    let report = try restore()
    #expect(report.warnings("kept") == ["\(restored)/more/disk"], "\(report)")
    withExtendedLifetime((known, unknown)) {
      #expect(realEntryExists("\(restored)/empty/precious") && realEntryExists("\(restored)/more/disk/precious"))
      #expect(!realEntryExists("\(restored)/more/junk"))
    }
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `folders that are closed to their owner are no obstacle to him`() throws {
    try backUp()
    try makeRealFolder(target)
    try workshop.give(to: "nobody")
    func restoreAsNobody() throws -> CoffreReport {
      try workshop.coffreJSON(["restore", "latest:\(workshop.path)/tree", "--to", target, "--delete"]) {
        $0.user = "nobody"
      }
    }
    let first = try restoreAsNobody()
    #expect(first.status == 0, "\(first)")
    try workshop.make(["target/sub/closed/x", "target/sub/y"])
    try workshop.give(to: "nobody")
    let folder = try RealFolder("\(target)/sub")
    try folder.setMode(Array("closed".utf8), 0o500)
    try RealFolder(target).setMode(Array("sub".utf8), 0o500)
    let second = try restoreAsNobody()
    #expect(second.status == 0, "\(second)")
    #expect(realNames(in: "\(target)/sub") == ["b", "deep"])
    #expect(try realStatus("\(target)/sub").mode == 0o755)
  }

  // MARK: Killed restores

  @Test func `what a killed restore left behind is removed by the next one`() throws {
    try writeRealFile("\(workshop.path)/tree/sub/large", seededBytes(3, count: 60_000_000))
    try backUp()
    let running = try workshop.startCoffre(["restore", "latest", "--to", target])
    let parts = { realNames(in: "\(restored)/sub").filter { $0.hasSuffix(".part") } }
    #expect(running.waitUntil { !parts().isEmpty })
    running.kill(SIGKILL)
    _ = try running.wait()
    try #require(!parts().isEmpty, "it was killed too late to leave something")
    try restore("latest", [])
    #expect(realNames(in: "\(restored)/sub") == ["b", "deep", "large"])
  }
}
