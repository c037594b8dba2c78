import CoffreCore
import PostgresKit

/// What the catalogs of one database say is to be taken, as the leader of its instant sees them. Its tables stay locked
/// until the instant ends.
struct DumpContents: Sendable {
  let facts: ServerFacts
  /// As 15 for 15.18.
  let serverMajor: Int
  private(set) var tables: [DumpedTable] = []
  private(set) var sequences: [SequenceValue] = []
  let takesLargeObjects: Bool
  let objects: ObjectCounts
  let roles: [String]
  let commands: DatabaseCommands
  /// What is not in the dump, and why.
  private(set) var missed: [PostgresMissing] = []
  /// How pg_dump is told what is wanted; `nil` if nothing is.
  let toolChoice: ToolChoice?
  /// The table that pg_dump locks last; `nil` if it locks none.
  let lastLocked: UInt32?
  /// Everything that patterns may have been meant for.
  let names: [ObjectPatterns.Table]

  /// - Throws: `SharedInstant.Lost`; `PostgresError`.
  init(
    of database: PostgresDatabase, at instant: SharedInstant, on leader: PostgresConnection, _ patterns: ObjectPatterns
  )
    throws
  {
    facts = try ServerFacts.read(on: leader)
    serverMajor = leader.majorVersion
    objects = try ObjectCounts.read(on: leader)
    roles = try NamedRoles.read(on: leader)
    commands = try DatabaseCommands(database, on: leader)
    let choice = try DumpChoice(in: database.name, on: leader, patterns)
    names = choice.tables.names
    if let gone = choice.tables.needed.first(where: { $0.isLocked && $0.wasDropped }) {
      throw SharedInstant.Lost(table: try gone.quotedName())
    }
    if let gone = choice.sequences.first(where: { $0.mayUseSchema == nil || $0.mayRead == nil }) {
      throw SharedInstant.Lost(table: try quotedName(gone.schema, gone.name))
    }
    // pg_dump takes all of them or none.
    takesLargeObjects = choice.largeObjects.count > 0 && choice.largeObjects.unreadableCount == 0
    toolChoice = try ToolChoice(choice, selects: patterns.selectsTables)
    // pg_dump 13 does not lock partitioned tables, and none locks what CREATE EXTENSION brings.
    lastLocked = zip(choice.tables.relations, choice.tables.decisions).filter { relation, decision in
      decision.takesStructure && relation.holdsRows && relation.extensionName == nil && !relation.isClosed
    }.map { $0.0.oid }.max()
    missed = try choice.missing(facts, on: leader)
    let readable = choice.tables.readable(facts)
    for relation in readable {
      let name = try relation.quotedName()
      guard instant.isLocked(name) else { throw SharedInstant.Lost(table: name) }
    }
    try collect(readable.filter(\.holdsRows), tree: try RelationTree(choice.tables.relations, on: leader), on: leader)
    sequences = try SequenceValue.all(of: Self.readable(choice.sequences, facts), on: leader)
  }

  /// Quoted names of the tables that are taken, and of the partitioned tables above them, as they are now.
  static func tablesToLock(
    in database: String, on server: any PostgresQuerying, _ patterns: ObjectPatterns
  ) throws(PostgresError) -> [String] {
    var names: [String] = []
    for relation in try DumpedTables(in: database, on: server, patterns).locked {
      names.append(try relation.quotedName())
    }
    return names
  }
}

// MARK: What is taken

extension DumpContents {
  private static func readable(_ sequences: [PostgresSequence], _ facts: ServerFacts) -> [PostgresSequence] {
    sequences.filter { !$0.isLeftToExtension && MissingRights.missing($0, facts) == nil }
  }

  private mutating func collect(_ relations: [PostgresRelation], tree: RelationTree, on leader: PostgresConnection)
    throws
  {
    let storages = try RelationStorage.all(of: relations, on: leader)
    if let index = storages.firstIndex(where: \.wasRewritten) {
      throw SharedInstant.Lost(table: try relations[index].quotedName())
    }
    let columns = try PostgresColumn.all(of: relations, on: leader)
    let keys = try PostgresKey.all(of: relations, on: leader)
    tables.reserveCapacity(relations.count)
    for (relation, storage) in zip(relations, storages) {
      let own = columns[relation.oid] ?? []
      let condition = relation.configuration ?? ""
      tables.append(
        DumpedTable(
          relation: relation, columns: own.filter(\.isCopied),
          key: (keys[relation.oid]?.columns ?? []).compactMap { number in own.first { $0.number == number }?.name },
          root: tree.isLoadedThroughRoot(relation) ? tree.root(of: relation) : nil, condition: condition,
          sizeInBytes: storage.sizeInBytes,
          partStarts: DumpedTable.partStarts(
            blocks: storage.blocks, bytes: storage.sizeInBytes,
            canBeSplit: leader.majorVersion >= 14 && relation.accessMethod == "heap" && condition.isEmpty
              && own.contains(where: \.isCopied))))
    }
  }
}
