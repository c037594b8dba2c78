import CoffreCore
import PostgresKit

/// What of one database is wanted, by the patterns. A backup takes it; `source test` tells what would be in its way.
struct DumpChoice: Sendable {
  let tables: DumpedTables
  /// All that the database has, each with what is wanted of it.
  let allSequences: [(sequence: PostgresSequence, decision: ObjectPatterns.TableDecision)]
  /// None if they are not wanted.
  let largeObjects: LargeObjects
  /// Whether what belongs to the database and to no table is wanted.
  let takesDefinitions: Bool

  init(in database: String, on server: any PostgresQuerying, _ patterns: ObjectPatterns) throws(PostgresError) {
    tables = try DumpedTables(in: database, on: server, patterns)
    allSequences = try PostgresSequence.all(on: server).map { sequence in
      // One that belongs to a column comes and goes with its table.
      let table = ObjectPatterns.Table(
        database: database, schema: sequence.owner?.schema ?? sequence.schema,
        name: sequence.owner?.table ?? sequence.name)
      return (sequence, patterns.decide(on: table))
    }
    let wantsLargeObjects = patterns.content != .structureOnly && !patterns.selectsTables
    largeObjects =
      try wantsLargeObjects
      ? LargeObjects.read(on: server) : LargeObjects(count: 0, unreadableCount: 0, unreadable: [])
    // As pg_dump: a subscription is no part of a chosen table, and rows alone bring no definition.
    takesDefinitions = patterns.content != .dataOnly && !patterns.selectsTables
  }

  /// Whose values are wanted.
  var sequences: [PostgresSequence] { allSequences.filter(\.decision.takesRows).map(\.sequence) }

  /// What is wanted and cannot be had, and what nobody expects in a dump, but should know of.
  func missing(_ facts: ServerFacts, on server: any PostgresQuerying) throws(PostgresError) -> [PostgresMissing] {
    var missing = try MissingRights.find(
      relations: tables.needed, sequences: sequences, largeObjects: largeObjects, facts: facts,
      withDefinitions: takesDefinitions, on: server)
    if largeObjects.unreadableCount > 0 {
      missing.append(
        PostgresMissing(
          "all other large objects",  // not for people
          "pg_dump takes all of them or none"))
    }
    return missing + tables.remarks
  }
}

/// All tables, views and the like of a database, each with what is wanted of it.
struct DumpedTables: Sendable {
  let relations: [PostgresRelation]
  let decisions: [ObjectPatterns.TableDecision]
  /// As patterns see them.
  let names: [ObjectPatterns.Table]

  init(in database: String, on server: any PostgresQuerying, _ patterns: ObjectPatterns) throws(PostgresError) {
    relations = try PostgresRelation.all(on: server)
    names = relations.map { ObjectPatterns.Table(database: database, schema: $0.schema, name: $0.name) }
    decisions = names.map { patterns.decide(on: $0) }
  }

  /// What must be readable.
  var needed: [PostgresRelation] { filtered { $1.takesRows || ($1.takesStructure && $0.isClosed) } }

  /// Whose rows are taken, and the partitioned tables above them.
  func readable(_ facts: ServerFacts) -> [PostgresRelation] {
    filtered { $1.takesRows && $0.isLocked && MissingRights.missing($0, facts) == nil }
  }

  /// What the leader locks: also what pg_dump does, so that pg_dump never waits for a lock that somebody holds.
  var locked: [PostgresRelation] { filtered { $1 != .leftOut && $0.isLocked && !$0.isClosed } }

  fileprivate var remarks: [PostgresMissing] { filtered { $1.takesRows }.compactMap(\.remark) }

  private func filtered(_ isWanted: (PostgresRelation, ObjectPatterns.TableDecision) -> Bool) -> [PostgresRelation] {
    zip(relations, decisions).filter { isWanted($0.0, $0.1) }.map { $0.0 }
  }
}

extension PostgresRelation {
  /// Of the kinds that `LOCK TABLE` takes, and a part of the dump.
  var isLocked: Bool { holdsRows || (kind == .partitionedTable && isForBackup) }

  /// pg_dump locks the tables that it takes, and may not lock these.
  var isClosed: Bool { isLocked && (mayUseSchema == false || mayRead == false) }

  fileprivate var remark: PostgresMissing? {
    switch kind {
    case .foreignTable where isForBackup:
      PostgresMissing(
        "rows of foreign table \(schema).\(name)",  // not for people
        "they lie on another server", isLoss: false)
    case .table where isLeftToExtension && (estimatedRows ?? 0) > 0:
      PostgresMissing(
        "rows of table \(schema).\(name)",  // not for people
        "it belongs to the extension '\(extensionName ?? "")', which does not mark it for backups", isLoss: false)
    default: nil
    }
  }
}

extension PostgresSequence {
  /// pg_dump may not read it.
  var isClosed: Bool { mayUseSchema == false || mayRead == false }
}
