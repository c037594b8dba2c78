package import CoffreCore

/// The outcome of one row on its way back into the list: which row, which columns, which values.
package struct RowUpdate: Sendable, Hashable {
  /// A column by its name in the list, and what it holds there; `nil` for NULL.
  struct Key: Sendable, Hashable {
    let column: String
    let value: [UInt8]?
  }

  struct Setting: Sendable, Hashable {
    let column: String
    let value: RowOutcome.Value
  }

  let table: TableName
  /// All of them are the row's: together they are to name one row alone.
  let keys: [Key]
  /// Never empty.
  let settings: [Setting]

  /// - Parameters:
  ///   - list: as it was read, with the names that its columns have there.
  ///   - row: one of its rows.
  /// - Returns: `nil` if the list has none of the columns.
  package init?(
    _ outcome: RowOutcome, of row: InventoryRow, in list: InventoryTable, _ table: TableName,
    _ mapping: InventoryMapping, language: Language
  ) {
    let values = outcome.values(in: language)
    let settings = InventoryColumn.results.compactMap { column -> Setting? in
      guard let title = list.title(of: column, mapping), let value = values[column] else { return nil }
      return Setting(column: title, value: value)
    }
    guard !settings.isEmpty else { return nil }
    self.table = table
    self.settings = settings
    if let id = row.bytes(.id), let title = list.title(of: .id, mapping) {
      keys = [Key(column: title, value: id)]
    } else {
      keys = Self.naming.compactMap { column in
        list.title(of: column, mapping).map { Key(column: $0, value: row.raw(column)) }
      }
    }
  }

  /// What tells a row from others that has no id.
  private static let naming: [InventoryColumn] = [
    .type, .sourcePath, .fileName, .fileExtension, .destination, .format,
  ]

  /// A text cut to what a column can hold.
  ///
  /// - Parameter limit: in characters as databases count them; `nil` for none.
  static func cut(_ text: String, to limit: Int?) -> String {
    let clean = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value != 0 }))
    guard let limit, clean.unicodeScalars.count > limit else { return clean }
    var scalars = String.UnicodeScalarView(clean.unicodeScalars.prefix(max(0, limit - 1)))
    if limit > 0 { scalars.append("…") }
    return String(scalars)
  }
}
