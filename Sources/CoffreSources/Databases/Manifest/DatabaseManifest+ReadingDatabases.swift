import CoffreCore

extension DatabaseManifest.Database {
  private enum Field: String, CaseIterable, Sendable {
    case name, path, properties, settings, roles, objects, tables, imaged, sequences
  }

  init(reading reader: inout JSONReader) throws(MalformedJSON) {
    var name: String?
    var path = ""
    self.init(name: "", path: "")
    var fields = JSONFields<Field>()
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .name: name = try reader.swiftString()
      case .path: path = try reader.swiftString()
      case .properties: properties = try reader.map(Self.property)
      case .settings: settings = try reader.list(DatabaseManifest.Setting.init(reading:))
      case .roles: roles = try reader.strings()
      case .objects: objects = try reader.map(Self.count)
      case .tables: tables = try reader.list(DatabaseManifest.Table.init(reading:))
      case .imaged: imaged = try reader.strings()
      case .sequences: sequences = try reader.list(DatabaseManifest.Sequence.init(reading:))
      }
    }
    guard let name else { throw reader.failure("database without name") }
    self.name = name
    self.path = path
  }

  private static func property(_ reader: inout JSONReader) throws(MalformedJSON) -> String { try reader.swiftString() }
  private static func count(_ reader: inout JSONReader) throws(MalformedJSON) -> Int64 { try reader.count() }
}

extension DatabaseManifest.Setting {
  private enum Field: String, CaseIterable, Sendable { case name, value, role }

  fileprivate init(reading reader: inout JSONReader) throws(MalformedJSON) {
    self.init(name: "", value: "")
    var fields = JSONFields<Field>()
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .name: name = try reader.swiftString()
      case .value: value = try reader.swiftString()
      case .role: role = try reader.optionalString()
      }
    }
  }
}

extension DatabaseManifest.Sequence {
  private enum Field: String, CaseIterable, Sendable { case schema, name, lastValue, isCalled }

  fileprivate init(reading reader: inout JSONReader) throws(MalformedJSON) {
    var schema: String?
    var name: String?
    var value: Int64?
    var isCalled: Bool?
    var fields = JSONFields<Field>()
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .schema: schema = try reader.optionalString()
      case .name: name = try reader.swiftString()
      case .lastValue: value = try reader.signed()
      case .isCalled: isCalled = try reader.bool()
      }
    }
    guard let name, let value, let isCalled else { throw reader.failure("sequence without name or value") }
    self.init(name: DatabaseManifest.TableName(schema: schema, name: name), lastValue: value, isCalled: isCalled)
  }
}

extension DatabaseManifest.Table {
  private enum Field: String, CaseIterable, Sendable {
    case schema, name, path, rows, bytes, rowSum, columns, key, rootOf, condition, parts
  }

  fileprivate init(reading reader: inout JSONReader) throws(MalformedJSON) {
    var schema: String?
    var name: String?
    var path: String?
    var rows: Int64?
    var bytes: Int64?
    self.init(name: DatabaseManifest.TableName(name: ""), path: "")
    var fields = JSONFields<Field>()
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .schema: schema = try reader.optionalString()
      case .name: name = try reader.swiftString()
      case .path: path = try reader.swiftString()
      case .rows: rows = try reader.count()
      case .bytes: bytes = try reader.count()
      case .rowSum: rowSum = try reader.rowSum()
      case .columns: columns = try reader.strings()
      case .key: key = try reader.strings()
      case .rootOf:
        if try !reader.takesNull() { rootOf = try DatabaseManifest.TableName(reading: &reader) }
      case .condition: condition = try reader.optionalString()
      case .parts: parts = try reader.list(DatabaseManifest.Part.init(reading:))
      }
    }
    guard let name, let path else { throw reader.failure("table without name or path") }
    guard let rows, let bytes else { throw reader.failure("table without count of rows or bytes") }
    self.name = DatabaseManifest.TableName(schema: schema, name: name)
    self.path = path
    self.rows = rows
    self.bytes = bytes
  }
}

extension DatabaseManifest.TableName {
  private enum Field: String, CaseIterable, Sendable { case schema, name }

  fileprivate init(reading reader: inout JSONReader) throws(MalformedJSON) {
    self.init(name: "")
    var fields = JSONFields<Field>()
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .schema: schema = try reader.optionalString()
      case .name: name = try reader.swiftString()
      }
    }
  }
}

extension DatabaseManifest.Part {
  private enum Field: String, CaseIterable, Sendable { case rows, bytes, sha256 }

  fileprivate init(reading reader: inout JSONReader) throws(MalformedJSON) {
    var rows: Int64?
    var bytes: Int64?
    var digest: Digest?
    var fields = JSONFields<Field>()
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .rows: rows = try reader.count()
      case .bytes: bytes = try reader.count()
      case .sha256: digest = try reader.digest()
      }
    }
    guard let rows, let bytes else { throw reader.failure("part of a table without counts") }
    self.init(rows: rows, bytes: bytes, sha256: digest)
  }
}

// MARK: What manifests are made of

extension JSONReader {
  /// A number of things: not negative.
  mutating func count() throws(MalformedJSON) -> Int64 {
    let value = try unsigned()
    guard let count = Int64(exactly: value) else { throw failure("number out of range") }
    return count
  }

  /// A string, or `null`.
  mutating func optionalString() throws(MalformedJSON) -> String? {
    if try takesNull() { return nil }
    return try swiftString()
  }

  /// A list, each element of which `element` reads; `null` counts as an empty one.
  mutating func list<Element>(
    _ element: (inout JSONReader) throws(MalformedJSON) -> Element
  ) throws(MalformedJSON) -> [Element] {
    if try takesNull() { return [] }
    var list: [Element] = []
    try enterArray()
    while try nextElement() { list.append(try element(&self)) }
    return list
  }

  /// An object whose fields have no names known before; `null` counts as an empty one.
  fileprivate mutating func map<Value>(
    _ value: (inout JSONReader) throws(MalformedJSON) -> Value
  ) throws(MalformedJSON) -> [String: Value] {
    if try takesNull() { return [:] }
    var map: [String: Value] = [:]
    try enterObject()
    while let key = try nextKey() {
      let name = swiftString(of: key)
      map[name] = try value(&self)
    }
    return map
  }

  /// An object of two texts, both of which must be there.
  mutating func strings(_ first: String, _ second: String) throws(MalformedJSON) -> (first: String, second: String) {
    var one: String?
    var other: String?
    try enterObject()
    while let key = try nextKey() {
      let name = swiftString(of: key)
      if name == first {
        one = try swiftString()
      } else if name == second {
        other = try swiftString()
      } else {
        try skipValue()
      }
    }
    guard let one, let other else {
      throw failure("object without '\(first)' or '\(second)'")
    }
    return (one, other)
  }

  fileprivate mutating func rowSum() throws(MalformedJSON) -> RowSum? {
    let start = position
    guard let text = try optionalString() else { return nil }
    guard let sum = RowSum(hex: text) else {
      throw failure("sum of rows that is no number of 32 hexadecimal digits", at: start)
    }
    return sum
  }
}
