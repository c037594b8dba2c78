import CoffreCore

/// One row of an inventory, as the list has it.
package struct InventoryRow: Sendable, Hashable {
  /// Its place in the list, from 1.
  package let number: Int
  private let values: [InventoryColumn: [UInt8]]

  /// - Parameter values: NULL is left out.
  package init(number: Int, values: [InventoryColumn: [UInt8]]) {
    self.number = number
    self.values = values
  }

  /// What stands there, byte for byte: a name may end with a space. `nil` for nothing: NULL, an empty text, or no such
  /// column.
  package func bytes(_ column: InventoryColumn) -> [UInt8]? {
    guard let value = values[column], !value.isEmpty else { return nil }
    return value
  }

  /// What stands there, an empty text too; `nil` for NULL.
  func raw(_ column: InventoryColumn) -> [UInt8]? { values[column] }

  /// The same row without a value.
  package func without(_ column: InventoryColumn) -> InventoryRow {
    var values = values
    values[column] = nil
    return InventoryRow(number: number, values: values)
  }

  /// The same as a word: without white space around it. `nil` also for what is no UTF-8.
  package func word(_ column: InventoryColumn) -> String? {
    guard let value = bytes(column), let text = String(validating: value, as: UTF8.self) else { return nil }
    var word = text[...].drop(while: \.isWhitespace)
    while word.last?.isWhitespace == true { word.removeLast() }
    return word.isEmpty ? nil : String(word)
  }

  /// How messages call it: the list's own id, else its place.
  package var label: String { bytes(.id).map { visible(displayed($0)) } ?? "\(number)" }
}
