import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreEngine

/// What programs read, word for word: these lines are promised to them.
@Suite("Events as JSON")
struct EventJSONTests {
  private static let time = Timestamp(seconds: 1_700_000_000, nanoseconds: 500_000_000)

  private func line(_ event: JobEvent) throws -> String {
    String(decoding: try #require(EventJSON.line(event, at: Self.time)), as: UTF8.self)
  }

  private static let start = #""time":"2023-11-14T22:13:20.5Z","v":1"#

  @Test func `a start names the job`() throws {
    let job = JobDescription(kind: "backup", repository: "/srv/\"b\"", subjects: ["/home", "a\nb"])
    #expect(
      try line(.started(job))
        == #"{"type":"hello",\#(Self.start),"job":"backup","repository":"/srv/\"b\"","subjects":["/home","a\nb"]}"#
        + "\n")
  }

  @Test func `progress tells totals only when they are known`() throws {
    var progress = JobProgress(phase: "backup", elapsed: .milliseconds(2900), filesDone: 3, bytesDone: 4)
    #expect(
      try line(.progress(progress))
        == #"{"type":"status",\#(Self.start),"phase":"backup","elapsedSeconds":2,"filesDone":3,"bytesDone":4,"#
        + #""warnings":0,"currentItems":[]}"# + "\n")
    progress.filesTotal = 10
    progress.bytesTotal = 20
    progress.currentItems = ["/x"]
    let text = try line(.progress(progress))
    #expect(text.contains(#""filesDone":3,"filesTotal":10,"bytesDone":4,"bytesTotal":20"#))
    #expect(text.hasSuffix(#""currentItems":["/x"]}"# + "\n"))
  }

  @Test func `warnings, items and notes`() throws {
    let warning = JobWarning(code: "unreadable", subject: "/x", message: "no", isLoss: true)
    #expect(
      try line(.warning(warning))
        == #"{"type":"warning",\#(Self.start),"code":"unreadable","subject":"/x","message":"no","loss":true}"# + "\n")
    #expect(
      try line(.item(JobItem(action: "new", path: "/x", size: -1)))
        == #"{"type":"item",\#(Self.start),"action":"new","path":"/x","size":0}"# + "\n")
    #expect(try line(.note("hi")) == #"{"type":"log",\#(Self.start),"message":"hi"}"# + "\n")
  }

  @Test func `a summary holds the facts in their order`() throws {
    let facts = [
      JobFact("text", .text("t")), JobFact("count", .count(1)), JobFact("bytes", .bytes(2)),
      JobFact("duration", .duration(.milliseconds(1234))), JobFact("flag", .flag(true)), JobFact("list", .list(["a"])),
    ]
    #expect(
      try line(.finished(JobResult(exitCode: .partial, facts: facts)))
        == #"{"type":"summary",\#(Self.start),"exitCode":3,"text":"t","count":1,"bytes":2,"duration":1.234,"#
        + #""flag":true,"list":["a"]}"# + "\n")
  }

  @Test func `an error tells what is known of it`() throws {
    #expect(
      try line(.failed(Explanation("it broke"), .failed))
        == #"{"type":"error",\#(Self.start),"exitCode":1,"title":"it broke"}"# + "\n")
    #expect(
      try line(.failed(Explanation("it broke", because: "of you", advice: "Go."), .noSpace))
        == #"{"type":"error",\#(Self.start),"exitCode":21,"title":"it broke","detail":"of you","advice":"Go."}"# + "\n")
  }

  @Test func `whatever a name holds, a line is one line of JSON`() throws {
    for name in ["\u{0}\u{1}\u{8}\u{1F}", "\u{2028}", "\\\"", "é日😀", "</script>", "\u{7F}\u{FFFD}"] {
      let text = try line(.item(JobItem(action: "new", path: name, size: 1)))
      #expect(text.utf8.filter { $0 == 0x0A }.count == 1 && text.hasSuffix("\n"))
      #expect(try JSONValue(text)["path"]?.text == name)
    }
  }
}
