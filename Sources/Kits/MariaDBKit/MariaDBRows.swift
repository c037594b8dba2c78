import CMariaDB

/// An answer of the library; freed at its end.
@safe final class StoredResult {
  let pointer: UnsafeMutablePointer<MYSQL_RES>?

  /// - Parameter pointer: becomes this object's own; `nil` where a command has no rows.
  init(_ pointer: UnsafeMutablePointer<MYSQL_RES>?) { unsafe self.pointer = pointer }

  deinit {
    if let pointer = unsafe pointer { unsafe mysql_free_result(pointer) }
  }
}

/// The rows that a command brought, whole, in memory: for answers that are known to be small.
package struct MariaDBRows: Sendable {
  package let columns: [String]
  private let values: [[[UInt8]?]]
  /// Rows that the command made, changed or removed.
  package let affectedCount: Int64

  init(_ result: StoredResult, affectedCount: Int64) {
    self.affectedCount = affectedCount
    guard let pointer = unsafe result.pointer else {
      columns = []
      values = []
      return
    }
    let count = Int(unsafe mysql_num_fields(pointer))
    var columns: [String] = []
    if let fields = unsafe mysql_fetch_fields(pointer) {
      for index in 0..<count { columns.append(unsafe String(cString: fields[index].name)) }
    }
    var values: [[[UInt8]?]] = []
    while let row = unsafe mysql_fetch_row(pointer), let lengths = unsafe mysql_fetch_lengths(pointer) {
      var own: [[UInt8]?] = []
      for index in 0..<count {
        guard let start = unsafe row[index] else {
          own.append(nil)
          continue
        }
        own.append(unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(lengths[index]))))
      }
      values.append(own)
    }
    self.columns = columns
    self.values = values
    withExtendedLifetime(result) {}
  }

  /// An answer that was recorded.
  package init(columns: [String], values: [[[UInt8]?]]) {
    self.columns = columns
    self.values = values
    affectedCount = 0
  }

  package var count: Int { values.count }

  /// The bytes of a value, in the character set of the session's results; `nil` for NULL, and for what is not there.
  package func bytes(_ row: Int, _ column: Int) -> [UInt8]? {
    guard values.indices.contains(row), values[row].indices.contains(column) else { return nil }
    return values[row][column]
  }

  /// The text of a value; `nil` for NULL, and for what is not there. Bytes that are no UTF-8 are repaired.
  package subscript(row: Int, column: Int) -> String? {
    bytes(row, column).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The place of a column, whatever its letters' case; servers spell them differently.
  package func column(_ name: String) -> Int? {
    let name = name.lowercased()
    return columns.firstIndex { $0.lowercased() == name }
  }
}
