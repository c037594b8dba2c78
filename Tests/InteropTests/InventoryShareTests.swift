import CoffreTestKit
import Glibc
import Testing

/// A share that dies while a row is read from it: a file system in user space whose program is killed.
@Suite(
  "Shares that vanish under a reader", .enabled(if: Fuse.isPermitted, "\(Fuse.obstacle ?? "")"),
  .timeLimit(.minutes(20)))
struct InventoryShareTests {
  private let workshop: Workshop
  private var share: String { "\(workshop.path)/share" }
  private var archives: String { "\(workshop.path)/archives" }

  init() throws {
    workshop = try Workshop()
    try workshop.make(["files/folder/"])
    for number in 1...12 {
      try writeRealFile("\(workshop.path)/files/folder/\(number)", seededBytes(UInt64(number), count: 8 << 20))
    }
    try writeRealFile("\(workshop.path)/files/single.bin", seededBytes(99, count: 48 << 20))
    try workshop.make(["here/a.txt"])
    try workshop.coffre(["backup", "\(workshop.path)/files"])
  }

  private func mount() throws -> MountedFolder {
    try MountedFolder(at: share) { try workshop.startCoffre(["mount", $0]) }
  }

  /// What the killed program leaves is in the way of the next.
  private func unmount() throws {
    let outcome = try Tool.named("umount", package: "mount").run(["-l", share])
    try #require(outcome.isSuccess, "\(outcome)")
  }

  private func start(_ type: String, _ name: String, retries: Int) throws -> RunningProgram {
    let list = "\(workshop.path)/list.csv", mapping = "\(workshop.path)/mapping.yaml"
    try writeRealFile(
      list,
      "id;type;path_source;nom_fichier;ext_fichier;destination;format\n"
        + "1;\(type);\\\\serveur\\partage\\snapshots\\latest\(workshop.path.replacing("/", with: "\\"))\\files\(name);dead;7z\n"
        + "2;Repertoire;\(workshop.path)/here;;;alive;zip\n")
    try writeRealFile(mapping, "mounts:\n  '\\\\serveur\\partage': \(share)\n")
    return try Tool.coffre().start(
      [
        "inventory", "run", "--from", list, "--to", archives, "--mapping", mapping, "--temp-dir",
        "\(workshop.path)/temp", "--retries", "\(retries)", "--retry-pause", "500ms", "--jobs", "2", "--json",
      ], workshop.settings())
  }

  /// Waits until the row is being read: some of it has come through the share.
  private func waitUntilRead(_ run: RunningProgram, _ mounted: MountedFolder, beyond bytes: Int) throws {
    func read() -> Int {
      let text = String(
        decoding: (try? readRealFile("/proc/\(mounted.program.processID)/io")) ?? [], as: UTF8.self)
      let line = text.split(separator: "\n").first { $0.hasPrefix("wchar: ") }
      return line.flatMap { Int($0.dropFirst("wchar: ".count)) } ?? 0
    }
    let before = read()
    #expect(run.waitUntil { run.hasEnded || read() - before > bytes })
    guard run.hasEnded else { return }
    let report = CoffreReport(try run.wait())
    Issue.record("the run was over before the share could die: \(report)")
  }

  @Test(arguments: [("Repertoire", "\\folder;;"), ("fichier", ";single;bin")])
  func `a row whose share dies fails alone, and leaves nothing that looks good`(
    _ example: (type: String, name: String)
  ) throws {
    let mounted = try mount()
    let run = try start(example.type, example.name, retries: 1)
    try waitUntilRead(run, mounted, beyond: 10 << 20)
    _ = try mounted.end(SIGKILL)
    let report = CoffreReport(try run.wait())
    try unmount()
    #expect(report.status == 3, "\(report)")
    let rows = report.lines(of: "row")
    let dead = try #require(rows.first { $0["number"]?.int == 1 }, "\(report)")
    #expect(dead["state"]?.text == "failed" && dead["attempts"]?.int == 2, "\(report)")
    #expect(rows.first { $0["number"]?.int == 2 }?["state"]?.text == "done", "\(report)")
    #expect(realNames(in: "\(archives)/dead").filter { $0.hasSuffix(".7z") } == [])
    #expect(realNames(in: "\(workshop.path)/temp").filter { $0.hasPrefix("coffre-run") } == [])
  }

  @Test(arguments: ["before it is missed", "some time later"])
  func `a share that comes back is read from the begin`(_ moment: String) throws {
    let mounted = try mount()
    let run = try start("Repertoire", "\\folder;;", retries: 100)
    try waitUntilRead(run, mounted, beyond: 10 << 20)
    if moment == "before it is missed" { run.signal(SIGSTOP) }
    _ = try mounted.end(SIGKILL)
    try unmount()
    let again = try mount()
    run.signal(SIGCONT)
    let report = CoffreReport(try run.wait())
    _ = try again.end()
    #expect(report.status == 0, "\(report)")
    let row = try #require(report.lines(of: "row").first { $0["number"]?.int == 1 }, "\(report)")
    #expect(row["state"]?.text == "done" && (row["attempts"]?.int ?? 0) > 1, "\(report)")
    let archive = try #require(row["archive"]?.text)
    let out = "\(workshop.path)/out"
    let outcome = try Tool.named("7zz", package: "7zip").run(["x", "-y", "-o\(out)", archive])
    try #require(outcome.isSuccess, "\(outcome)")
    let compared = try Tool.named("diff", package: "diffutils").run(
      ["-r", "\(workshop.path)/files/folder", "\(out)/folder"])
    #expect(compared.isSuccess, "\(compared)")
  }
}
