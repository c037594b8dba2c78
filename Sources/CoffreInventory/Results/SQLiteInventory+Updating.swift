import CoffreCore
import SQLiteKit

extension SQLiteInventory {
  /// - Precondition: it was opened for writing, which began a transaction.
  func update(_ update: RowUpdate) throws(InventoryError) {
    let table = update.table.quoted(standardIdentifier)
    var values: [SQLiteValue] = []
    func place(of value: SQLiteValue) -> String {
      values.append(value)
      return "?\(values.count)"
    }
    let settings = update.settings.map { setting in
      "\(standardIdentifier(setting.column)) = \(place(of: Self.written(setting.value)))"
    }
    let conditions = update.keys.map { key in
      let column = standardIdentifier(key.column)
      guard let value = key.value else { return #"\#(column) IS NULL"# }
      // As the list was read, whatever the column's own way to compare.
      return #"CAST(CAST(\#(column) AS TEXT) AS BLOB) = CAST(\#(place(of: .text(value))) AS BLOB)"#
    }
    let affected: Int64?
    do throws(SQLiteError) {
      affected = try connection.interruptible { () throws(SQLiteError) in
        _ = try connection.run(
          #"UPDATE \#(table) SET \#(settings.joined(separator: ", ")) WHERE \#(conditions.joined(separator: #" AND "#))"#,
          values)
        let count = try connection.value(#"SELECT changes()"#).integer
        _ = try connection.run(count == 1 ? #"COMMIT"# : #"ROLLBACK"#)
        return count
      }
    } catch {
      if error.reason == .cancelled { throw InventoryError(.cancelled, "interrupted") }
      switch error.reason {
      case .noPermission: throw .refused(self.place, because: error.message, advice: InventoryAdvice.update)
      case .failed: throw .refused(self.place, because: error.message, advice: InventoryAdvice.view)
      default: throw .unwritable(self.place, because: error.message)
      }
    }
    if affected != 1 { throw .notOneRow(self.place, count: Int(affected ?? 0)) }
  }

  private static func written(_ value: RowOutcome.Value) -> SQLiteValue {
    switch value {
    case .text(let text): SQLiteValue(RowUpdate.cut(text, to: nil))
    case .number(let number): Int64(number).map { .integer($0) } ?? Double(number).map { .real($0) } ?? .null
    case .moment(let time): SQLiteValue(time.forPeople)
    }
  }
}
