import CoffreCore
import PostgresKit

extension DatabaseManifest {
  /// What a backup of PostgreSQL says of itself.
  ///
  /// - Throws: for a table that was not read whole, though nothing says that it was lost.
  init(
    server facts: ServerFacts, name: String, identity: String?, tools: [Tool], dumps: [PostgresDump],
    missed: [PostgresMissing]
  ) throws(SourceError) {
    let missed = missed + dumps.flatMap(\.missed)
    var databases: [Database] = []
    for dump in dumps { databases.append(try Database(dump)) }
    self.init(
      kind: .postgresql, server: Server(version: facts.versionText, name: name, identity: identity),
      tools: tools,
      instants: dumps.map { dump in
        Instant(
          database: dump.database.name, takenAt: dump.shared.instant.takenAt, position: dump.shared.instant.position)
      },
      databases: databases, missed: missed.map { Missed(object: $0.object, reason: $0.reason.description) },
      isComplete: !missed.contains(where: \.isLoss))
  }
}

extension DatabaseManifest.Database {
  fileprivate init(_ dump: PostgresDump) throws(SourceError) {
    try dump.checkProof()
    let database = dump.database
    let contents = dump.contents
    let path = displayed(EscapedName.fileName(of: database.name))
    var tables: [DatabaseManifest.Table] = []
    for number in contents.tables.indices {
      guard let parts = try dump.parts(of: number) else { continue }
      tables.append(DatabaseManifest.Table(contents.tables[number], parts, below: path))
    }
    self.init(
      name: database.name, path: path, properties: Self.properties(of: database),
      settings: contents.commands.settings.map {
        DatabaseManifest.Setting(name: $0.name, value: $0.value, role: $0.role)
      },
      roles: contents.roles,
      objects: Dictionary(uniqueKeysWithValues: contents.objects.counts.map { ($0.key.rawValue, Int64($0.value)) }),
      tables: tables,
      sequences: contents.sequences.map {
        DatabaseManifest.Sequence(
          name: DatabaseManifest.TableName(schema: $0.sequence.schema, name: $0.sequence.name), lastValue: $0.last,
          isCalled: $0.isCalled)
      })
  }

  /// What `DatabaseCreation` makes the same of.
  static func properties(of database: PostgresDatabase) -> [String: String] {
    var properties = [
      "owner": database.owner, "encoding": database.encoding, "collate": database.locale.collate,
      "characterType": database.locale.characterType, "localeProvider": database.locale.provider.rawValue,
      "tablespace": database.tablespace, "connectionLimit": "\(database.connectionLimit)",
    ]
    properties["locale"] = database.locale.name
    properties["localeRules"] = database.locale.rules
    properties["comment"] = database.comment
    properties["rights"] = database.rights
    if database.isTemplate { properties["isTemplate"] = "true" }
    return properties
  }
}

extension DatabaseManifest.Table {
  fileprivate init(_ table: DumpedTable, _ parts: [TablePart], below folder: String) {
    var sum = RowSum()
    for part in parts { sum.merge(part.rowSum) }
    self.init(
      name: DatabaseManifest.TableName(schema: table.relation.schema, name: table.relation.name),
      path: "\(folder)/\(table.path)", rows: parts.reduce(0) { $0 + $1.rows }, bytes: parts.reduce(0) { $0 + $1.bytes },
      rowSum: sum, columns: table.columns.map(\.name), key: table.key,
      rootOf: table.root.map { DatabaseManifest.TableName(schema: $0.schema, name: $0.name) },
      condition: table.condition.isEmpty ? nil : table.condition,
      parts: parts.map { DatabaseManifest.Part(rows: $0.rows, bytes: $0.bytes) })
  }
}
