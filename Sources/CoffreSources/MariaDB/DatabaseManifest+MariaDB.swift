import CoffreCore
import MariaDBKit

extension DatabaseManifest {
  /// What a backup of MariaDB or MySQL says of itself.
  ///
  /// - Throws: for a table that was not read whole, though nothing says that it was lost.
  init(
    server facts: MariaDBFacts, name: String, identity: String?, at instant: MariaDBInstant, dumps: [MariaDBDump],
    missed: [DatabaseProbe.Missing]
  ) throws(SourceError) {
    var databases: [Database] = []
    for dump in dumps { databases.append(try Database(dump, facts)) }
    self.init(
      kind: .mariadb, server: Server(version: facts.versionText, name: name, identity: identity),
      instants: [Instant(database: nil, takenAt: instant.takenAt, position: instant.position?.text)],
      databases: databases, missed: missed.map { Missed(object: $0.object, reason: $0.reason.description) },
      isComplete: !missed.contains(where: \.isLoss))
  }
}

extension DatabaseManifest.Database {
  fileprivate init(_ dump: MariaDBDump, _ facts: MariaDBFacts) throws(SourceError) {
    try dump.checkProof()
    let definitions = dump.definitions
    let path = displayed(EscapedName.fileName(of: definitions.name))
    var tables: [DatabaseManifest.Table] = []
    for number in dump.tables.indices {
      guard let parts = try dump.parts(of: number) else { continue }
      tables.append(DatabaseManifest.Table(dump.tables[number], parts, facts, below: path))
    }
    var properties = ["characterSet": definitions.characterSet, "collation": definitions.collation]
    if !definitions.comment.isEmpty { properties["comment"] = definitions.comment }
    var objects: [String: Int64] = [:]
    for object in definitions.objects { objects[object.kind.rawValue, default: 0] += 1 }
    objects["table"] = Int64(definitions.tables.count)
    objects["sequence"] = Int64(definitions.sequences.count)
    self.init(
      name: definitions.name, path: path, properties: properties,
      roles: Set(definitions.objects.compactMap(\.definer)).sorted(), objects: objects.filter { $0.value > 0 },
      tables: tables,
      sequences: dump.sequences.sorted { $0.key < $1.key }.map { name, value in
        DatabaseManifest.Sequence(
          name: DatabaseManifest.TableName(name: name), lastValue: value.next, isCalled: false)
      })
  }
}

extension DatabaseManifest.Table {
  fileprivate init(_ table: DumpedRows, _ parts: [TablePart], _ facts: MariaDBFacts, below folder: String) {
    var sum = RowSum()
    for part in parts { sum.merge(part.rowSum) }
    self.init(
      name: DatabaseManifest.TableName(name: table.name), path: "\(folder)/\(table.path)",
      rows: parts.reduce(0) { $0 + $1.rows }, bytes: parts.reduce(0) { $0 + $1.bytes }, rowSum: sum,
      columns: table.columnNames, key: table.keyColumns,
      // How its rows were asked for: a restore that asks so again gets the same lines.
      condition: table.takesHistory ? Self.history : nil,
      parts: parts.map { DatabaseManifest.Part(rows: $0.rows, bytes: $0.bytes) })
  }

  /// Of a table whose file has rows that hold no more.
  static let history = #"FOR SYSTEM_TIME ALL"#
}
