import CoffreCore

extension DatabaseManifest {
  /// The bytes of `manifest.json`. Equal manifests give equal bytes.
  package func encoded() -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.field("format") { $0.string(Self.format) }
    json.field("version") { $0.number(Self.version) }
    json.field("kind") { $0.string(kind.rawValue) }
    json.field("complete") { $0.bool(isComplete) }
    json.field("server") { json in
      json.beginObject()
      json.field("version") { $0.string(server.version) }
      json.field("name") { $0.string(server.name) }
      json.text("identity", server.identity)
      json.endObject()
    }
    json.list("tools", tools) { tool, json in
      json.field("name") { $0.string(tool.name) }
      json.field("version") { $0.string(tool.version) }
    }
    json.list("instant", instants) { instant, json in
      json.text("database", instant.database)
      json.field("takenAt") { $0.time(instant.takenAt) }
      json.text("position", instant.position)
      json.text("log", instant.log)
    }
    json.list("databases", databases) { database, json in database.write(to: &json) }
    json.list("missed", missed) { missed, json in
      json.field("object") { $0.string(missed.object) }
      json.field("reason") { $0.string(missed.reason) }
    }
    json.endObject()
    json.endLine()
    return json.output
  }
}

extension DatabaseManifest.Database {
  fileprivate func write(to json: inout JSONWriter) {
    json.field("name") { $0.string(name) }
    json.field("path") { $0.string(path) }
    json.map("properties", properties) { value, json in json.string(value) }
    json.list("settings", settings) { setting, json in
      json.field("name") { $0.string(setting.name) }
      json.field("value") { $0.string(setting.value) }
      json.text("role", setting.role)
    }
    json.field("roles") { $0.strings(roles) }
    json.map("objects", objects) { count, json in json.number(count) }
    json.list("tables", tables) { table, json in table.write(to: &json) }
    if !imaged.isEmpty { json.field("imaged") { $0.strings(imaged) } }
    json.list("sequences", sequences) { sequence, json in
      sequence.name.write(to: &json)
      json.field("lastValue") { $0.number(sequence.lastValue) }
      json.field("isCalled") { $0.bool(sequence.isCalled) }
    }
  }
}

extension DatabaseManifest.Table {
  fileprivate func write(to json: inout JSONWriter) {
    name.write(to: &json)
    json.field("path") { $0.string(path) }
    json.field("rows") { $0.number(rows) }
    json.field("bytes") { $0.number(bytes) }
    json.text("rowSum", rowSum?.description)
    json.field("columns") { $0.strings(columns) }
    json.field("key") { $0.strings(key) }
    if let rootOf {
      json.field("rootOf") { json in
        json.beginObject()
        rootOf.write(to: &json)
        json.endObject()
      }
    }
    json.text("condition", condition)
    json.list("parts", parts) { part, json in
      json.field("rows") { $0.number(part.rows) }
      json.field("bytes") { $0.number(part.bytes) }
      json.text("sha256", part.sha256?.description)
    }
  }
}

extension DatabaseManifest.TableName {
  fileprivate func write(to json: inout JSONWriter) {
    json.text("schema", schema)
    json.field("name") { $0.string(name) }
  }
}

extension JSONWriter {
  /// A field that is left out for `nil`.
  fileprivate mutating func text(_ name: String, _ value: String?) {
    if let value { field(name) { $0.string(value) } }
  }

  /// A list of objects, with the fields that `write` gives each.
  fileprivate mutating func list<Element>(
    _ name: String, _ elements: [Element], _ write: (Element, inout JSONWriter) -> Void
  ) {
    key(name)
    beginArray()
    for element in elements {
      beginObject()
      write(element, &self)
      endObject()
    }
    endArray()
  }

  /// An object whose fields are named by its contents, in the order of their bytes.
  fileprivate mutating func map<Value>(
    _ name: String, _ values: [String: Value], _ write: (Value, inout JSONWriter) -> Void
  ) {
    key(name)
    beginObject()
    for (name, value) in values.sorted(by: { $0.key.sortsBefore($1.key) }) {
      key(escaping: name)
      write(value, &self)
    }
    endObject()
  }
}
