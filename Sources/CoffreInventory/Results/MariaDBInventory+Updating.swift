import CoffreCore
import CoffreSources
import MariaDBKit

extension MariaDBInventory {
  /// What must be known of the table's columns.
  private struct Columns {
    /// In characters; of texts.
    var limits: [String: Int] = [:]
    /// Those that the server sets by itself whenever a row is changed.
    var selfChanging: [String] = []
  }

  func update(_ update: RowUpdate) throws(InventoryError) {
    let table = update.table.quoted(MariaDBQuoting.identifier)
    let condition = update.keys.map(Self.condition).joined(separator: #" AND "#)
    let count: Int?
    do throws(MariaDBError) {
      // As the server's own NOW() would have it.
      try connection.execute(#"SET SESSION time_zone = @@GLOBAL.time_zone"#)
      try connection.execute(#"SET SESSION innodb_lock_wait_timeout = 20"#)
      let columns = try columns(of: update.table)
      let values = update.settings.map { setting in
        MariaDBQuoting.identifier(setting.column) + " = "
          + Self.written(setting.value, limit: columns.limits[setting.column.lowercased()])
      }
      let written = Set(update.settings.map { $0.column.lowercased() })
      let kept = columns.selfChanging.filter { !written.contains($0.lowercased()) }
        .map { "\(MariaDBQuoting.identifier($0)) = \(MariaDBQuoting.identifier($0))" }
      try connection.execute(#"START TRANSACTION"#)
      count = try connection.execute(#"SELECT COUNT(*) FROM \#(table) WHERE \#(condition) FOR UPDATE"#)[0, 0]
        .flatMap { Int($0) }
      if count == 1 {
        try connection.execute(
          #"UPDATE \#(table) SET \#((values + kept).joined(separator: ", ")) WHERE \#(condition)"#)
        try connection.execute(#"COMMIT"#)
      } else {
        try connection.execute(#"ROLLBACK"#)
      }
    } catch {
      throw Self.unwritable(error, place)
    }
    if count != 1 { throw .notOneRow(place, count: count ?? 0) }
  }

  private func columns(of table: TableName) throws(MariaDBError) -> Columns {
    let schema = table.schema.map { MariaDBQuoting.literal($0) } ?? #"DATABASE()"#
    let found = try connection.execute(
      #"SELECT COLUMN_NAME, CHARACTER_MAXIMUM_LENGTH, EXTRA FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = "#
        + schema + #" AND TABLE_NAME = "# + MariaDBQuoting.literal(table.name))
    var columns = Columns()
    for row in 0..<found.count {
      guard let name = found[row, 0] else { continue }
      if let limit = found[row, 1].flatMap({ Int($0) }) { columns.limits[name.lowercased()] = limit }
      if found[row, 2]?.lowercased().contains(#"on update"#) == true { columns.selfChanging.append(name) }
    }
    return columns
  }

  /// Byte for byte: a collation takes other letters for the same. The first comparison lets the server use an index.
  private static func condition(_ key: RowUpdate.Key) -> String {
    let column = MariaDBQuoting.identifier(key.column)
    guard let value = key.value else { return #"\#(column) IS NULL"# }
    let digits = "x'" + value.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
    let exact =
      #"(CAST(CONVERT(\#(column) USING utf8mb4) AS BINARY) = \#(digits) OR CAST(\#(column) AS BINARY) = \#(digits))"#
    guard (1..<19).contains(value.count), value.allSatisfy({ (0x30...0x39).contains($0) }) else { return exact }
    return #"\#(column) = \#(displayed(value)) AND \#(exact)"#
  }

  private static func written(_ value: RowOutcome.Value, limit: Int?) -> String {
    switch value {
    case .text(let text): MariaDBQuoting.literal(RowUpdate.cut(text, to: limit))
    case .number(let number): number
    case .moment(let time): #"FROM_UNIXTIME(\#(time.seconds))"#
    }
  }

  private static func unwritable(_ error: MariaDBError, _ place: String) -> InventoryError {
    if error.reason == .cancelled { return InventoryError(.cancelled, "interrupted") }
    let refusals: Set<Int> = [1142, 1143, 1044, 1227, 1290, 1792]
    // What is no table that can be changed: a view over several, with groups, and so on.
    let views: Set<Int> = [1288, 1348, 1393, 1394, 1395, 1443, 1471]
    if refusals.contains(error.code) {
      return .refused(place, because: error.message, advice: InventoryAdvice.update)
    }
    if views.contains(error.code) { return .refused(place, because: error.message, advice: InventoryAdvice.view) }
    return .unwritable(place, because: error.message, advice: error.advice)
  }
}
