import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreMount
@testable import CoffreRepository

@Suite("Templates of a mount")
struct TemplateTests {
  private func stored(_ change: (inout Snapshot) -> Void = { _ in }) throws -> StoredSnapshot {
    let repository = try Repository.forTest(in: MemoryStore())
    try repository.backUp(MemorySession([.file("a", "a")])) { request in request.tags = ["x"] }
    let made = try #require(try repository.soundSnapshots().first)
    var snapshot = made.snapshot
    change(&snapshot)
    return StoredSnapshot(id: made.id, snapshot: snapshot)
  }

  private func starts(_ template: String, _ stored: StoredSnapshot) throws -> [String] {
    try PathTemplate(template).places(of: stored, time: Array("TIME".utf8)).starts.map { displayed($0) }
  }

  // MARK: Paths

  @Test func `each verb says what it stands for`() throws {
    let stored = try stored { $0.hostname = "host" }
    let text = stored.id.description
    #expect(try starts("a/%i-%I/%h/%u/%t/%T/100%%", stored) == ["a/\(text.prefix(8))-\(text)/host/tester/x/TIME/100%"])
    #expect(try starts("%T", stored) == [""])
    #expect(try PathTemplate("a/%T").places(of: stored, time: []).endsWithTime)
    #expect(try !PathTemplate("%T/a").places(of: stored, time: []).endsWithTime)
  }

  @Test func `there is one place for each tag, none without`() throws {
    let several = try stored { $0.tags = ["one", "two"] }
    #expect(try starts("%t", several) == ["one", "two"])
    #expect(try starts("%t/%t", several).sorted() == ["one/one", "one/two", "two/one", "two/two"])
    #expect(try starts("%t/%i", stored { $0.tags = [] }).isEmpty)
  }

  @Test func `what a snapshot says never leads elsewhere`() throws {
    let stored = try stored { snapshot in
      snapshot.hostname = ".."
      snapshot.username = ""
      snapshot.tags = ["../../etc", ".", "nul\u{0}"]
    }
    #expect(try starts("%h/%u/%t", stored) == ["__/_/.._.._etc", "__/_/_", "__/_/nul_"])
  }

  @Test(arguments: ["", "constant", "a/b", "%", "ids/%i%", "%x", "../%i", "a/../%i", "%%"])
  func `templates that cannot tell snapshots apart, or lead out, are refused`(_ template: String) {
    #expect(throws: PathTemplate.Invalid.self) { try PathTemplate(template) }
  }

  @Test func `the usual ones are restic's`() throws {
    let spelt = try ["ids/%i", "snapshots/%T", "hosts/%h/%T", "tags/%t/%T"].map { try PathTemplate($0) }
    #expect(PathTemplate.defaults == spelt)
    #expect(
      PathTemplate.defaults.map { $0.constantFolders.map { displayed($0) } } == [
        ["ids"], ["snapshots"], ["hosts"], ["tags"],
      ])
  }

  // MARK: Times

  /// What Go's `time.Format` gives for Friday, 9 February 2024, 17:05:03.120456789 at +05:30.
  @Test(arguments: [
    ("2006-01-02T15:04:05Z07:00", "2024-02-09T17:05:03+05:30"),
    ("Mon Jan _2 15:04:05 2006", "Fri Feb  9 17:05:03 2024"),
    ("Monday, 02-Jan-06 15:04:05 MST", "Friday, 09-Feb-24 17:05:03 +0530"),
    ("3:04PM", "5:05PM"), ("03.04.05 pm", "05.05.03 pm"),
    ("2006/01/02", "2024/02/09"), ("1/2/06", "2/9/24"), ("2006-002", "2024-040"), ("__2", " 40"),
    ("January 2", "February 9"), ("Jan_2006", "Feb_2024"), ("Janet", "Janet"), ("Months", "Months"),
    ("15h04m05s", "17h05m03s"), ("15:4:5", "17:5:3"),
    ("05.000", "03.120"), ("05.999999", "03.120456"), ("05.99", "03.12"), ("05,000000000", "03,120456789"),
    ("05.00x", "03.12x"), ("-0700", "+0530"), ("-07", "+05"), ("-07:00:00", "+05:30:00"), ("Z0700", "+0530"),
    ("Z07", "+05"), ("no verbs", "no verbs"), ("", ""),
  ])
  func `are written by example`(_ template: String, _ expected: String) throws {
    let time = try #require(Timestamp(rfc3339: "2024-02-09T17:05:03.120456789+05:30"))
    #expect(displayed(TimeTemplate(template).text(of: time)) == expected)
  }

  @Test(arguments: [
    ("1969-12-31T23:59:59Z", "2006-01-02 Mon 3PM .999", "1969-12-31 Wed 11PM "),
    ("0001-01-01T00:00:00Z", "2006 Monday 3AM PM", "0001 Monday 12AM AM"),
    ("2024-12-31T12:00:00-11:00", "002 3PM Z07:00 MST", "366 12PM -11:00 -11"),
    ("2000-02-29T00:30:00.5Z", "Jan 2 Z07:00 MST .999 05.0", "Feb 29 Z UTC .5 00.5"),
  ])
  func `of all ages and zones are right`(_ text: String, _ template: String, _ expected: String) throws {
    let time = try #require(Timestamp(rfc3339: text))
    #expect(displayed(TimeTemplate(template).text(of: time)) == expected)
  }
}
