import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreEngine

@Suite("Journal files")
struct JournalFileTests {
  private let work: WorkFolder
  private let job = JobDescription(kind: "backup", repository: "memory", subjects: ["/x"])

  init() throws { work = try WorkFolder() }

  private var folder: String { "\(work.path)/state/journal" }

  private func lines() throws -> [[JSONValue]] {
    try realNames(in: folder).map { name in
      try JSONValue.lines(String(decoding: try readRealFile("\(folder)/\(name)"), as: UTF8.self))
    }
  }

  @Test func `hold a run from start to end, without its progress`() throws {
    let journal = JournalFile(folder: Array(folder.utf8))
    journal.take(.started(job))
    journal.take(.progress(JobProgress(phase: "backup", elapsed: .seconds(1))))
    journal.take(.item(JobItem(action: "new", path: "/x", size: 1)))
    journal.take(.warning(JobWarning(code: "unreadable", subject: "/y", message: "no", isLoss: true)))
    journal.take(.note("a note"))
    journal.take(.finished(JobResult(exitCode: .partial, facts: [JobFact("losses", .count(1))])))
    let all = try lines()
    try #require(all.count == 1)
    #expect(all[0].compactMap { $0["type"]?.text } == ["hello", "warning", "log", "summary"])
    #expect(all[0].last?["losses"]?.int == 1)
  }

  @Test func `are readable for their owner only`() throws {
    let journal = JournalFile(folder: Array(folder.utf8))
    journal.take(.started(job))
    let name = try #require(realNames(in: folder).first)
    #expect(try realStatus("\(folder)/\(name)").mode == 0o600)
    #expect(try realStatus(folder).mode == 0o700)
    #expect(name.hasSuffix(".ndjson") && name.contains("-backup-"))
    #expect(!name.contains(":"), "such names cannot be copied everywhere")
  }

  @Test func `are written as things happen`() throws {
    let journal = JournalFile(folder: Array(folder.utf8))
    journal.take(.started(job))
    journal.take(.note("before the crash"))
    #expect(try lines().first?.count == 2)
  }

  @Test func `that cannot be written disturb nobody`() throws {
    try writeRealFile("\(work.path)/state", "in the way")
    let journal = JournalFile(folder: Array(folder.utf8))
    journal.take(.started(job))
    journal.take(.finished(JobResult(exitCode: .done, facts: [])))
    #expect(try readRealFile("\(work.path)/state") == Array("in the way".utf8))
  }

  @Test func `of two runs are two files`() throws {
    for _ in 0..<2 {
      let journal = JournalFile(folder: Array(folder.utf8))
      journal.take(.started(job))
      journal.take(.failed(Explanation("it broke"), .failed))
    }
    #expect(try lines().count == 2)
  }
}
