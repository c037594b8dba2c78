import CoffreCore
import Foundation
import Testing

@testable import CoffreSources

/// The published schema and what is written must not drift apart.
@Suite("Schema of manifests")
struct ManifestSchemaTests {
  private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/formats/manifest.schema.json")

  private struct Checker {
    let root: [String: Any]
    var problems: [String] = []
    /// Fields of the schema that were met, as `table.rows`.
    var met: Set<String> = []

    mutating func check(_ value: Any, _ schema: [String: Any], _ place: String) {
      var schema = schema
      if let reference = schema["$ref"] as? String, let name = reference.split(separator: "/").last,
        let definitions = root["$defs"] as? [String: Any]
      {
        schema = definitions[String(name)] as? [String: Any] ?? [:]
        if schema.isEmpty { problems.append("\(place): no definition \(reference)") }
      }
      if let expected = schema["const"] as? String, value as? String != expected { problems.append("\(place): const") }
      if let choices = schema["enum"] as? [String], !choices.contains(value as? String ?? "") {
        problems.append("\(place): enum")
      }
      switch schema["type"] as? String {
      case "object": check(object: value, schema, place)
      case "array":
        guard let list = value as? [Any], let items = schema["items"] as? [String: Any] else {
          problems.append("\(place): no list")
          return
        }
        for element in list { check(element, items, place) }
      case "string": if !(value is String) { problems.append("\(place): no string") }
      case "integer": if value is String || (value as? Int) == nil { problems.append("\(place): no integer") }
      case "boolean": if (value as? Bool) == nil { problems.append("\(place): no boolean") }
      default: if schema["const"] == nil, schema["enum"] == nil { problems.append("\(place): no type") }
      }
    }

    private mutating func check(object value: Any, _ schema: [String: Any], _ place: String) {
      guard let object = value as? [String: Any] else {
        problems.append("\(place): no object")
        return
      }
      for name in schema["required"] as? [String] ?? [] where object[name] == nil {
        problems.append("\(place): no \(name)")
      }
      let fields = schema["properties"] as? [String: Any] ?? [:]
      for (name, element) in object {
        met.insert("\(place).\(name)")
        if let field = fields[name] as? [String: Any] {
          check(element, field, "\(place).\(name)")
        } else if let others = schema["additionalProperties"] as? [String: Any] {
          check(element, others, "\(place).*")
        } else {
          problems.append("\(place).\(name): not in the schema")
        }
      }
    }
  }

  private func checked(_ manifest: [UInt8]) throws -> Checker {
    let schema = try JSONSerialization.jsonObject(with: Data(contentsOf: Self.file))
    let root = try #require(schema as? [String: Any])
    var checker = Checker(root: root)
    checker.check(try JSONSerialization.jsonObject(with: Data(manifest)), root, "manifest")
    return checker
  }

  @Test func `what is written keeps to the schema, field by field`() throws {
    let checker = try checked(DatabaseManifestTests.full.encoded())
    #expect(checker.problems.isEmpty)
    #expect(checker.met.contains("manifest.databases.tables.rootOf.schema"))
  }

  @Test func `every field of the schema is written`() throws {
    let checker = try checked(DatabaseManifestTests.full.encoded())
    let table = try #require((checker.root["$defs"] as? [String: Any])?["table"] as? [String: Any])
    for name in try #require(table["properties"] as? [String: Any]).keys {
      #expect(checker.met.contains("manifest.databases.tables.\(name)"), "\(name)")
    }
    for name in try #require(checker.root["properties"] as? [String: Any]).keys {
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
