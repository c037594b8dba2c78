import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreMount
@testable import CoffreRepository

@Suite("Folders above the snapshots")
struct SnapshotLayoutTests {
  private func snapshot(_ number: UInt64, _ time: String, host: String = "one", tags: [String] = []) throws
    -> StoredSnapshot
  {
    let repository = try Repository.forTest(in: MemoryStore())
    try repository.backUp(MemorySession([.file("f", "\(number)")])) { request in request.tags = tags }
    let made = try #require(try repository.soundSnapshots().first)
    var snapshot = made.snapshot
    snapshot.time = try #require(Timestamp(rfc3339: time))
    snapshot.hostname = host
    return StoredSnapshot(id: made.id, snapshot: snapshot)
  }

  private func shown(_ layout: SnapshotLayout) -> [String: String] {
    var shown: [String: String] = [:]
    for (path, entry) in layout.entries where !path.isEmpty {
      shown[displayed(path)] =
        switch entry {
        case .folder: "/"
        case .snapshot(let top): top.id.short
        case .link(let target, _): "-> \(displayed(target))"
        }
    }
    return shown
  }

  @Test func `are there without any snapshot`() {
    let layout = SnapshotLayout(of: [], at: PathTemplate.defaults, times: .standard)
    #expect(shown(layout) == ["ids": "/", "snapshots": "/", "hosts": "/", "tags": "/"])
    #expect(layout.names[[]]?.map { displayed($0) } == ["hosts", "ids", "snapshots", "tags"])
  }

  @Test func `lead to each snapshot by id, time, host and tags, and to the latest`() throws {
    let first = try snapshot(1, "2024-01-01T10:00:00Z", tags: ["a", "b"])
    let second = try snapshot(2, "2024-01-02T10:00:00+01:00", host: "two")
    let layout = SnapshotLayout(of: [first, second], at: PathTemplate.defaults, times: .standard)
    let (one, two) = ("2024-01-01T10:00:00Z", "2024-01-02T10:00:00+01:00")
    #expect(
      shown(layout) == [
        "ids": "/", "ids/\(first.id.short)": first.id.short, "ids/\(second.id.short)": second.id.short,
        "snapshots": "/", "snapshots/\(one)": first.id.short, "snapshots/\(two)": second.id.short,
        "snapshots/latest": "-> \(two)", "hosts": "/", "hosts/one": "/", "hosts/one/\(one)": first.id.short,
        "hosts/one/latest": "-> \(one)", "hosts/two": "/", "hosts/two/\(two)": second.id.short,
        "hosts/two/latest": "-> \(two)", "tags": "/", "tags/a": "/", "tags/a/\(one)": first.id.short,
        "tags/a/latest": "-> \(one)", "tags/b": "/", "tags/b/\(one)": first.id.short, "tags/b/latest": "-> \(one)",
      ])
    // The time of what is newest below.
    guard case .folder(let modified) = layout.entries[Array("tags".utf8)] else {
      Issue.record("no folder")
      return
    }
    #expect(modified == first.snapshot.time)
    guard case .folder(let top) = layout.entries[[]] else {
      Issue.record("no top")
      return
    }
    #expect(top == second.snapshot.time)
  }

  @Test func `of one second get -1 and -2 behind their names`() throws {
    let all = try (1...3).map { try snapshot($0, "2024-01-01T10:00:00.\($0)Z") }
    let layout = shown(SnapshotLayout(of: all, at: [try PathTemplate("%T")], times: .standard))
    let name = "2024-01-01T10:00:00Z"
    #expect(
      layout == [
        name: all[0].id.short, "\(name)-1": all[1].id.short, "\(name)-2": all[2].id.short, "latest": "-> \(name)-2",
      ])
    // Other templates than those with times too.
    let byHost = shown(SnapshotLayout(of: all, at: [try PathTemplate("%h")], times: .standard))
    #expect(byHost == ["one": all[0].id.short, "one-1": all[1].id.short, "one-2": all[2].id.short])
  }

  @Test func `may be part of the time`() throws {
    let one = try snapshot(1, "2024-01-01T10:00:00Z")
    let layout = shown(SnapshotLayout(of: [one], at: [try PathTemplate("h/at-%T")], times: TimeTemplate("2006/01-02")))
    #expect(
      layout == ["h": "/", "h/at-2024": "/", "h/at-2024/01-01": one.id.short, "h/at-latest": "-> at-2024/01-01"])
  }

  @Test func `never lie in a snapshot`() throws {
    let one = try snapshot(1, "2024-01-01T10:00:00Z", host: "a")
    let templates = try ["%h", "%h/%T"].map { try PathTemplate($0) }
    let layout = shown(SnapshotLayout(of: [one], at: templates, times: TimeTemplate("2006")))
    #expect(layout == ["a": one.id.short, "a-1": "/", "a-1/2024": one.id.short, "a-1/latest": "-> 2024"])
  }

  @Test func `leave a snapshot that is called latest where it is`() throws {
    let one = try snapshot(1, "2024-01-01T10:00:00Z", host: "latest")
    let templates = try ["%h", "%T"].map { try PathTemplate($0) }
    let layout = shown(SnapshotLayout(of: [one], at: templates, times: TimeTemplate("2006")))
    #expect(layout == ["latest": one.id.short, "2024": one.id.short])
  }

  @Test func `keep hosts apart that only look alike`() throws {
    // The same letters, composed and decomposed.
    let one = try snapshot(1, "2024-01-01T10:00:00Z", host: "\u{E9}")
    let two = try snapshot(2, "2024-01-01T10:00:00Z", host: "e\u{301}")
    let layout = SnapshotLayout(of: [one, two], at: [try PathTemplate("%h")], times: .standard)
    #expect(layout.names[[]]?.count == 2)
    #expect(layout.entries[Array("e\u{301}".utf8)] == .snapshot(SnapshotTop(two)))
  }
}
