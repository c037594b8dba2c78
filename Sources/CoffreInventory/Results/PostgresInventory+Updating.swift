import CoffreCore
import CoffreSources
import PostgresKit

extension PostgresInventory {
  func update(_ update: RowUpdate) throws(InventoryError) {
    let table = update.table.quoted(standardIdentifier)
    var parameters: [String?] = []
    func place(of value: String) -> String {
      parameters.append(value)
      return "$\(parameters.count)"
    }
    let conditions = update.keys.map { key in
      let column = standardIdentifier(key.column)
      guard let value = key.value else { return #"\#(column) IS NULL"# }
      // As the list was read; no collation takes two texts for one there.
      return #"\#(column)::text = \#(place(of: displayed(value)))"#
    }
    let condition = conditions.joined(separator: #" AND "#)
    let counting = #"SELECT count(*) FROM \#(table) WHERE \#(condition)"#
    let keyValues = parameters
    let affected: Int?
    do throws(PostgresError) {
      let limits = try limits(of: update.table)
      let values = update.settings.map { setting in
        standardIdentifier(setting.column) + " = "
          + place(of: Self.written(setting.value, limit: limits[setting.column]))
      }
      try connection.execute(#"SET lock_timeout = '20s'"#)
      try connection.execute(#"BEGIN"#)
      let count = try connection.query(counting, keyValues)[0, 0].flatMap { Int($0) } ?? 0
      affected =
        count == 1
        ? try connection.query(
          #"UPDATE \#(table) SET \#(values.joined(separator: ", ")) WHERE \#(condition)"#, parameters
        ).affectedRows : count
      try connection.execute(affected == 1 ? #"COMMIT"# : #"ROLLBACK"#)
    } catch {
      _ = try? connection.execute(#"ROLLBACK"#)
      throw Self.unwritable(error, self.place)
    }
    if affected != 1 { throw .notOneRow(self.place, count: affected ?? 0) }
  }

  /// Of texts, in characters.
  private func limits(of table: TableName) throws(PostgresError) -> [String: Int] {
    let found = try connection.query(
      #"SELECT a.attname, a.atttypmod - 4 FROM pg_catalog.pg_attribute a WHERE a.attrelid = $1::regclass"#
        + #" AND a.attnum > 0 AND a.atttypid IN (1042, 1043) AND a.atttypmod > 4"#,
      [table.quoted(standardIdentifier)])
    var limits: [String: Int] = [:]
    for row in 0..<found.count {
      if let name = found[row, 0], let limit = found[row, 1].flatMap({ Int($0) }) {
        limits[name] = limit
      }
    }
    return limits
  }

  private static func written(_ value: RowOutcome.Value, limit: Int?) -> String {
    switch value {
    case .text(let text): RowUpdate.cut(text, to: limit)
    case .number(let number): number
    case .moment(let time):
      Timestamp(seconds: time.seconds, nanoseconds: 0, utcOffset: time.utcOffset).description
    }
  }

  private static func unwritable(_ error: PostgresError, _ place: String) -> InventoryError {
    if error.reason == .cancelled { return InventoryError(.cancelled, "interrupted") }
    switch error.state {
    case "42501", "25006": return .refused(place, because: error.message, advice: InventoryAdvice.update)
    // What is no table that can be changed, and what is no object of that kind.
    case "55000", "42809": return .refused(place, because: error.message, advice: InventoryAdvice.view)
    default: return .unwritable(place, because: error.message, advice: error.advice)
    }
  }
}
