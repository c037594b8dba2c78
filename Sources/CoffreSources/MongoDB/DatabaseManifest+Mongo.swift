import CoffreCore

extension DatabaseManifest {
  /// What a backup of MongoDB says of itself.
  ///
  /// - Throws: for a collection that was not read whole, though nothing says that it was lost.
  init(
    server facts: MongoFacts, name: String, identity: String?, at instant: MongoInstant, dumps: [MongoDump],
    missed: [DatabaseProbe.Missing]
  ) throws(SourceError) {
    var databases: [Database] = []
    for dump in dumps {
      // Users and roles alone make no database.
      if let database = try Database(dump) { databases.append(database) }
    }
    self.init(
      kind: .mongodb, server: Server(version: facts.versionText, name: name, identity: identity),
      instants: [Instant(instant)],
      databases: databases, missed: missed.map { Missed(object: $0.object, reason: $0.reason.description) },
      isComplete: !missed.contains(where: \.isLoss))
  }
}

extension DatabaseManifest.Instant {
  /// What the collections show, or what the log leads them to.
  fileprivate init(_ instant: MongoInstant) {
    if let end = instant.log?.end {
      self.init(
        database: nil, takenAt: end.takenAt, position: MongoInstant.position(end.time), log: MongoLog.fileName)
    } else {
      self.init(
        database: nil, takenAt: instant.takenAt, position: instant.clusterTime.map { MongoInstant.position($0) })
    }
  }
}

extension DatabaseManifest.Database {
  fileprivate init?(_ dump: MongoDump) throws(SourceError) {
    let path = displayed(EscapedName.fileName(of: dump.name))
    var tables: [DatabaseManifest.Table] = []
    for (number, rows) in dump.rows.enumerated() {
      guard let part = try dump.part(of: number), !rows.isGlobal else { continue }
      tables.append(
        DatabaseManifest.Table(
          name: DatabaseManifest.TableName(name: rows.collection.name),
          path: "\(path)/\(displayed(rows.fileName))", rows: part.rows, bytes: part.bytes, rowSum: part.rowSum,
          key: ["_id"],
          parts: [DatabaseManifest.Part(rows: part.rows, bytes: part.bytes)]))
    }
    if dump.collections.isEmpty, dump.rows.contains(where: \.isGlobal) { return nil }
    var objects: [String: Int64] = [:]
    for collection in dump.collections {
      objects[collection.kind.rawValue, default: 0] += 1
      objects["index", default: 0] += Int64(collection.indexes.count)
    }
    self.init(name: dump.name, path: path, objects: objects.filter { $0.value > 0 }, tables: tables)
  }
}
