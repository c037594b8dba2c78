import CoffreCore
import CoffreMessages
import CoffreSystem
import CoffreTestKit
import Testing

@testable import CoffreInventory

@Suite("The log of the day")
struct DayLogTests {
  private let folder: TestFolder
  /// 23 November 2026, 23:30 where it is an hour later than in Greenwich.
  private static let evening = Timestamp(seconds: 1_795_473_000, nanoseconds: 0, utcOffset: 3600)

  init() throws { folder = try TestFolder() }

  private var path: PathBytes { folder.path("to/logs") }

  private func log(
    _ language: Language = .english, at moment: Monitor<Timestamp> = Monitor(evening),
    warnings: Monitor<[String]> = Monitor([]), _ change: (inout DayLog.Settings) -> Void = { _ in }
  ) -> DayLog {
    var settings = DayLog.Settings(folder: path)
    change(&settings)
    return DayLog(settings, language: language, now: { moment.withLock { $0 } }) { message in
      warnings.withLock { $0.append("\(message)") }
    }
  }

  private func names() throws -> [String] {
    try FileDescriptor.openDirectory(path: path).entryNames().map { displayed($0) }.sorted()
  }

  private func lines(_ name: String) throws -> [String] {
    displayed(try readFile(joined(path, Array(name.utf8)), limit: 64 << 20)).split(separator: "\n").map(String.init)
  }

  @Test func `lines tell time, level, row and what happened`() throws {
    let log = log()
    log.write(.info, "begun")
    log.write(.warning, row: "l'été 7", "cannot read '\("a\nb")'")
    log.write(.error, row: "8", .verbatim("two\nlines"))
    #expect(try names() == ["coffre-2026-11-23.log"])
    #expect(
      try lines("coffre-2026-11-23.log") == [
        "2026-11-23 23:30:00 info    begun", "2026-11-23 23:30:00 warning row l'été 7: cannot read 'a\\x0ab'",
        "2026-11-23 23:30:00 error   row 8: two\\x0alines",
      ])
    let mode = try FileDescriptor.attributes(ofPath: joined(path, Array("coffre-2026-11-23.log".utf8))).permissions
    #expect(mode & 0o007 == 0)
  }

  @Test func `it speaks French`() throws {
    log(.french).write(.info, row: "3", "a server runs on it: copied by mariadb-backup and prepared")
    let line = try #require(lines("coffre-2026-11-23.log").first)
    #expect(line.hasPrefix("2026-11-23 23:30:00 info    ligne 3"), "\(line)")
    #expect(line.contains("copié par mariadb-backup"), "\(line)")
  }

  @Test func `a new day has a new file, by the clock of this place`() throws {
    let moment = Monitor(Self.evening)
    let log = log(at: moment)
    log.write(.info, "one")
    moment.withLock { $0 = $0.adding(seconds: 1799) }
    log.write(.info, "two")
    moment.withLock { $0 = $0.adding(seconds: 1) }
    log.write(.info, "three")
    #expect(try names() == ["coffre-2026-11-23.log", "coffre-2026-11-24.log"])
    #expect(try lines("coffre-2026-11-23.log").count == 2)
  }

  @Test func `old days go, and nothing else`() throws {
    let others = [
      "coffre-2026-11-21.log.gz", "coffre-2026-11-1.log", "other.log", "coffre-2026-02-30.log", "coffre-x.log",
    ]
    for name in others + ["coffre-2026-11-20.log", "coffre-2026-11-20.2.log", "coffre-2026-11-21.log"] {
      try folder.write("to/logs/\(name)", [])
    }
    log { $0.keptDays = 3 }.write(.info, "one")
    #expect(try names() == (others + ["coffre-2026-11-21.log", "coffre-2026-11-23.log"]).sorted())
  }

  @Test func `a file that is full is followed by another`() throws {
    let log = log { $0.largestInBytes = 100 }
    for number in 1...5 { log.write(.info, "line \(number) of those") }
    #expect(try names() == ["coffre-2026-11-23.1.log", "coffre-2026-11-23.2.log", "coffre-2026-11-23.log"])
    #expect(try lines("coffre-2026-11-23.log").count == 2)
    #expect(try lines("coffre-2026-11-23.2.log").count == 1)
    // Another run goes on where this one is.
    self.log { $0.largestInBytes = 100 }.write(.info, "line 6 of those")
    #expect(try lines("coffre-2026-11-23.2.log").count == 2)
    // A line that is longer than a file may be is written nevertheless, alone.
    let long = self.log { $0.largestInBytes = 10 }
    long.write(.info, "long")
    #expect(try lines("coffre-2026-11-23.3.log").count == 1)
  }

  @Test func `a secret is not told`() throws {
    let log = log { $0.hidden = [Secret("a secret"), Secret("x")] }
    log.write(.error, row: "1", "next: the password 'a secret' is wrong")
    let line = try #require(lines("coffre-2026-11-23.log").first)
    #expect(line.hasSuffix("row 1: next: the password '***' is wrong"), "\(line)")
  }

  @Test func `threads and runs that write at once keep each line whole`() throws {
    let logs = (0..<3).map { _ in log { $0.largestInBytes = 20_000 } }
    try runThreads(count: 6, named: "log") { number in
      for line in 0..<200 { logs[number % 3].write(.info, row: "\(number)", "line \(line) is whole") }
    }
    let all = try names().flatMap { try lines($0) }
    let wanted = (0..<6).flatMap { number in
      (0..<200).map { "2026-11-23 23:30:00 info    row \(number): line \($0) is whole" }
    }
    #expect(all.sorted() == wanted.sorted())
    #expect(try names().count > 1)
  }

  @Test func `what cannot be written is told once, and stops nothing`() throws {
    try folder.write("to", [1])
    let warnings = Monitor<[String]>([])
    let log = log(warnings: warnings)
    for _ in 0..<3 { log.write(.info, "lost") }
    #expect(warnings.withLock { $0 }.count == 1)
    #expect(warnings.withLock { $0.first }?.contains(displayed(path)) == true)
    try removeFile(folder.path("to"))
    log.write(.info, "found")
    #expect(try lines("coffre-2026-11-23.log").count == 1)
  }

  @Test(.enabled(if: isRoot, "needs root"))
  func `a full disk is a warning, and lines after it begin anew`() throws {
    let mount = try MemoryMount(at: displayed(folder.path("to")), options: "size=64k")
    defer { withExtendedLifetime(mount) {} }
    let warnings = Monitor<[String]>([])
    let log = log(warnings: warnings)
    log.write(.info, "first")
    try? folder.write("to/filler", [UInt8](repeating: 1, count: 40 << 10))
    let long = String(repeating: "x", count: 1000)
    for _ in 0..<60 { log.write(.info, .verbatim(long)) }
    #expect(warnings.withLock { $0 }.count == 1)
    try removeFile(folder.path("to/filler"))
    log.write(.info, "last")
    let all = try lines("coffre-2026-11-23.log")
    #expect(all.first?.hasSuffix("first") == true)
    #expect(all.last == "2026-11-23 23:30:00 info    last")
    log.close()
  }
}
