import CoffreCore
import CoffreRepository
import CoffreSystem
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreEngine

@Suite("Restoring to what pulls")
struct DatabaseRestoreJobTests {
  /// Takes one file and remembers what it was given.
  private final class Target: PullingRestore {
    struct Seen: Sendable {
      var content: [UInt8] = []
      var closings = 0
    }

    private let file: String
    private let failure: SourceError?
    private let state = Mutex(Seen())

    /// Cancelled when all is read.
    private let cancellation: Cancellation?

    init(file: String, failure: SourceError? = nil, cancelling cancellation: Cancellation? = nil) {
      self.file = file
      self.failure = failure
      self.cancellation = cancellation
    }

    var seen: Seen { state.withLock { $0 } }

    func run(_ contents: any SnapshotContents, progress: @escaping @Sendable (Int64) -> Void) throws(SourceError)
      -> [SourceNote]
    {
      let reader = try contents.read(Array(file.utf8))
      var buffer = [UInt8](repeating: 0, count: 7)
      while true {
        var span = buffer.mutableSpan
        let count = try reader.read(into: &span)
        if count == 0 { break }
        let piece = Array(buffer[..<count])
        state.withLock { $0.content += piece }
        progress(Int64(count))
      }
      cancellation?.cancel(.interrupted)
      if let failure { throw failure }
      return [
        SourceNote(subject: "table orders", message: "its owner is missing"),
        SourceNote(subject: "database shop", message: "it was restored", isGood: true),
      ]
    }

    func close() { state.withLock { $0.closings += 1 } }
  }

  private let store = MemoryStore()
  private let events = EventLog()

  init() throws {
    let database = StoredDatabase([StoredDatabase.Table("orders", rows: ["1\ta", "2\tb"])])
    try Repository.forTest(in: store).backUp(database.session, time: 1_700_000_100)
    try Repository.opened(store).backUp([.file("newer", "x")], time: 1_700_000_200)
  }

  private func perform(_ target: Target, takesEverything: Bool = false, snapshot: String = "latest") throws -> (
    job: DatabaseRestoreJob, result: JobResult
  ) {
    var options = DatabaseRestoreJob.Options(
      snapshot: snapshot, folders: ReservedFolders(kinds: ["@postgresql"], marker: "manifest.json"))
    options.takesEverything = takesEverything
    let job = DatabaseRestoreJob(.ofTests(store), target: "postgresql://db/shop", options: options) { [events] _ in
      // What is chosen is told before anything is written.
      let isTold = events.notes.contains { $0.hasPrefix("restoring snapshot ") && $0.contains("/@postgresql/") }
      #expect(isTold)
      return target
    }
    return (job, try job.perform(JobContext(events: events, cancellation: Cancellation())))
  }

  @Test func `the target pulls verified files from the server's folder`() throws {
    let target = Target(file: "shop/data/public/orders.copy")
    let (job, result) = try perform(target, takesEverything: true)
    #expect(displayed(target.seen.content) == "1\ta\n2\tb\n" && target.seen.closings == 1)
    #expect(result.exitCode == .done)
    #expect(result.facts.contains(JobFact("bytes", .bytes(8))))
    #expect(result.facts.contains(JobFact("folder", .text("/@postgresql/db.example.org-5432"))))
    #expect(events.has("target-note", "table orders") && !events.has("target-note", "database shop"))
    #expect(job.report.map(\.subject) == ["database shop"])
    #expect(result.facts.contains(JobFact("report", .list(["database shop: it was restored"]))))
    #expect(result.facts.contains(JobFact("notes", .count(1))))
    let progress = try #require(job.progress(elapsed: .seconds(1)))
    #expect(progress.bytesDone == 8 && (progress.bytesTotal ?? 0) > 8)
  }

  @Test func `a target that fails is closed, and its error is the job's`() throws {
    let failure = SourceError(.exists, "restore", Array("shop".utf8), because: "it exists")
    let target = Target(file: "shop/data/public/orders.copy", failure: failure)
    #expect(throws: failure) { _ = try perform(target) }
    #expect(target.seen.closings == 1)
  }

