import CoffreCore
import CoffreTestKit

@testable import CoffreRepository

/// A repository of a few kilobytes with two snapshots, and what its snapshots restore to.
struct TinyRepository: Sendable {
  let contents: MemoryStore.Contents
  /// Oldest first.
  let restored: [[PathBytes: MemoryRestore.Item]]

  static let firstEntries: [MemoryEntry] = [
    .file("a", "the first file"),
    .directory(
      "d", [.file("b", [UInt8](repeating: 66, count: 300)), .symlink("l", to: "../a"), .file("empty", "")]),
  ]

  static let secondEntries: [MemoryEntry] = [
    .file("a", "the first file, changed", modified: MemoryEntry.time.adding(seconds: 60)), firstEntries[1],
  ]

  static func make(version: Int = 2) throws -> TinyRepository {
    let store = MemoryStore()
    let repository = try Repository.forTest(in: store, version: version)
    try repository.backUp(firstEntries, time: 1_700_001_000)
    try repository.backUp(secondEntries, time: 1_700_002_000)
    return TinyRepository(contents: store.contents, restored: try repository.restoredWhole())
  }

  func store() -> MemoryStore { MemoryStore(contents) }
  func path(in folder: String, _ number: Int = 0) throws -> String {
    let paths = store().paths(in: folder)
    guard number < paths.count else { throw Missing(folder: folder) }
    return paths[number]
  }

  struct Missing: Error { let folder: String }
}

// MARK: Judging damage

extension TinyRepository {
  /// What became of a repository that something was done to.
  enum Verdict: Sendable, Hashable {
    /// Opening, the check or the restore told it; with all they said.
    case detected(String)
    /// Nobody noticed, and everything is restored as it was.
    case harmless
    /// Something wrong was restored in silence, or an error has no explanation.
    case wrong(String)
  }

  /// Opens, checks every byte, restores every snapshot; each of them must tell the truth.
  func judge(_ store: any Store) -> Verdict {
    var told: [String] = []
    do {
      let repository = try Repository.opened(store)
      do {
        let examination = try repository.examined(threads: 1)
        told += examination.damages.map { "\($0.subject): \($0.message)" }
      } catch {
        guard let text = explain(error) else { return .wrong("check: \(error)") }
        told.append(text)
      }
      let isClean = told.isEmpty
      if let problem = try judgeRestore(repository, &told) { return .wrong(problem) }
      if isClean, !told.isEmpty { return .wrong("the check found nothing, the restore did: \(told)") }
    } catch {
      guard let text = explain(error) else { return .wrong("\(error)") }
      told.append(text)
    }
    return told.isEmpty ? .harmless : .detected(told.joined(separator: "\n"))
  }

  /// - Returns: what was restored wrongly and in silence.
  private func judgeRestore(_ repository: Repository, _ told: inout [String]) throws -> String? {
    let (snapshots, unreadable) = try repository.snapshots()
    told += unreadable.map(\.text.description)
    if snapshots.count != restored.count { told.append("\(snapshots.count) snapshots") }
    for snapshot in snapshots {
      guard let expected = expectation(for: snapshot) else { return "a snapshot that nobody made" }
      let events = EventLog()
      do {
        let items = try repository.restored(snapshot, events: events, threads: 1)
        for (path, item) in items where expected[path] != item { return "\(displayed(path)) was restored wrongly" }
        guard !events.losses.isEmpty || items.count == expected.count else { return "an entry is missing in silence" }
        if !events.losses.isEmpty { told.append(events.text) }
      } catch {
        guard let text = explain(error) else { return "restore: \(error)" }
        told.append(text)
      }
    }
    return nil
  }

  private func expectation(for snapshot: StoredSnapshot) -> [PathBytes: MemoryRestore.Item]? {
    switch snapshot.snapshot.time.seconds {
    case 1_700_001_000: restored[0]
    case 1_700_002_000: restored[1]
    default: nil
    }
  }

  private func explain(_ error: any Error) -> String? { (error as? any Explained)?.text.description }
}
