import CoffreCore
import CoffreSystem
import CoffreTestKit
import Glibc
import Testing

@testable import CoffreInventory

@Suite("Folders for temporary copies", .timeLimit(.minutes(10)))
struct StagingAreaTests {
  private let folder: TestFolder
  private var root: PathBytes { folder.path("temporary") }

  init() throws { folder = try TestFolder() }

  private func names() throws -> [String] {
    try FileDescriptor.openDirectory(path: root).entryNames().map { displayed($0) }.sorted()
  }

  @Test func `a run has a folder that nobody else may enter, and none once it is closed`() throws {
    let area = try StagingArea(root: root)
    #expect(try names() == [])
    let first = try area.makeFolder("row-1")
    let second = try area.makeFolder("row-2")
    #expect(splitPath(first).folder == splitPath(second).folder)
    for path in [first, splitPath(first).folder] {
      let attributes = try FileDescriptor.attributes(ofPath: path)
      #expect(attributes.kind == .directory && attributes.permissions == 0o700, "\(displayed(path))")
    }
    try writeFileAtomically([1, 2, 3], joined(first, Array("copy".utf8)))
    #expect(area.close() == nil)
    #expect(try names() == [])
    #expect(throws: SourceError.self) { try area.makeFolder("row-3") }
    #expect(try names() == [])
  }

  @Test func `folders of the dead go, those of the living stay`() throws {
    let living = try StagingArea(root: root)
    let path = try living.makeFolder("row-1")
    // Killed before it had a lock, and with one that nobody holds.
    try folder.write("temporary/coffre-run-0000000000000001/row-1/ibdata1", [1])
    try folder.write("temporary/coffre-run-0000000000000002/lock", [])
    try folder.write("temporary/coffre-run-0000000000000002/row-1/deep/er/t.ibd", [1])
    // Somebody else's.
    try folder.write("temporary/other/lock", [])
    try folder.write("outside/kept", [1])
    try FileDescriptor.openDirectory(path: root).makeSymlink(
      to: folder.path("outside"), named: Array("coffre-run-0000000000000003".utf8))
    let area = try StagingArea(root: root)
    let notes = area.removeStale()
    #expect(notes.count == 2 && notes.allSatisfy(\.isGood), "\(notes)")
    #expect(try FileDescriptor.attributes(ofPath: path).kind == .directory)
    #expect(try FileDescriptor.attributes(ofPath: folder.path("outside/kept")).size == 1)
    let own = displayed(splitPath(splitPath(path).folder).name)
    #expect(try names() == ["coffre-run-0000000000000003", own, "other"].sorted())
    #expect(area.removeStale() == [])
    // Its own neither.
    #expect(living.removeStale() == [])
    living.close()
    #expect(try names() == ["coffre-run-0000000000000003", "other"])
  }

  /// The number of a process tells nothing; the lock of one that lives does, whoever it is.
  @Test func `another process that holds the lock counts as long as it lives`() throws {
    try folder.write("temporary/coffre-run-00000000000000aa/lock", [])
    try folder.write("temporary/coffre-run-00000000000000aa/row-1/ibdata1", [1])
    let lock = "\(displayed(root))/coffre-run-00000000000000aa/lock"
    let held = "\(displayed(root))/held"
    let holder = try Tool.named("flock", package: "util-linux").start([
      lock, "sh", "-c", "touch \(held); exec sleep 1000",
    ])
    #expect(holder.waitUntil { realEntryExists(held) })
    let area = try StagingArea(root: root)
    #expect(area.removeStale() == [])
    #expect(realEntryExists(lock))
    holder.kill(SIGKILL)
    _ = try holder.wait()
    // The lock goes with the last process that has the file open.
    #expect(holder.waitUntil { area.removeStale().count == 1 })
    #expect(!realEntryExists(lock))
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `what another user left is not ours`() throws {
    try folder.write("temporary/coffre-run-00000000000000bb/lock", [])
    let path = folder.path("temporary/coffre-run-00000000000000bb")
    try FileDescriptor.openDirectory(path: path).setOwner(user: 65_534, group: 65_534)
    #expect(try StagingArea(root: root).removeStale() == [])
    #expect(try names() == ["coffre-run-00000000000000bb"])
  }

  /// A folder that is made and not locked yet looks like one of the dead.
  @Test func `runs that begin while others clean up lose nothing`() throws {
    let root = root
    let lost = Monitor<[String]>([])
    try makeDirectories(root)
    try runThreads(count: 4, named: "staging") { number in
      for round in 0..<100 {
        do {
          let area = try StagingArea(root: root)
          guard number > 1 else {
            _ = area.removeStale()
            continue
          }
          let path = try area.makeFolder("row-1")
          try writeFileAtomically([1], joined(path, Array("copy".utf8)))
          _ = area.removeStale()
          _ = try readFile(joined(path, Array("copy".utf8)), limit: 1)
          area.close()
        } catch {
          lost.withLock { $0.append("\(number) \(round): \(error)") }
        }
      }
    }
    #expect(lost.withLock { $0 } == [])
    // Two that clean up at once may leave one to each other.
    _ = try StagingArea(root: root).removeStale()
    #expect(try names() == [])
  }

  /// A folder that the process of this test and its child know without being told.
  private static func killed(_ process: Int32) -> PathBytes { Array("/tmp/coffre-test-killed-\(process)".utf8) }

  @Test func `a run that is killed while it copies leaves what the next one removes`() async throws {
    let root = Self.killed(getpid())
    defer { try? removeTree(root) }
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let root = StagingAreaTests.killed(getppid())
      let source = joined(root, Array("data".utf8))
      try makeDirectories(source)
      try writeFileAtomically([UInt8](repeating: 7, count: 3 << 20), joined(source, Array("file".utf8)))
      let area = try StagingArea(root: root)
      let plan = RowPlan(
        type: .file, source: joined(source, Array("file".utf8)), sourceMount: nil, destination: root,
        destinationMount: nil, format: "7z", retention: RetentionPolicy())
      _ = try RowStaging(area: area, account: nil, cancellation: Cancellation())
        .privateCopy(of: plan, row: 1) { _ in _ = kill(getpid(), SIGKILL) }
    }
    let left = try FileDescriptor.openDirectory(path: root).entryNames().filter { $0 != Array("data".utf8) }
    try #require(left.count == 1)
    let rows = try FileDescriptor.openDirectory(path: joined(root, left[0])).entryNames().map { displayed($0) }
    #expect(rows.contains { $0.hasPrefix("row-1") }, "\(rows)")
    #expect(try StagingArea(root: root).removeStale().count == 1)
    #expect(try FileDescriptor.openDirectory(path: root).entryNames() == [Array("data".utf8)])
  }

  @Test func `a place that cannot be used`() throws {
    try folder.write("file", [1])
    let error = #expect(throws: SourceError.self) { try StagingArea(root: folder.path("file")) }
    #expect(error.map { "\($0.explanation)" }?.contains("--temp-dir") == true)
  }
}
