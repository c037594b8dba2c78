import CoffreCore
import MariaDBKit

/// Takes the instant of a server, and what is to be read of it.
struct MariaDBTaking {
  let choice: MariaDBChoice
  let instant: MariaDBInstant
  /// Where large tables are cut, by database and table.
  let cuts: [String: [String: [Int64]]]

  /// Somebody who always changes tables is asked to stop.
  private static let attempts = 5

  /// What is read before and after the instant is what it was at the instant, if both are equal.
  static func take(
    _ settings: DatabaseSettings, _ facts: MariaDBFacts, on connection: MariaDBConnection, by opener: MariaDBOpener
  ) throws(MariaDBError) -> MariaDBTaking {
    var before = try MariaDBChoice(settings, facts, on: connection)
    for attempt in 1...attempts {
      let cuts = try cuts(of: before, on: connection)
      let instant = try MariaDBInstant(
        on: opener, facts: facts,
        // The one that holds everybody, the one that locks tables, and this one are there, too.
        workers: min(settings.connectionCount, max(1, facts.freeConnections - 3)),
        locking: before.taken.flatMap { $0.lockedTables(facts) })
      let after = try MariaDBChoice(settings, facts, on: connection)
      guard let changed = before.firstDifference(from: after) else {
        return MariaDBTaking(choice: before, instant: instant, cuts: cuts)
      }
      instant.close()
      guard attempt < attempts else {
        throw MariaDBError(
          .unexpected, saying: "somebody changes the shape of the database all the time, last: \(changed)",
          advice: "Run the backup when nobody changes the shape of tables.")
      }
      before = after
    }
    preconditionFailure("the last attempt returns or throws")
  }

  private static func cuts(
    of choice: MariaDBChoice, on connection: MariaDBConnection
  ) throws(MariaDBError) -> [String: [String: [Int64]]] {
    var cuts: [String: [String: [Int64]]] = [:]
    for database in choice.taken {
      let name = database.definitions.name
      for table in database.rows where DumpedRows.isWorthCutting(table) {
        guard let key = table.key else { continue }
        let column = MariaDBQuoting.identifier(key.columns[0])
        let rows = try connection.execute(
          #"""
          SELECT MIN(\#(column)), MAX(\#(column))
          FROM \#(MariaDBQuoting.identifier(name)).\#(MariaDBQuoting.identifier(table.table.name))
          """#)
        guard let least = rows[0, 0].flatMap({ Int64($0) }), let greatest = rows[0, 1].flatMap({ Int64($0) })
        else { continue }
        cuts[name, default: [:]][table.table.name] = DumpedRows.cuts(
          sizeInBytes: table.table.sizeInBytes, bounds: (least, greatest))
      }
    }
    return cuts
  }

  /// What the sequences of a database give next. They stand outside of transactions: it may be later than the instant,
  /// never earlier.
  static func values(
    of database: MariaDBChoice.Database, on connection: MariaDBConnection
  ) throws(MariaDBError) -> [String: (next: Int64, rounds: Int64)] {
    var values: [String: (next: Int64, rounds: Int64)] = [:]
    let own = MariaDBQuoting.identifier(database.definitions.name)
    for name in database.definitions.sequences.keys {
      let rows = try connection.execute(
        #"SELECT next_not_cached_value, cycle_count FROM \#(own).\#(MariaDBQuoting.identifier(name))"#)
      guard let next = rows[0, 0].flatMap({ Int64($0) }) else { continue }
      values[name] = (next, rows[0, 1].flatMap { Int64($0) } ?? 0)
    }
    return values
  }
}
