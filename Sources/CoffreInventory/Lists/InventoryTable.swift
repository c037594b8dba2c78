import CoffreCore

/// A list as it was read, whole: titles and values.
package struct InventoryTable: Sendable, Hashable {
  package let columns: [String]
  /// As many values as there are columns in each; `nil` for NULL.
  package let rows: [[[UInt8]?]]

  package init(columns: [String], rows: [[[UInt8]?]]) {
    self.columns = columns
    self.rows = rows
  }
}

extension InventoryTable {
  /// What its rows say, by the columns that a mapping names.
  ///
  /// - Throws: if a column that is needed is not there, or stands there twice.
  package func inventoryRows(_ mapping: InventoryMapping, place: String) throws(InventoryError) -> [InventoryRow] {
    let places = try columnPlaces(mapping, place: place)
    return rows.enumerated().map { index, row in
      var values: [InventoryColumn: [UInt8]] = [:]
      for (column, place) in places where place < row.count { values[column] = row[place] }
      return InventoryRow(number: index + 1, values: values)
    }
  }

  /// Which columns are there, for what can be told of a list.
  package func has(_ column: InventoryColumn, _ mapping: InventoryMapping) -> Bool { title(of: column, mapping) != nil }

  /// What a column is called in the list, letter by letter; `nil` if it has none.
  package func title(of column: InventoryColumn, _ mapping: InventoryMapping) -> String? {
    let name = LooseName(mapping.columns[column] ?? column.name)
    return columns.first { LooseName($0) == name }
  }

  private func columnPlaces(
    _ mapping: InventoryMapping, place: String
  ) throws(InventoryError) -> [InventoryColumn: Int] {
    let titles = columns.map { LooseName($0) }
    var places: [InventoryColumn: Int] = [:]
    var missing: [String] = []
    for column in InventoryColumn.allCases {
      let title = mapping.columns[column] ?? column.name
      let found = titles.indices.filter { titles[$0] == LooseName(title) }
      guard found.count < 2 else {
        throw InventoryError(
          .configuration, "the list from '\(place)' has several columns '\(visible(title))'",
          advice: "Name the one that is meant in the mapping file, or select it alone with --query.")
      }
      if let first = found.first {
        places[column] = first
      } else if InventoryColumn.required.contains(column) || mapping.columns[column] != nil {
        missing.append(visible(title))
      }
    }
    guard missing.isEmpty else {
      throw InventoryError(
        .configuration, "the list from '\(place)' lacks the columns \(missing.joined(separator: ", "))",
        because: "it has \(columns.map { visible($0) }.joined(separator: ", "))",
        advice: "Tell under 'columns:' in a mapping file (--mapping) what they are called there.")
    }
    return places
  }
}
