import CoffreTestKit
import Testing

/// Where the targets of a backup lie in the tree: as restic puts them, whatever the arguments.
@Suite("Targets, beside restic")
struct TargetShapeTests {
  private static let arguments: [[String]] = [
    ["a"], ["a/x"], ["./a"], ["a/"], ["."], ["./"], ["a/."], ["a/../b"], ["a", "b"], ["a/x", "a/sub"], ["a", "a/sub"],
    ["a/sub", "a"], ["a", "a"], [".", "a"], ["../outside"], ["../outside/a", "a"], ["a", "../outside/a"],
    ["../outside/a/x", "a/sub", "b/a"], ["a/sub/deep", "../outside/a/x"], ["a", "../a"],
    ["../a", "a"], ["a/x", "../a/top"], ["../a/top", "../outside/u", "a/y"], ["link"], ["dangling"], ["a/x", "link"],
    ["../desk/a"], [".hidden"], ["fifo"],
    ["a/sub", "../outside"], ["b/r", "../outside/u", "./b/../b/r"],
  ]

  private func makeSources(_ workshop: Workshop) throws {
    try workshop.make([
      "desk/a/x", "desk/a/y", "desk/a/sub/deep/z", "desk/a/sub/w", "desk/b/a/q", "desk/b/r", "desk/.hidden",
      "outside/a/x", "outside/a/v", "outside/u",
      "a/top",
    ])
    try makeRealSymlink("\(workshop.path)/desk/link", to: "a")
    try makeRealSymlink("\(workshop.path)/desk/dangling", to: "nowhere")
    try RealFolder("\(workshop.path)/desk").makeNode(Array("fifo".utf8), mode: 0o010_644)
  }

  @Test(arguments: Tool.restics)
  func `relative ones make restic's tree`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try makeSources(workshop)
    let desk = "\(workshop.path)/desk"
    for arguments in Self.arguments {
      let theirs = try workshop.resticBackup(restic, ["--force"] + arguments, in: desk)
      let ours = try workshop.coffreBackup(["--force"] + arguments, in: desk)
      let list = try workshop.restic(restic, ["ls", try #require(theirs.summary["snapshot_id"]?.text)])
      #expect(
        ours.tree == theirs.tree, "\(arguments): restic makes \(list.output), Coffre \((try? workshop.paths()) ?? [])")
      let snapshots = try workshop.resticSnapshots(restic).suffix(2)
      let paths = snapshots.map { $0["paths"]?.array.compactMap(\.text) ?? [] }
      #expect(paths.first == paths.last, "\(arguments): the snapshot's paths differ")
    }
  }

  @Test(arguments: Tool.restics)
  func `absolute ones lie where restic puts them`(_ restic: ResticProgram) throws {
    let workshop = try Workshop()
    try makeSources(workshop)
    let desk = "\(workshop.path)/desk"
    for arguments in [
      ["\(desk)/a"], ["\(desk)/a/x"], ["\(desk)/a", "\(desk)/b/a"], ["\(desk)//a/../b/"], ["\(desk)/a", "a"],
      ["\(desk)/a", "\(desk)/a/sub"], ["\(desk)/link"],
    ] {
      let theirs = try workshop.resticBackup(restic, ["--force"] + arguments, in: desk)
      let list = try workshop.restic(restic, ["ls", try #require(theirs.summary["snapshot_id"]?.text)])
      _ = try workshop.coffreBackup(["--force"] + arguments, in: desk)
      let lines = list.output.split(separator: "\n").map(String.init).filter { $0.hasPrefix("/") }.sorted()
      #expect(try workshop.paths() == lines, "\(arguments)")
    }
  }
}
