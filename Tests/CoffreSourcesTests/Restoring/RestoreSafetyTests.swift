import CoffreCore
import CoffreTestKit
import Glibc
import Testing

/// Whatever a snapshot says and whatever lies in the target: nothing outside of it is written.
@Suite("Restores that would do harm")
struct RestoreSafetyTests {
  private let workshop: Workshop
  /// A folder beside the target, whose content must stay.
  private let outside: String
  private let target: String

  init() throws {
    workshop = try Workshop()
    outside = "\(workshop.path)/outside"
    target = "\(workshop.path)/target"
    try workshop.make(["outside/kept"])
  }

  /// Stores a snapshot of entries that no file system would give.
  private func store(_ entries: [MemoryEntry]) throws {
    try workshop.openRepository().backUp(MemorySession(entries))
  }

  private func restore(_ options: String...) throws -> CoffreReport {
    try workshop.coffreJSON(["restore", "latest", "--to", target] + options) { $0.timeLimit = 300 }
  }

  private func expectOutsideUntouched(location: SourceLocation = #_sourceLocation) throws {
    #expect(realNames(in: outside) == ["kept"], sourceLocation: location)
    let kept = try readRealFile("\(outside)/kept")
    #expect(kept == Array("outside/kept".utf8), sourceLocation: location)
    let status = try realStatus("\(outside)/kept")
    #expect(status.links == 1 && status.mode == 0o644, sourceLocation: location)
  }

  private static func linked(_ name: String, _ content: String) -> MemoryEntry {
    MemoryEntry.file(name, content).with { entry in
      entry.attributes.inode = 5
      entry.attributes.device = 7
      entry.attributes.links = 3
    }
  }

  // MARK: The snapshot

  @Test(arguments: ["..", ".", "", "../outside/new", "/etc/coffre-test", "a/../../outside/new", "zero\0byte"])
  func `a name that no file may have is refused, the rest is restored`(_ name: String) throws {
    let folder = MemoryEntry.directory(name, [.file("new", "evil"), .file("kept", "evil")])
    try store([
      .file("good", "good"), .file(name, "evil"), .directory("folder", [.file(name, "evil"), .file("also", "x")]),
    ])
    let file = try restore()
    #expect(file.status == 1, "\(file)")
    #expect(try readRealFile("\(target)/good") == Array("good".utf8))
    #expect(realNames(in: target) == ["folder", "good"])
    #expect(realNames(in: "\(target)/folder") == ["also"])
    try expectOutsideUntouched()

    try store([folder, .file("good", "good")])
    let directory = try restore()
    #expect(directory.status == 1, "\(directory)")
    try expectOutsideUntouched()
    #expect(!realEntryExists("/etc/coffre-test"))
    #expect(!realNames(in: workshop.path).contains("new"))
  }

  @Test func `a link is not followed by a folder of the same name`() throws {
    try store([
      .symlink("d", to: outside), .directory("d", [.file("kept", "evil"), .file("new", "evil")]),
      .symlink("e", to: outside), .file("e", "evil"),
    ])
    let report = try restore()
    #expect(report.status == 1, "two entries of one name: \(report)")
    try expectOutsideUntouched()
    #expect(try realStatus("\(target)/d").kind == .folder)
    let restored = try? readRealFile("\(target)/d/kept")
    #expect(restored == nil || restored == Array("evil".utf8))
  }

  @Test func `a hard link is not led outside by a link of the same name`() throws {
    try store([
      Self.linked("a", "content"), .symlink("a", to: "\(outside)/kept"), Self.linked("b", "content"),
      .directory("c", [Self.linked("d", "content")]),
    ])
    let report = try restore()
    #expect(report.status == 1, "\(report)")
    try expectOutsideUntouched()
  }

  @Test func `links that lead outside are restored as links, untouched behind them`() throws {
    try store([
      .symlink("absolute", to: "\(outside)/kept"), .symlink("upwards", to: "../outside"),
      .directory("below", [.symlink("up", to: "../../outside/kept")]),
    ])
    for _ in 0..<2 {
      let report = try restore()
      #expect(report.status == 0, "\(report)")
    }
    #expect(try realStatus("\(target)/absolute").kind == .symlink)
    #expect(try RealFolder(target).linkTarget(Array("upwards".utf8)) == Array("../outside".utf8))
    try expectOutsideUntouched()
  }

  // MARK: What lies in the target

  @Test func `a link in a folder's place is replaced, not followed`() throws {
    try store([.directory("d", [.file("kept", "new"), .directory("e", [.file("f", "x")])])])
    try makeRealFolder(target)
    try makeRealSymlink("\(target)/d", to: outside)
    let report = try restore()
    #expect(report.status == 0, "\(report)")
    #expect(try realStatus("\(target)/d").kind == .folder)
    #expect(try readRealFile("\(target)/d/kept") == Array("new".utf8))
    try expectOutsideUntouched()
  }

