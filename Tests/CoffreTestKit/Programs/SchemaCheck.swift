import Foundation

/// A JSON text held against a schema of `docs/formats`: the published schema and what is written must not drift apart.
package struct SchemaCheck {
  private let root: [String: Any]
  package private(set) var problems: [String] = []
  /// Fields that were met, as `manifest.databases.tables.rows`.
  package private(set) var met: Set<String> = []

  /// - Parameters:
  ///   - file: of the schema.
  ///   - name: what the text is called in `problems` and `met`.
  package init(_ file: String, of text: [UInt8], named name: String) throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "docs/formats/\(file)")
    guard let root = try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any] else {
      throw Tool.Missing(description: "'\(file)' is no schema")
    }
    self.root = root
    check(try JSONSerialization.jsonObject(with: Data(text)), root, name)
  }

  /// The fields of an object of the schema.
  ///
  /// - Parameter definition: one of its `$defs`; `nil` for the whole.
  package func fields(of definition: String? = nil) -> [String]? {
    let object = definition.map { (root["$defs"] as? [String: Any])?[$0] as? [String: Any] } ?? root
    return (object?["properties"] as? [String: Any]).map { Array($0.keys) }
  }
}

// MARK: Checking

extension SchemaCheck {
  private mutating func check(_ value: Any, _ schema: [String: Any], _ place: String) {
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
