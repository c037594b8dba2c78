import CoffreCore
import MariaDBKit

/// Adds tables of a snapshot to a database that exists: loaded aside, compared, then moved to their place.
struct TableAdding: Sendable {
  let loading: DatabaseLoading
  let target: MariaDBTarget
  /// The database that gets them.
  let name: String
  let chosen: [ChosenTable]

  func run(on connection: MariaDBConnection) throws(SourceError) -> [SourceNote] {
    try checkNames(on: connection)
    try loading.create(on: connection)
    var notes = try loading.load(on: connection)
    try asked { () throws(MariaDBError) in try move(on: connection) }
    notes += try addForeignKeys()
    notes.append(
      SourceNote(
        subject: "database \(name)",  // not for people
        message: "\(counted(chosen.count, "table")) added: \(conjunctionOfSome(chosen.map(\.name)))", isGood: true))
    return notes
  }

  /// All of them, or none; with the sequences that they number their rows by, where the database has none of that name.
  private func move(on connection: MariaDBConnection) throws(MariaDBError) {
    let aside = MariaDBQuoting.identifier(loading.name)
    let goal = MariaDBQuoting.identifier(name)
    let definitions = try DatabaseDefinitions(
      of: loading.name, facts: target.facts, on: connection, takes: { _ in true }, takesObjects: false)
    let wanted = definitions.tables.reduce(into: Set<String>()) {
      $0.formUnion(CreateTable.sequences(of: $1.statement, in: loading.name))
    }
    let present = Set(try MariaDBTable.all(of: name, on: connection).map(\.name))
    let sequences = definitions.sequences.keys.filter { wanted.contains($0) && !present.contains($0) }
    let moves =
      chosen.map { ($0.table.name.name, $0.name) } + sequences.sorted().map { ($0, $0) }
    let list = moves.map { old, new in
      #"\#(aside).\#(MariaDBQuoting.identifier(old)) TO \#(goal).\#(MariaDBQuoting.identifier(new))"#
    }
    try connection.execute(#"RENAME TABLE \#(list.joined(separator: ", "))"#)
    do throws(MariaDBError) {
      try SequenceDefaults(definitions).follow(from: loading.name, to: name, on: connection) { old in
        moves.first { $0.0.hasSameBytes(as: old) }?.1 ?? old
      }
    } catch {
      // Nothing had their names before.
      if let clean = target.reconnected() {
        let made = moves.map { "\(goal).\(MariaDBQuoting.identifier($0.1))" }
        _ = try? clean.execute(#"DROP TABLE IF EXISTS \#(made.joined(separator: ", "))"#)
      }
      throw error
    }
    try connection.execute(#"DROP DATABASE \#(aside)"#)
  }

  private func checkNames(on connection: MariaDBConnection) throws(SourceError) {
    let rows = try asked { () throws(MariaDBError) in
      try connection.execute(
        #"SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = \#(MariaDBQuoting.literal(name))"#)
    }
    let minds = target.facts.lowerCaseNames == 0
    let taken = Set((0..<rows.count).compactMap { rows[$0, 0] }.map { minds ? $0 : $0.lowercased() })
    guard let table = chosen.first(where: { taken.contains(minds ? $0.name : $0.name.lowercased()) }) else { return }
    throw SourceError(
      .exists, "restore to", Array("\(name).\(table.name)".utf8), because: "the database has such a table",
      advice:
        "Give it another name: --table \(table.table.name.text)=\(RestoreNames.limited(table.name, suffix: "_old")).")
  }

  /// Keys to other tables of the database. Those of a table with a new name, or to a table that is not there, are named.
  private func addForeignKeys() throws(SourceError) -> [SourceNote] {
    let statements = try loading.foreignKeys()
    guard !statements.isEmpty else { return [] }
    let connection = try target.connect(to: name)
    var leftOut: [String] = []
    for statement in statements {
      let table = DatabaseLoading.table(of: statement).map(SQLPieces.name) ?? ""
      let isRenamed = chosen.contains { $0.isRenamed && $0.table.name.name.hasSameBytes(as: table) }
      do throws(MariaDBError) {
        guard !isRenamed else {
          leftOut.append(table)
          continue
        }
        // They are looked at, as others changed meanwhile.
        try connection.execute(#"SET foreign_key_checks = 1"#)
        try connection.execute(bytes: statement)
      } catch {
        guard error.reason == .refused else { throw SourceError(restoring: error, "restore to", name) }
        leftOut.append(table)
      }
    }
    guard !leftOut.isEmpty else { return [] }
    return [
      SourceNote(
        subject: "database \(name)",  // not for people
        message: "the foreign keys of these tables were left out: \(conjunctionOfSome(leftOut))")
    ]
  }

  @discardableResult
  private func asked<Result>(_ body: () throws(MariaDBError) -> Result) throws(SourceError) -> Result {
    try MariaDBTarget.asked("restore to", name, body)
  }
}
