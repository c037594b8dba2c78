import PostgresKit
import Testing

@testable import CoffreSources

/// The questions to servers that were not at hand: each has the columns that its version knows, and no others.
@Suite("PostgreSQL's catalogs from 13 to 18")
struct CatalogVersionTests {
  private static let versions = [13, 14, 15, 16, 17, 18]

  /// Asserts which versions' texts hold `word`.
  private func expect(_ word: String, in versions: [Int], _ text: (Int) -> String) {
    let found = Self.versions.filter { version in text(version).contains(word) }
    #expect(found == versions, "\(word)")
  }

  @Test(arguments: [
    ("d.datlocprovider", [15, 16, 17, 18]), ("d.daticulocale", [15, 16]), ("d.datlocale ", [17, 18]),
    ("d.daticurules", [16, 17, 18]), ("d.datcollversion", [15, 16, 17, 18]), ("'c' AS provider", [13, 14]),
    ("NULL AS locale", [13, 14]), ("NULL AS rules", [13, 14, 15]), ("NULL AS version", [13, 14]),
  ])
  func `databases`(_ word: String, _ versions: [Int]) {
    expect(word, in: versions) { version in PostgresDatabase.query(version: version).command }
  }

  @Test(arguments: [
    ("'reserved_connections'", [16, 17, 18]), ("0 AS reserved_for_roles", [13, 14, 15]),
    ("old_snapshot_threshold", [13, 14, 15, 16]), ("NULL AS snapshot_limit", [17, 18]),
    ("superuser_reserved_connections", [13, 14, 15, 16, 17, 18]),
  ])
  func `server`(_ word: String, _ versions: [Int]) {
    expect(word, in: versions) { version in ServerFacts.query(version: version).command }
  }

  @Test func `relations and keys`() {
    expect("inhdetachpending", in: [14, 15, 16, 17, 18]) { PostgresRelation.query(version: $0).command }
    expect("n.convalidated", in: [18]) { PostgresKey.query(of: [1], version: $0).command }
    expect("a.attgenerated <> ''", in: Self.versions) { PostgresKey.query(of: [1], version: $0).command }
  }

  @Test func `large objects`() {
    expect("has_largeobject_privilege", in: [18]) { LargeObjects.query(version: $0).command }
    expect("lo_compat_privileges", in: [13, 14, 15, 16, 17]) { LargeObjects.query(version: $0).command }
    expect("aclexplode", in: [13, 14, 15, 16, 17]) { LargeObjects.query(version: $0).command }
  }

  @Test func `object counts`() {
    expect("pg_publication_namespace", in: [15, 16, 17, 18]) { ObjectCounts.query(version: $0).command }
    expect("contype = 'n'", in: []) { ObjectCounts.query(version: $0).command }
    for kind in ObjectKind.allCases where kind != .publishedSchema {
      expect("'\(kind.rawValue)' AS kind", in: Self.versions) { ObjectCounts.query(version: $0).command }
    }
  }

  @Test func `counts are whole, or an error`() throws {
    let all = ObjectKind.allCases.map { kind in "\(kind.rawValue)|\(kind == .table ? 12 : 0)" }
    let answer = "kind|objects\n" + all.joined(separator: "\n")
    let counts = try ObjectCounts.read(on: RecordedServer(["object-counts": answer]))
    #expect(counts.counts[.table] == 12 && counts.counts[.view] == 0 && counts.hasUserObjects)
    let none = RecordedServer(["object-counts": answer.replacing("|12", with: "|0")])
    #expect(try !ObjectCounts.read(on: none).hasUserObjects)
    let short = RecordedServer(["object-counts": answer.replacing("policy|0\n", with: "")])
    #expect(throws: PostgresError.self) { try ObjectCounts.read(on: short) }
    let foreign = RecordedServer(version: 140_000, ["object-counts": answer])
    #expect(throws: PostgresError.self) { try ObjectCounts.read(on: foreign) }
  }

  @Test func `every role that is named comes once`() throws {
    let server = RecordedServer(["named-roles": "name\ncoffre\nodd role"])
    #expect(try NamedRoles.read(on: server) == ["coffre", "odd role"])
    let command = try #require(server.commands.first)
    for word in ["pg_shdepend", "aclexplode(o.nspacl)", "aclexplode(a.attacl)", "o.lomowner", "o.datdba"] {
      #expect(command.contains(word), "\(word)")
    }
  }
}
