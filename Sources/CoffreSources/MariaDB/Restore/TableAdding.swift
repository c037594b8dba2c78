import CoffreCore
import MariaDBKit

/// Adds tables of a snapshot to a database that exists: loaded aside, compared, then moved to their place.
struct TableAdding: Sendable {
  let loading: DatabaseLoading
  let target: MariaDBTarget
  /// The database that gets them.
  let name: String
  let chosen: [ChosenTable]

  /// - Parameter isLost: becomes true if tables are left that could not be removed; the error tells.
  func run(on connection: MariaDBConnection, isLost: inout Bool) throws(SourceError) -> [SourceNote] {
    try checkNames(on: connection)
    try loading.create(on: connection)
    var notes = try loading.load(on: connection)
    let definitions = try asked { () throws(MariaDBError) -> DatabaseDefinitions in
      try DatabaseDefinitions(
        of: loading.name, facts: target.facts, on: connection, takes: { _ in true }, takesObjects: false)
    }
    let moves = try asked { () throws(MariaDBError) in try wantedMoves(of: definitions, on: connection) }
    let keys = try target.connect(to: name)
    do throws(SourceError) {
      try asked { () throws(MariaDBError) in try move(moves, definitions, on: connection) }
      notes += try addForeignKeys(on: keys)
      try asked { () throws(MariaDBError) in
        _ = try connection.execute(#"DROP DATABASE \#(MariaDBQuoting.identifier(loading.name))"#)
      }
    } catch {
      throw takeBack(moves, sessions: [connection.threadID, keys.threadID], after: error, isLost: &isLost)
    }
    notes.append(
      SourceNote(
        subject: "database \(name)",  // not for people
        message: "\(counted(chosen.count, "table")) added: \(conjunctionOfSome(chosen.map(\.name)))", isGood: true))
    return notes
  }

  /// A table, or a sequence, and what it is called where it goes to.
  private typealias Move = (old: String, new: String)

  /// The tables, with the sequences that they number their rows by, where the database has none of that name.
  private func wantedMoves(
    of definitions: DatabaseDefinitions, on connection: MariaDBConnection
  ) throws(MariaDBError) -> [Move] {
    let wanted = definitions.tables.reduce(into: Set<String>()) {
      $0.formUnion(CreateTable.sequences(of: $1.statement, in: loading.name))
    }
    let present = Set(try MariaDBTable.all(of: name, on: connection).map(\.name))
    let sequences = definitions.sequences.keys.filter { wanted.contains($0) && !present.contains($0) }
    let tables: [Move] = chosen.map { (old: $0.table.name.name, new: $0.name) }
    return tables + sequences.sorted().map { (old: $0, new: $0) }
  }

  /// All of them, or none.
  private func move(
    _ moves: [Move], _ definitions: DatabaseDefinitions, on connection: MariaDBConnection
  ) throws(MariaDBError) {
    let aside = MariaDBQuoting.identifier(loading.name)
    let list = moves.map { move in #"\#(aside).\#(MariaDBQuoting.identifier(move.old)) TO \#(quoted(move))"# }
    try connection.execute(#"RENAME TABLE \#(list.joined(separator: ", "))"#)
    try SequenceDefaults(definitions).follow(from: loading.name, to: name, on: connection) { old in
      moves.first { $0.old.hasSameBytes(as: old) }?.new ?? old
    }
  }

  /// Where it goes to.
  private func quoted(_ move: Move) -> String {
    "\(MariaDBQuoting.identifier(name)).\(MariaDBQuoting.identifier(move.new))"
  }

  /// Removes the tables that came to their places, though the run may be cancelled: nothing had their names before.
  ///
  /// - Parameter sessions: ours, which may be at work on the server though nobody waits for them.
  private func takeBack(
    _ moves: [Move], sessions: [UInt], after error: SourceError, isLost: inout Bool
  ) -> SourceError {
    do throws(SourceError) {
      guard let clean = target.reconnected() else { throw error }
      try asked { () throws(MariaDBError) in
        try target.endSessions(sessions, by: clean)
        // They moved all, or none of them. What has their names otherwise is somebody else's.
        let left = try MariaDBTable.all(of: loading.name, on: clean)
        guard !left.contains(where: { table in moves.contains { $0.old.hasSameBytes(as: table.name) } }) else { return }
        try clean.execute(#"DROP TABLE IF EXISTS \#(moves.map(quoted).joined(separator: ", "))"#)
      }
      return error
    } catch {
      isLost = true
    }
    let names = conjunctionOfSome(moves.map(\.new))
    return SourceError(
      error.reason == .cancelled ? .failed : error.reason, error.action, error.path,
      because: "\(error.cause); the tables are there, without their foreign keys, and could not be removed: \(names)",
      advice: "Drop these tables, and the database '\(loading.name)', once the server answers again.")
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
  private func addForeignKeys(on connection: MariaDBConnection) throws(SourceError) -> [SourceNote] {
    let statements = try loading.foreignKeys()
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
