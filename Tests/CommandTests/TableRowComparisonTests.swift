import CoffreCore
import CoffreRepository
import CoffreSources
import CoffreTestKit
import Testing

@testable import coffre

@Suite("Rows compared between snapshots", .timeLimit(.minutes(10)))
struct TableRowComparisonTests {
  private typealias Table = StoredDatabase.Table

  /// The outcome for the only table, and how many bytes of packs were read for it.
  private func compare(_ before: Table, _ after: Table) throws -> (outcome: RowDifference.Outcome, loads: Int) {
    let store = MemoryStore()
    let repository = try Repository.forTest(in: store)
    let states = [StoredDatabase([before]), StoredDatabase([after])]
    for (number, state) in states.enumerated() {
      try repository.backUp(state.session, time: 1_700_000_000 + Int64(number), parent: false)
    }
    let recording = RecordingStore(store)
    let opened = try Repository.opened(recording)
    let snapshots = try opened.soundSnapshots()
    let view = try RepositoryView(of: opened, cancellation: Cancellation())
    let folder = [Array("@postgresql".utf8), Array(states[0].server.utf8)]
    let tables = states.map { $0.manifest.databases[0].tables[0] }
    return try FolderContents.reading(folder, of: snapshots[0], in: view, bytesAhead: 0, cancellation: Cancellation()) {
      old in
      try FolderContents.reading(
        folder, of: snapshots[1], in: view, bytesAhead: 0, cancellation: Cancellation()
      ) { new in
        let comparison = TableRowComparison(
          before: old, after: new, limits: RowDifference.Limits(), cancellation: Cancellation())
        _ = try old.blobs(of: Array(tables[0].path.utf8))
        _ = try new.blobs(of: Array(tables[1].path.utf8))
        recording.forget()
        let outcome = try comparison.compare(tables[0], with: tables[1])
        return (outcome, recording.calls.filter { $0.action == .load }.count)
      }
    }
  }

  private func rows(_ range: Range<Int>, _ text: String = "x") -> [String] { range.map { "\($0)\t\(text)" } }

  private func keys(_ outcome: RowDifference.Outcome, _ kind: RowDifference.Kind) -> [String] {
    outcome.named.filter { $0.kind == kind }.map { displayed(Array($0.key.joined(separator: Array(",".utf8)))) }
  }

  @Test func `chunks that both have are not read`() throws {
    let parts = (0..<20).map { rows($0 * 100..<$0 * 100 + 100) }
    var changed = parts
    changed[7][3] = "703\ty"
    changed[7].remove(at: 50)
    changed.append(["9999\tnew"])
    let (outcome, loads) = try compare(Table("t", parts: parts), Table("t", parts: changed))
    #expect(outcome.added == 1 && outcome.removed == 1 && outcome.changed == 1)
    #expect(keys(outcome, .changed) == ["703"] && keys(outcome, .removed) == ["750"])
    #expect(keys(outcome, .added) == ["9999"])
    // Two of the changed part, the new one, and what stands before each of the three.
    #expect(loads <= 6, "\(loads) blobs")
  }

  @Test func `files that others cut are compared whole`() throws {
    // Longer than a chunk, and cut by content alone: in the middle of rows.
    let long = rows(0..<200_000, "the same text in each row of the table")
    var changed = long
    changed[150_000] = "150000\tanother text"
    changed.remove(at: 20)
    let (outcome, _) = try compare(Table("t", rows: long), Table("t", rows: changed))
    #expect(outcome.added == 0 && outcome.removed == 1 && outcome.changed == 1)
    #expect(keys(outcome, .changed) == ["150000"] && keys(outcome, .removed) == ["20"])
  }

  @Test func `rows that only moved to other chunks do not differ`() throws {
    let before = Table("t", parts: [rows(0..<100), rows(100..<200)])
    let after = Table("t", parts: [rows(0..<50), rows(50..<200)])
    #expect(try compare(before, after).outcome.isEmpty)
  }

  @Test func `tables become empty, and full`() throws {
    let full = Table("t", rows: rows(0..<10))
    let empty = Table("t", rows: [])
    #expect(try compare(full, empty).outcome.removed == 10)
    #expect(try compare(empty, full).outcome.added == 10)
  }
}
