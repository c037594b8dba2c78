import CoffreCore
import CoffreSystem
import CoffreTestKit
import SQLiteKit
import Synchronization
import Testing

/// Bytes in memory, and how many of them were asked for.
private final class Bytes: ReadOnlyBytes, Sendable {
  private let bytes: [UInt8]
  private let failsBehind: Int64
  let asked = Mutex(0)

  struct Broken: Error {}

  init(_ bytes: [UInt8], failsBehind: Int64 = .max) {
    self.bytes = bytes
    self.failsBehind = failsBehind
  }

  var size: Int64 { Int64(bytes.count) }

  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int {
    guard offset < failsBehind else { throw Broken() }
    let start = min(Int(offset), bytes.count)
    let count = min(buffer.count, bytes.count - start)
    let source = bytes
    copy(source.span.extracting(start..<(start + count)), into: &buffer)
    asked.withLock { $0 += count }
    return count
  }
}

@Suite("SQLite connections")
struct SQLiteConnectionTests {
  private let folder: TestFolder
  private let cancellation = Cancellation()

  init() throws { folder = try TestFolder() }

  private func make(_ name: String = "data.db", journal: String = "delete") throws -> PathBytes {
    let path = folder.path(name)
    let connection = try SQLiteConnection(path, for: .creating, cancellation: cancellation)
    try connection.run("PRAGMA journal_mode = \(journal)")
    try connection.run("CREATE TABLE t (a, b)")
    try connection.run(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT i, hex(randomblob(100)) FROM n"
    )
    try connection.run("CREATE INDEX i ON t(a)")
    return path
  }

  @Test func `values of all kinds go in and come out`() throws {
    let connection = try SQLiteConnection(cancellation: cancellation)
    let values: [SQLiteValue] = [
      .null, .integer(.min), .real(-0.5), .text(Array("é\0x".utf8)), .text([]), .blob([]), .blob([0, 255]),
      .text([0xFF]),
    ]
    let columns = (1...values.count).map { "?\($0)" }.joined(separator: ", ")
    #expect(try connection.run("SELECT \(columns)", values) == [values])
    #expect(try connection.value("SELECT 1 WHERE 0") == .null)
    #expect(throws: SQLiteError.self) { try connection.run("SELEC") }
  }

  @Test(arguments: ["delete", "wal"])
  func `a database is read from bytes, and only what is needed of them`(_ journal: String) throws {
    let path = try make(journal: journal)
    let image = Bytes(try readFile(path, limit: 1 << 30))
    let connection = try SQLiteConnection(reading: image, cancellation: cancellation)
    #expect(try connection.value("SELECT a FROM t WHERE a = 4321") == .integer(4321))
    #expect(image.asked.withLock { $0 } < 60_000)
    #expect(try connection.value("SELECT count(*) FROM t") == .integer(5000))
    #expect(throws: SQLiteError.self) { try connection.run("DELETE FROM t") }
    #expect(try connection.run("PRAGMA integrity_check") == [[SQLiteValue("ok")]])
  }

  @Test func `what the bytes' reader said is kept`() throws {
    let image = Bytes(try readFile(make(), limit: 1 << 30), failsBehind: 100_000)
    let connection = try SQLiteConnection(reading: image, cancellation: cancellation)
    #expect(throws: SQLiteError.self) { try connection.run("SELECT sum(length(b)) FROM t") }
    #expect(connection.readerFailure is Bytes.Broken)
  }

  @Test func `pages are copied while they are held`() throws {
    let source = try SQLiteConnection(make(journal: "wal"), for: .writing, cancellation: cancellation)
    let writer = try SQLiteConnection(folder.path("data.db"), for: .writing, cancellation: cancellation)
    try source.run("BEGIN")
    try source.run("SELECT count(*) FROM t")
    try writer.run("DELETE FROM t WHERE a > 10")
    let target = try SQLiteConnection(folder.path("copy.db"), for: .creating, cancellation: cancellation)
    try source.copyPages(to: target, pagesAtOnce: 3)
    #expect(
      try SQLiteConnection(reading: Bytes(readFile(folder.path("copy.db"), limit: 1 << 30)), cancellation: cancellation)
        .value("SELECT count(*) FROM t") == .integer(5000))
    #expect(try writer.value("SELECT count(*) FROM t") == .integer(10))
  }

  @Test func `reasons are told apart`() throws {
    let path = try make()
    let holder = try SQLiteConnection(path, for: .writing, cancellation: cancellation)
    try holder.run("BEGIN EXCLUSIVE")
    func reason(_ name: String) -> SQLiteError.Reason? {
      do throws(SQLiteError) {
        let connection = try SQLiteConnection(
          folder.path(name), for: .reading, patience: .milliseconds(50), cancellation: cancellation)
        try connection.run("SELECT * FROM t")
        return nil
      } catch {
        return error.reason
      }
    }
    #expect(reason("data.db") == .busy)
    #expect(reason("none.db") == .cannotOpen)
    try folder.write("other.db", [UInt8](repeating: 7, count: 5000))
    #expect(reason("other.db") == .notADatabase)
  }

  @Test func `a cancelled run ends a long command`() throws {
    let connection = try SQLiteConnection(cancellation: cancellation)
    let thread = try EngineThread.start(named: "cancel") { [cancellation] in
      pause(seconds: 0.2)
      cancellation.cancel(.interrupted)
    }
    #expect(throws: SQLiteError.cancelled) {
      try connection.run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n")
    }
    thread.join()
  }
}
