import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreSources

/// The published schema and what is written must not drift apart.
@Suite("Schema of manifests")
struct ManifestSchemaTests {
  private func checked(_ manifest: [UInt8]) throws -> SchemaCheck {
    try SchemaCheck("manifest.schema.json", of: manifest, named: "manifest")
  }

  @Test func `what is written keeps to the schema, field by field`() throws {
    let checker = try checked(DatabaseManifestTests.full.encoded())
    #expect(checker.problems.isEmpty)
    #expect(checker.met.contains("manifest.databases.tables.rootOf.schema"))
  }

  @Test func `every field of the schema is written`() throws {
    let checker = try checked(DatabaseManifestTests.full.encoded())
    for name in try #require(checker.fields(of: "table")) {
      #expect(checker.met.contains("manifest.databases.tables.\(name)"), "\(name)")
    }
    for name in try #require(checker.fields()) {
      #expect(checker.met.contains("manifest.\(name)"), "\(name)")
    }
  }

  @Test func `a breach is found`() throws {
    let text = displayed(DatabaseManifestTests.full.encoded())
    for (from, to) in [
      (#""rows":3"#, #""rows":"3""#), (#""complete":true,"#, ""), (#""kind":"postgresql""#, #""kind":"oracle""#),
      (#""columns":"#, #""colums":"#),
    ] {
      let changed = text.replacing(from, with: to)
      #expect(changed != text)
      #expect(try !checked(Array(changed.utf8)).problems.isEmpty, "\(to)")
    }
  }
}
