import CoffreCore

/// The scripts that make a database but for its rows.
struct DefinitionScripts: Sendable {
  let definitions: DatabaseDefinitions
  /// Names of the tables and sequences that are made.
  let structures: Set<String>
  /// What sequences give next, and how often they began anew.
  let values: [String: (next: Int64, rounds: Int64)]

  /// What every script begins with: what it holds must mean the same wherever it is run.
  static let settings = [
    #"SET NAMES utf8mb4"#,
    #"SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone = '+00:00'"#,
    #"SET foreign_key_checks = 0, unique_checks = 0"#,
  ]

  /// Tables and sequences, without what is made faster when the rows are there.
  func schema() -> DelimitedScript {
    var script = DelimitedScript(remarks: [#"Tables and sequences of \#(remark(definitions.name))"#])
    for setting in Self.settings { script.add(setting) }
    for (name, statement) in definitions.sequences.sorted(by: { $0.key.sortsBefore($1.key) })
    where structures.contains(name) {
      script.add(CreateTable(statement, name: name, in: definitions.name, takesApart: false).table)
      if let value = values[name] {
        script.add(
          #"SELECT SETVAL(\#(MariaDBQuoting.identifier(name)), \#(value.next), 0, \#(value.rounds))"#)
      }
    }
    for table in tables { script.add(table.table) }
    return script
  }

  /// Keys and foreign keys of the tables.
  func indexes() -> DelimitedScript {
    var script = DelimitedScript(remarks: [#"Keys of \#(remark(definitions.name))"#])
    for setting in Self.settings { script.add(setting) }
    for table in tables { table.keyStatements.forEach { script.add($0) } }
    for table in tables { table.foreignKeyStatements.forEach { script.add($0) } }
    return script
  }

  private var tables: [CreateTable] {
    definitions.tables.filter { structures.contains($0.table.name) }.map { table in
      CreateTable(
        table.statement, name: table.table.name, in: definitions.name,
        // The history of rows forbids to change a table.
        takesApart: table.table.kind == .table && table.table.engine.uppercased() == "INNODB")
    }
  }

  /// Routines, views, triggers, events, in an order in which each finds what it needs.
  func routines() -> DelimitedScript {
    var script = DelimitedScript(
      remarks: [#"Routines, views, triggers and events of \#(remark(definitions.name))"#])
    for setting in Self.settings { script.add(setting) }
    let objects = definitions.objects
    for kind in [StoredObject.Kind.function, .procedure, .package, .packageBody] {
      for object in objects where object.kind == kind { add(object, to: &script) }
    }
    let views = objects.filter { $0.kind == .view && $0.problem.isEmpty }
    // Views see each other: each has its columns before one of them is made.
    for view in views {
      let columns = view.columns.map { #"1 AS \#(MariaDBQuoting.identifier($0))"# }.joined(separator: ", ")
      script.add(#"CREATE VIEW \#(MariaDBQuoting.identifier(view.name)) AS SELECT \#(columns)"#)
    }
    for view in Self.ordered(views) { add(view, to: &script) }
    for kind in [StoredObject.Kind.trigger, .event] {
      for object in objects where object.kind == kind { add(object, to: &script) }
    }
    return script
  }

  /// Views behind those that they name: one with a CHECK OPTION wants the others as they really are.
  private static func ordered(_ views: [StoredObject]) -> [StoredObject] {
    let pieces = views.map { view in
      Set(SQLPieces.read(view.statement).filter { $0.kind == .name }.map { Array(view.statement[$0.range]) })
    }
    let names = views.map { Array(MariaDBQuoting.identifier($0.name).utf8) }
    var left = Array(views.indices)
    var ordered: [StoredObject] = []
    while !left.isEmpty {
      let next = left.firstIndex { view in !left.contains { $0 != view && pieces[view].contains(names[$0]) } }
      // What looks like a circle is none: a column may have a view's name.
      ordered.append(views[left.remove(at: next ?? 0)])
    }
    return ordered
  }

  private func add(_ object: StoredObject, to script: inout DelimitedScript) {
    var settings = [
      #"SET character_set_client = \#(object.client), collation_connection = \#(object.connectionCollation)"#
    ]
    if let mode = object.sqlMode { settings.append(#"SET sql_mode = \#(MariaDBQuoting.literal(mode))"#) }
    if let zone = object.timeZone { settings.append(#"SET time_zone = \#(MariaDBQuoting.literal(zone))"#) }
    let other = object.databaseCollation.flatMap { $0 == definitions.collation ? nil : $0 }
    // It is that of the database when they were made; the database may have got another one since.
    if let other { settings.append(#"ALTER DATABASE COLLATE \#(other)"#) }
    for setting in settings { script.add(setting) }
    script.add(object.kind == .view ? Self.replacing(object.statement) : object.statement)
    if other != nil { script.add(#"ALTER DATABASE COLLATE \#(definitions.collation)"#) }
    for setting in Self.settings.prefix(2) where object.kind != .view || setting.hasPrefix(#"SET NAMES"#) {
      script.add(setting)
    }
  }

  /// `CREATE OR REPLACE …` of `CREATE …`.
  private static func replacing(_ statement: [UInt8]) -> [UInt8] {
    let create = Array("CREATE ".utf8)
    guard statement.starts(with: create) else { return statement }
    return create + Array("OR REPLACE ".utf8) + statement.dropFirst(create.count)
  }
}

/// A remark ends with its line.
func remark(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }
