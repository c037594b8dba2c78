import CoffreCore
import MariaDBKit

/// Everything that a database is made of besides its rows, as the server tells it.
struct DatabaseDefinitions: Sendable, Hashable {
  /// How a table is made.
  struct Table: Sendable, Hashable {
    let table: MariaDBTable
    /// What `SHOW CREATE TABLE` answers.
    let statement: String
    let columns: [MariaDBColumn]
    let key: MariaDBKey?
  }

  let name: String
  let characterSet: String
  let collation: String
  let comment: String
  let tables: [Table]
  /// Names, and what makes them.
  let sequences: [String: String]
  let objects: [StoredObject]
  /// What the server keeps from us, and why.
  let hidden: [DatabaseProbe.Missing]

  /// The same with more objects, behind the others.
  func adding(_ more: [StoredObject]) -> DatabaseDefinitions {
    DatabaseDefinitions(
      name: name, characterSet: characterSet, collation: collation, comment: comment, tables: tables,
      sequences: sequences, objects: objects + more, hidden: hidden)
  }

  /// Two that were read around a moment are equal if nothing changed meanwhile.
  func hasSameShape(as other: DatabaseDefinitions) -> Bool { firstDifference(from: other) == nil }

  /// The name of something that is not the same in the other.
  func firstDifference(from other: DatabaseDefinitions) -> String? {
    let own = Dictionary(shapes, uniquingKeysWith: { first, _ in first })
    let others = Dictionary(other.shapes, uniquingKeysWith: { first, _ in first })
    return Set(own.keys).union(others.keys).filter { own[$0] != others[$0] }.min()
  }

  private var shapes: [(String, [UInt8])] {
    tables.map { ("table \($0.table.name)", Array(CreateTable.withoutCounter($0.statement).utf8)) }  // not for people
      + sequences.map { ("sequence \($0.key)", Array($0.value.utf8)) }  // not for people
      + objects.map { ("\($0.kind.rawValue) \($0.name)", $0.statement) }
      + [("database \(name)", Array("\(characterSet) \(collation)".utf8))]  // not for people
  }
}

// MARK: Reading