  @Test func `what a cancelled run could not undo is named all the same`() throws {
    let left = SourceError(.failed, "load", Array("shop".utf8), because: "left behind: shop_coffre_1")
    let cancellation = Cancellation()
    let target = Target(file: "shop/data/public/orders.copy", failure: left, cancelling: cancellation)
    let options = DatabaseRestoreJob.Options(
      snapshot: "latest", folders: ReservedFolders(kinds: ["@postgresql"], marker: "manifest.json"))
    let job = DatabaseRestoreJob(.ofTests(store), target: "postgresql://db/shop", options: options) { _ in
      target
    }
    #expect(throws: left) { _ = try job.perform(JobContext(events: events, cancellation: cancellation)) }
    #expect(events.has("not-undone", "shop"))
    #expect(!job.goesOn)
  }

  @Test func `of a file, too`() throws {
    let left = SourceError(.failed, "bring back", Array("shop.sql".utf8), because: "left behind: shop_coffre_1")
    let cancellation = Cancellation()
    let job = FileRestoreJob("shop.sql", target: "postgresql://db/shop") { _ in
      FileRestoreJob.Work(size: nil) { _ in
        cancellation.cancel(.interrupted)
        throw left
      }
    }
    #expect(throws: left) { _ = try job.perform(JobContext(events: events, cancellation: cancellation)) }
    #expect(events.has("not-undone", "shop.sql"))
    #expect(!job.goesOn)
  }

  @Test func `what the repository says of a damaged file is told`() throws {
    let index = try Repository.opened(store).loadIndex(cancellation: Cancellation()).index
    for pack in index.packs where pack.hasData {
      let path = "data/\(pack.id.description.prefix(2))/\(pack.id)"
      var bytes = try #require(store[path])
      for position in stride(from: 0, to: bytes.count, by: 20) { bytes[position] ^= 1 }
      store[path] = bytes
    }
    let target = Target(file: "shop/data/public/orders.copy")
    #expect(throws: RepositoryError.self) { _ = try perform(target) }
    #expect(target.seen.content.isEmpty && target.seen.closings == 1)
  }

  @Test func `without a database's backup nothing is opened`() throws {
    let newest = try #require(try Repository.opened(store).soundSnapshots().last)
    let target = Target(file: "x")
    #expect(throws: ReservedFolderError.self) { _ = try perform(target, snapshot: newest.id.description) }
    #expect(target.seen.closings == 0)
  }
}

@Suite("Dumping a source")
struct SourceDumpJobTests {
  private final class Reader: ByteReader {
    private var rest: ArraySlice<UInt8>
    private let failure: SourceError?

    init(_ bytes: [UInt8], failure: SourceError? = nil) {
      rest = bytes[...]
      self.failure = failure
    }

    var attributes: EntryAttributes? { nil }
    func isUnchanged() throws(SourceError) -> Bool { true }

    func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
      var count = 0
      while count < min(buffer.count, 5), let byte = rest.popFirst() {
        buffer[count] = byte
        count += 1
      }
      if count == 0, let failure { throw failure }
      return count
    }
  }

  private let folder: WorkFolder
  private var path: String { "\(folder.path)/shop.dump" }

  init() throws { folder = try WorkFolder(in: "/tmp") }

  private func perform(
    _ failure: SourceError? = nil, prove: @escaping @Sendable (PathBytes, Cancellation) throws -> Void = { _, _ in }
  ) throws -> JobResult {
    let job = SourceDumpJob(source: "postgresql://db/shop", target: Array(path.utf8)) { _ in
      Reader(Array("a whole dump".utf8), failure: failure)
    } prove: {
      try prove($0, $1)
    }
    return try job.perform(JobContext(events: EventLog(), cancellation: Cancellation()))
  }

  @Test func `the file appears when it is whole, for its owner alone`() throws {
    try writeRealFile(path, "older", mode: 0o644)
    let result = try perform()
    #expect(result.facts.contains(JobFact("bytesWritten", .bytes(12))))
    #expect(try readRealFile(path) == Array("a whole dump".utf8))
    let attributes = try FileDescriptor.attributes(ofPath: Array(path.utf8))
    #expect(attributes.permissions == 0o600)
    #expect(realNames(in: folder.path) == ["shop.dump"])
  }

  @Test func `what is not whole leaves the older file as it was`() throws {
    try writeRealFile(path, "older")
    let failure = SourceError(.notWhole, "dump", [], because: "it died")
    #expect(throws: failure) { _ = try perform(failure) }
    #expect(throws: failure) { _ = try perform(prove: { _, _ in throw failure }) }
    #expect(try readRealFile(path) == Array("older".utf8))
    #expect(realNames(in: folder.path) == ["shop.dump"])
  }
}