  @Test func `a link in a file's place is replaced, not followed`() throws {
    try store([.file("kept", "outside/KEPT"), .file("other", "x")])
    try makeRealFolder(target)
    try makeRealSymlink("\(target)/kept", to: "\(outside)/kept")
    try makeRealSymlink("\(target)/other", to: "\(outside)/new")
    let report = try restore()
    #expect(report.status == 0, "\(report)")
    #expect(try realStatus("\(target)/kept").kind == .file)
    #expect(try readRealFile("\(target)/kept") == Array("outside/KEPT".utf8))
    try expectOutsideUntouched()
  }

  @Test(arguments: ["outside/KEPT", "longer than what is there", "x"])
  func `a file that has another name outside is not written through`(_ content: String) throws {
    try store([.file("kept", content)])
    try makeRealFolder(target)
    try RealFolder(target).makeLink(Array("kept".utf8), to: Array("kept".utf8), in: RealFolder(outside))
    let report = try restore()
    #expect(report.status == 0, "\(report)")
    #expect(try readRealFile("\(target)/kept") == Array(content.utf8))
    try expectOutsideUntouched()
  }

  @Test func `FIFOs and devices in a file's place are not opened`() throws {
    try store([.file("fifo", "x"), .file("device", "x"), .directory("folder", [.file("x", "y")])])
    try makeRealFolder(target)
    try RealFolder(target).makeNode(Array("fifo".utf8), mode: S_IFIFO | 0o644)
    try RealFolder(target).makeNode(Array("folder".utf8), mode: S_IFIFO | 0o644)
    if isRoot { try RealFolder(target).makeNode(Array("device".utf8), mode: S_IFCHR | 0o600, device: 1 << 8 | 5) }
    let report = try restore()
    #expect(report.status == 0, "\(report)")
    for name in ["fifo", "device"] { #expect(try readRealFile("\(target)/\(name)") == [0x78]) }
    #expect(try readRealFile("\(target)/folder/x") == [0x79])
  }

  @Test func `a folder that is not empty is no place for a file, and stays`() throws {
    try store([.file("busy", "x"), .file("empty", "x"), .file("good", "x"), .symlink("link", to: "good")])
    try workshop.make(["target/busy/mine", "target/empty/", "target/link/mine"])
    let report = try restore()
    #expect(report.status == 1, "\(report)")
    #expect(report.warnings("not-restored").count == 2, "\(report)")
    #expect(try readRealFile("\(target)/busy/mine") == Array("target/busy/mine".utf8))
    #expect(try readRealFile("\(target)/link/mine") == Array("target/link/mine".utf8))
    #expect(try readRealFile("\(target)/empty") == [0x78])
    #expect(try readRealFile("\(target)/good") == [0x78])
    #expect(realNames(in: target) == ["busy", "empty", "good", "link"])
  }

  @Test func `other files in the target stay as they are`() throws {
    try store([.directory("d", [.file("new", "x")])])
    try workshop.make(["target/mine", "target/d/mine-too"])
    let before = try realStatus("\(target)/d/mine-too")
    let report = try restore()
    #expect(report.status == 0, "\(report)")
    #expect(realNames(in: "\(target)/d") == ["mine-too", "new"])
    #expect(try realStatus("\(target)/d/mine-too") == before)
  }

  /// Somebody exchanges folders of the target for links, again and again, while it is restored.
  @Test(.timeLimit(.minutes(10)))
  func `a folder that becomes a link meanwhile leads nowhere`() throws {
    let files = (0..<400).map { MemoryEntry.file("file-\($0)", [UInt8](repeating: 0x61, count: 3000)) }
    try store((0..<8).map { MemoryEntry.directory("d\($0)", files) })
    let script = """
      i=0; while [ $i -lt 100000 ]; do for d in 0 1 2 3 4 5 6 7; do
      mv -T \(target)/d$d \(target)/old$d-$i 2>/dev/null && ln -s \(outside) \(target)/d$d
      rm -f \(target)/d$d 2>/dev/null; mv -T \(target)/old$d-$i \(target)/d$d 2>/dev/null
      done; i=$((i+1)); done
      """
    for _ in 0..<3 {
      let attacker = try Tool.named("sh", package: "dash").start(["-c", script])
      _ = try restore()
      attacker.kill(SIGKILL)
      try attacker.wait()
      try expectOutsideUntouched()
      try removeRealTree(target)
    }
  }
}