extension DatabaseDefinitions {
  /// Reads all of them; the connection is left in the database.
  ///
  /// - Parameters:
  ///   - takes: whether a table is wanted at all.
  ///   - takesAll: whether one that the server does not show would be missed.
  init(
    of name: String, facts: MariaDBFacts, on connection: MariaDBConnection, takes: (MariaDBTable) -> Bool,
    takesAll: Bool = true, takesObjects: Bool
  ) throws(MariaDBError) {
    self.name = name
    try connection.execute("USE \(MariaDBQuoting.identifier(name))")  // not for people
    let schema = try connection.execute(
      #"""
      SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA
      WHERE SCHEMA_NAME = \#(MariaDBQuoting.literal(name))
      """#)
    guard schema.count == 1 else {
      throw MariaDBError(.refused, "Unknown database '\(name)'", code: 1049, state: "42000")  // not for people
    }
    characterSet = schema[0, 0] ?? "utf8mb4"
    collation = schema[0, 1] ?? "utf8mb4_general_ci"
    comment = facts.version.isMariaDB ? try Self.comment(of: name, on: connection) : ""
    var reading = Reading(name: name, facts: facts, connection: connection)
    if takesAll { reading.lookForHidden() }
    try reading.readTables(takes)
    if takesObjects { try reading.readObjects() }
    tables = reading.tables
    sequences = reading.sequences
    objects = reading.objects
    hidden = reading.hidden
  }

  private static func comment(of name: String, on connection: MariaDBConnection) throws(MariaDBError) -> String {
    do throws(MariaDBError) {
      let rows = try connection.execute(
        #"SELECT SCHEMA_COMMENT FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = \#(MariaDBQuoting.literal(name))"#)
      return rows[0, 0] ?? ""
    } catch {
      // Before 10.5 there is no such column.
      guard error.code == 1054 else { throw error }
      return ""
    }
  }
}

/// Asks for one thing after the other.
private struct Reading {
  let name: String
  let facts: MariaDBFacts
  let connection: MariaDBConnection
  var tables: [DatabaseDefinitions.Table] = []
  var sequences: [String: String] = [:]
  var objects: [StoredObject] = []
  var hidden: [DatabaseProbe.Missing] = []
  private var views: [MariaDBTable] = []
  private var viewColumns: [String: [String]] = [:]

  init(name: String, facts: MariaDBFacts, connection: MariaDBConnection) {
    self.name = name
    self.facts = facts
    self.connection = connection
  }

  /// A server shows only the tables that somebody has a right on.
  mutating func lookForHidden() {
    if !facts.rights.has("SELECT", on: name) {
      hide(#"tables of database \#(name)"#, "the account '\(facts.account)' may not see all of them: grant SELECT")
    }
  }

  mutating func readTables(_ takes: (MariaDBTable) -> Bool) throws(MariaDBError) {
    let columns = try MariaDBColumn.all(of: name, on: connection)
    let keys = try MariaDBKey.all(of: name, on: connection)
    for table in try MariaDBTable.all(of: name, on: connection) where takes(table) {
      let quoted = MariaDBQuoting.identifier(table.name)
      switch table.kind {
      case .view:
        views.append(table)
        viewColumns[table.name] = (columns[table.name] ?? []).map(\.name)
      case .sequence:
        let rows = try connection.execute(#"SHOW CREATE SEQUENCE \#(quoted)"#)
        guard let statement = rows[0, 1] else { continue }
        sequences[table.name] = statement
      case .table, .versioned:
        guard table.problem.isEmpty else {
          hide(#"table \#(name).\#(table.name)"#, .verbatim(table.problem))
          continue
        }
        let rows = try connection.execute(#"SHOW CREATE TABLE \#(quoted)"#)
        guard let statement = rows[0, 1] else { continue }
        tables.append(
          DatabaseDefinitions.Table(
            table: table, statement: statement, columns: columns[table.name] ?? [], key: keys[table.name]))
      }
    }
  }

  mutating func readObjects() throws(MariaDBError) {
    try readRoutines()
    try readViews()
    try readTriggers()
    try readEvents()
  }

  private mutating func readRoutines() throws(MariaDBError) {
    let rights = ["EXECUTE", #"ALTER ROUTINE"#, #"CREATE ROUTINE"#]
    guard facts.seesAllRoutines || rights.contains(where: { facts.rights.has($0, on: name) }) else {
      hide(#"routines of database \#(name)"#, "the account '\(facts.account)' may not see them: grant EXECUTE")
      return
    }
    let rows = try connection.execute(
      #"""
      SELECT ROUTINE_TYPE, ROUTINE_NAME, DEFINER FROM information_schema.ROUTINES
      WHERE ROUTINE_SCHEMA = \#(MariaDBQuoting.literal(name)) ORDER BY ROUTINE_TYPE, ROUTINE_NAME
      """#)
    for row in 0..<rows.count {
      guard let type = rows[row, 0], let routine = rows[row, 1] else { continue }
      let kind: StoredObject.Kind? =
        switch type {
        case "FUNCTION": .function
        case "PROCEDURE": .procedure
        case "PACKAGE": .package
        case #"PACKAGE BODY"#: .packageBody
        default: nil
        }
      guard let kind else { continue }
      let column = type == #"PACKAGE BODY"# ? #"Create Package Body"# : #"Create \#(type)"#
      try read(kind, routine, #"SHOW CREATE \#(type) \#(MariaDBQuoting.identifier(routine))"#, column, rows[row, 2])
    }
  }

  private mutating func readViews() throws(MariaDBError) {
    let rows = try connection.execute(
      #"""
      SELECT TABLE_NAME, DEFINER FROM information_schema.VIEWS WHERE TABLE_SCHEMA = \#(MariaDBQuoting.literal(name))
      """#)
    let definers = Dictionary(
      (0..<rows.count).map { (rows[$0, 0] ?? "", rows[$0, 1] ?? "") }, uniquingKeysWith: { first, _ in first })
    for view in views {
      let count = objects.count
      try read(
        .view, view.name, #"SHOW CREATE VIEW \#(MariaDBQuoting.identifier(view.name))"#, #"Create View"#,
        definers[view.name])
      guard objects.count > count else { continue }
      objects[count].columns = viewColumns[view.name] ?? []
      objects[count].problem = view.problem
    }
  }

  private mutating func readTriggers() throws(MariaDBError) {
    guard facts.rights.has("TRIGGER", on: name) else {
      hide(#"triggers of database \#(name)"#, "the account '\(facts.account)' may not see them: grant TRIGGER")
      return
    }
    let taken = Set(tables.map(\.table.name))
    // In the order in which they act.
    let rows = try connection.execute(#"SHOW TRIGGERS"#)
    guard let own = rows.column("Trigger"), let table = rows.column("Table"), let definer = rows.column("Definer")
    else { return }
    for row in 0..<rows.count {
      guard let trigger = rows[row, own], let of = rows[row, table], taken.contains(of) else { continue }
      try read(
        .trigger, trigger, #"SHOW CREATE TRIGGER \#(MariaDBQuoting.identifier(trigger))"#, #"SQL Original Statement"#,
        rows[row, definer])
    }
  }

  private mutating func readEvents() throws(MariaDBError) {
    guard facts.rights.has("EVENT", on: name) else {
      hide(#"events of database \#(name)"#, "the account '\(facts.account)' may not see them: grant EVENT")
      return
    }
    let rows = try connection.execute(
      #"""
      SELECT EVENT_NAME, DEFINER FROM information_schema.EVENTS WHERE EVENT_SCHEMA = \#(MariaDBQuoting.literal(name))
      ORDER BY EVENT_NAME
      """#)
    for row in 0..<rows.count {
      guard let event = rows[row, 0] else { continue }
      try read(
        .event, event, #"SHOW CREATE EVENT \#(MariaDBQuoting.identifier(event))"#, #"Create Event"#, rows[row, 1])
    }
  }

  private mutating func read(
    _ kind: StoredObject.Kind, _ object: String, _ command: String, _ column: String, _ definer: String?
  ) throws(MariaDBError) {
    let subject = "\(kind.rawValue) \(name).\(object)"
    do throws(MariaDBError) {
      guard
        var found = try StoredObjectReader.read(kind, object, command, column: column, on: connection)
      else {
        hide(subject, "the account '\(facts.account)' may not see how it is made: grant SELECT on mysql.proc")
        return
      }
      found.definer = definer
      objects.append(found)
    } catch {
      // Not ours to see (1142, 1227, 1370), or gone in between (1305, 1539, 1360).
      guard error.reason == .refused else { throw error }
      hide(subject, error.message)
    }
  }

  private mutating func hide(_ object: String, _ reason: Message) {
    hidden.append(DatabaseProbe.Missing(object: object, reason: reason, isLoss: true))
  }
}
