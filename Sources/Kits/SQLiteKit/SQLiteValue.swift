/// A value as SQLite keeps it: every value has a kind of its own, whatever its column is declared to be.
package enum SQLiteValue: Sendable, Hashable {
  case null
  case integer(Int64)
  case real(Double)
  /// UTF-8 as a rule; nothing keeps a program from storing other bytes.
  case text([UInt8])
  case blob([UInt8])

  package init(_ text: String) { self = .text(Array(text.utf8)) }

  /// The number, if it is a whole one.
  package var integer: Int64? {
    guard case .integer(let value) = self else { return nil }
    return value
  }

  /// The text, if it is one and valid UTF-8.
  package var string: String? {
    guard case .text(let bytes) = self else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}
