import CoffreCore

extension DatabaseManifest {
  /// Reads `manifest.json`. Fields it does not know are passed over; a later version is refused.
  package init(decoding bytes: [UInt8]) throws(DatabaseManifestError) {
    let head: ManifestHead
    do throws(MalformedJSON) {
      head = try ManifestHead(bytes)
    } catch {
      throw .malformed(MalformedManifest(error))
    }
    guard head.format == Self.format, let version = head.version, version > 0 else { throw .foreign }
    guard version <= Self.version else { throw .newer(version: version) }
    guard let kind = DatabaseKind(rawValue: head.kind) else { throw .unknownKind(head.kind) }
    do throws(MalformedJSON) {
      try self.init(JSONReader(bytes), of: kind)
    } catch {
      throw .malformed(MalformedManifest(error))
    }
  }
}

/// What decides how the rest is read, wherever in the text it stands.
private struct ManifestHead {
  private enum Field: String, CaseIterable, Sendable { case format, version, kind }

  var format = ""
  var version: UInt64?
  var kind = ""

  init(_ bytes: [UInt8]) throws(MalformedJSON) {
    var reader = JSONReader(bytes)
    var fields = JSONFields<Field>()
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .format: format = try reader.swiftString()
      case .version: version = try reader.unsigned()
      case .kind: kind = try reader.swiftString()
      }
    }
    try reader.finish()
  }
}

extension DatabaseManifest {
  private enum Field: String, CaseIterable, Sendable {
    case complete, server, tools, databases, missed
    case instants = "instant"
  }

  private init(_ start: JSONReader, of kind: DatabaseKind) throws(MalformedJSON) {
    var reader = start
    var fields = JSONFields<Field>()
    var server: Server?
    var isComplete: Bool?
    var tools: [Tool] = []
    var instants: [Instant] = []
    var databases: [Database]?
    var missed: [Missed] = []
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .complete: isComplete = try reader.bool()
      case .server: server = try Self.server(&reader)
      case .tools: tools = try reader.list(Self.tool)
      case .instants: instants = try reader.list(Self.instant)
      case .databases: databases = try reader.list(Database.init(reading:))
      case .missed: missed = try reader.list(Self.missed)
      }
    }
    try reader.finish()
    guard let server else { throw reader.failure("no server") }
    guard let databases else { throw reader.failure("no list of databases") }
    // To be taken for complete, it must say so.
    guard let isComplete else { throw reader.failure("no word on whether it is complete") }
    self.init(
      kind: kind, server: server, tools: tools, instants: instants, databases: databases, missed: missed,
      isComplete: isComplete)
  }

  private enum ServerField: String, CaseIterable, Sendable { case version, name, identity }

  private static func server(_ reader: inout JSONReader) throws(MalformedJSON) -> Server {
    var version: String?
    var name: String?
    var identity: String?
    var fields = JSONFields<ServerField>()
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .version: version = try reader.swiftString()
      case .name: name = try reader.swiftString()
      case .identity: identity = try reader.optionalString()
      }
    }
    guard let version, let name else { throw reader.failure("object without '\("name")' or '\("version")'") }
    return Server(version: version, name: name, identity: identity)
  }

  private static func tool(_ reader: inout JSONReader) throws(MalformedJSON) -> Tool {
    let pair = try reader.strings("name", "version")
    return Tool(name: pair.first, version: pair.second)
  }

  private static func missed(_ reader: inout JSONReader) throws(MalformedJSON) -> Missed {
    let pair = try reader.strings("object", "reason")
    return Missed(object: pair.first, reason: pair.second)
  }

  private enum InstantField: String, CaseIterable, Sendable { case database, takenAt, position, log }

  private static func instant(_ reader: inout JSONReader) throws(MalformedJSON) -> Instant {
    var instant = Instant(database: nil, takenAt: .missing, position: nil)
    var fields = JSONFields<InstantField>()
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      switch field {
      case .database: instant.database = try reader.optionalString()
      case .takenAt: instant.takenAt = try reader.time()
      case .position: instant.position = try reader.optionalString()
      case .log: instant.log = try reader.optionalString()
      }
    }
    return instant
  }
}
