import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreSources

@Suite("Manifests compared")
struct ManifestComparisonTests {
  private typealias Table = StoredDatabase.Table

  private let before = StoredDatabase([
    Table("same", rows: ["1\ta"]), Table("more", rows: ["1\ta"]), Table("other", rows: ["1\ta", "2\tb"]),
    Table("gone", rows: []), Table("shape", rows: ["1\ta"]),
  ]).manifest

  private let after = StoredDatabase([
    Table("same", rows: ["1\ta"]), Table("more", rows: ["1\ta", "2\tb", "3\tc"]),
    Table("other", rows: ["1\ta", "2\tB"]),
    Table("new", rows: ["1\ta"]), Table("shape", columns: ["id", "name"], rows: ["1\ta"]),
  ]).manifest

  @Test func `tables are new, gone, changed or as they were`() {
    let tables = ManifestComparison(before, after).tables
    #expect(tables.map(\.text) == ["gone", "more", "new", "other", "same", "shape"].map { "public.\($0)" })
    #expect(tables.map(\.change) == [.removed, .changed, .added, .changed, .unchanged, .changed])
    #expect(tables.map(\.rowDelta) == [0, 2, 1, 0, 0, 0])
    #expect(tables.map(\.hasSameShape) == [false, true, false, true, true, false])
  }

  @Test func `without one before, every table is new`() {
    #expect(ManifestComparison(nil, after).tables.allSatisfy { $0.change == .added })
  }

  @Test func `the order of rows does not matter, their sum does`() {
    let turned = StoredDatabase([Table("other", rows: ["2\tb", "1\ta"])]).manifest
    let straight = StoredDatabase([Table("other", rows: ["1\ta", "2\tb"])]).manifest
    #expect(ManifestComparison(straight, turned).tables.map(\.change) == [.unchanged])
  }

  @Test(
    arguments: [
      (Digest(words: 1, 2, 3, 4), Digest(words: 1, 2, 3, 4), .unchanged),
      (Digest(words: 1, 2, 3, 4), Digest(words: 1, 2, 3, 5), .changed), (nil, Digest(words: 1, 2, 3, 4), .changed),
      (nil, nil, .changed),
    ] as [(Digest?, Digest?, ManifestComparison.Change)])
  func `without sums of rows, those of the parts tell; without any, nobody knows that nothing changed`(
    _ example: (before: Digest?, after: Digest?, change: ManifestComparison.Change)
  ) {
    let sides = [example.before, example.after].map { sum in
      var manifest = StoredDatabase([Table("image", rows: ["1\ta"])]).manifest
      manifest.databases[0].tables[0].rowSum = nil
      manifest.databases[0].tables[0].parts[0].sha256 = sum
      return manifest
    }
    #expect(ManifestComparison(sides[0], sides[1]).tables.map(\.change) == [example.change])
  }

  @Test func `two spellings of one letter are two tables`() {
    let composed = StoredDatabase([Table("\u{E9}", rows: [])]).manifest
    let decomposed = StoredDatabase([Table("e\u{301}", rows: [])]).manifest
    #expect(Set(ManifestComparison(composed, decomposed).tables.map(\.change)) == [.added, .removed])
  }

  @Test(
    arguments: [
      ("other", ["other"]), ("public.other", ["other"]), ("shop.public.other", ["other"]), ("o*", ["other"]),
      ("nothing", []), ("private.other", []), ("s*", ["same", "shape"]), ("elsewhere.public.other", []),
    ] as [(String, [String])])
  func `a table is named with or without schema and database`(_ example: (name: String, tables: [String])) throws {
    #expect(try after.tables(named: example.name).map(\.table.name.name) == example.tables)
  }

  @Test func `a table whose name looks like a pattern is found by it alone`() throws {
    let manifest = StoredDatabase([Table("a*", rows: []), Table("ab", rows: [])]).manifest
    #expect(try manifest.tables(named: "a*").map(\.table.name.name) == ["a*"])
  }
}
