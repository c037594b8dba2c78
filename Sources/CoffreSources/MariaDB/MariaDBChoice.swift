import CoffreCore
import MariaDBKit

/// What of a server is asked for, by the patterns. A backup takes it; `source test` tells what would be in its way.
struct MariaDBChoice: Sendable {
  /// All that the server has, for patterns that were meant for some.
  let databases: [String]
  let tables: [ObjectPatterns.Table]
  let taken: [Database]
  /// What nobody expects in a backup of a whole server, but should know of.
  let missing: [DatabaseProbe.Missing]

  struct Database: Sendable {
    let definitions: DatabaseDefinitions
    /// What cannot be taken, and what nobody expects in a backup, but should know of.
    let missing: [DatabaseProbe.Missing]
    /// The tables whose rows are taken.
    let rows: [DatabaseDefinitions.Table]
    /// The tables and sequences whose definitions are taken.
    let structures: Set<String>
  }

  private static let serversOwn: Set<String> = ["mysql", "information_schema", "performance_schema", "sys"]

  init(_ settings: DatabaseSettings, _ facts: MariaDBFacts, on connection: MariaDBConnection) throws(MariaDBError) {
    let rows = try connection.execute(#"SHOW DATABASES"#)
    databases = (0..<rows.count).compactMap { rows[$0, 0] }.filter { !Self.serversOwn.contains($0.lowercased()) }
      .sorted { $0.sortsBefore($1) }
    let patterns = settings.patterns
    let wanted =
      if let name = settings.location.database {
        // By bytes, as most servers do; a server that minds no capitals gets its own spelling back.
        [databases.first { $0.hasSameBytes(as: name) } ?? name]
      } else {
        databases.filter { patterns.takesDatabase($0) }
      }
    missing =
      settings.location.database != nil || facts.rights.seesDatabases
      ? []
      : [
        DatabaseProbe.Missing(
          object: "server",  // not for people
          reason: "the account '\(facts.account)' may not see all databases: grant SHOW DATABASES", isLoss: false)
      ]
    var taken: [Database] = []
    var tables: [ObjectPatterns.Table] = []
    for name in wanted {
      var seen: [ObjectPatterns.Table] = []
      let definitions = try DatabaseDefinitions(
        of: name, facts: facts, on: connection,
        takes: { table in
          let known = ObjectPatterns.Table(database: name, schema: nil, name: table.name)
          seen.append(known)
          return patterns.decide(on: known) != .leftOut
        }, takesAll: !patterns.selectsTables, takesObjects: patterns.content != .dataOnly && !patterns.selectsTables)
      tables += seen
      taken.append(Database(definitions, patterns, facts))
    }
    self.taken = taken
    self.tables = tables
  }

  func hasSameShape(as other: MariaDBChoice) -> Bool { firstDifference(from: other) == nil }

  /// The name of something that is not the same in the other.
  func firstDifference(from other: MariaDBChoice) -> String? {
    let names = taken.map(\.definitions.name)
    let others = other.taken.map(\.definitions.name)
    guard names == others else { return Set(names).symmetricDifference(others).min() ?? "" }
    for (own, other) in zip(taken, other.taken) {
      if let name = own.definitions.firstDifference(from: other.definitions) { return name }
    }
    return nil
  }
}

extension MariaDBChoice.Database {
  init(_ definitions: DatabaseDefinitions, _ patterns: ObjectPatterns, _ facts: MariaDBFacts) {
    self.definitions = definitions
    let name = definitions.name
    func decide(_ table: String) -> ObjectPatterns.TableDecision {
      patterns.decide(on: ObjectPatterns.Table(database: name, schema: nil, name: table))
    }
    var missing = definitions.hidden
    var rows: [DatabaseDefinitions.Table] = []
    for table in definitions.tables where decide(table.table.name).takesRows {
      if table.table.showsOthers {
        missing.append(
          DatabaseProbe.Missing(
            object: "rows of table \(name).\(table.table.name)",  // not for people
            reason: "its engine \(table.table.engine) shows what lies elsewhere", isLoss: false))
        continue
      }
      if table.table.kind == .versioned, !facts.version.insertsHistory {
        missing.append(
          DatabaseProbe.Missing(
            object: "history of table \(name).\(table.table.name)",  // not for people
            reason: "this version of the server takes no history back", isLoss: false))
      }
      rows.append(table)
    }
    for object in definitions.objects where !object.problem.isEmpty {
      missing.append(
        DatabaseProbe.Missing(
          object: "view \(name).\(object.name)",  // not for people
          reason: "it is broken, and kept as a remark only: \(.verbatim(object.problem))", isLoss: false))
    }
    self.missing = missing
    self.rows = rows
    structures = Set(
      (definitions.tables.map(\.table.name) + definitions.sequences.keys).filter { decide($0).takesStructure })
  }

  /// Tables that no transaction shows as they were.
  func lockedTables(_ facts: MariaDBFacts) -> [String] {
    rows.filter { !facts.transactional.contains($0.table.engine) }.map { table in
      "\(MariaDBQuoting.identifier(definitions.name)).\(MariaDBQuoting.identifier(table.table.name))"
    }
  }
}
