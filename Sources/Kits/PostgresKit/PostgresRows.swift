import CPostgres

/// The rows that a command brought, whole, in memory: for answers that are known to be small.
package struct PostgresRows {
  private let result: LibraryResult
  package let count: Int
  package let columnCount: Int

  init(_ result: LibraryResult) {
    self.result = result
    count = Int(unsafe PQntuples(result.pointer))
    columnCount = Int(unsafe PQnfields(result.pointer))
  }

  /// What the columns are called, in their order.
  package var columns: [String] {
    let pointer = unsafe result.pointer
    return (0..<columnCount).map { column in
      guard let name = unsafe PQfname(pointer, Int32(column)) else { return "" }
      return unsafe String(cString: name)
    }
  }

  /// The type of a column's values, by its number in `pg_type`.
  package func typeID(column: Int) -> UInt32 { UInt32(unsafe PQftype(result.pointer, Int32(column))) }

  /// The text of a value; `nil` for NULL, and for what is not there. Bytes that are no UTF-8 are repaired.
  package subscript(row: Int, column: Int) -> String? {
    guard let bytes = bytes(row: row, column: column) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The bytes of a value, in the connection's encoding; `nil` for NULL, and for what is not there.
  package func bytes(row: Int, column: Int) -> [UInt8]? {
    guard (0..<count).contains(row), (0..<columnCount).contains(column) else { return nil }
    let pointer = unsafe result.pointer
    guard unsafe PQgetisnull(pointer, Int32(row), Int32(column)) == 0 else { return nil }
    guard let value = unsafe PQgetvalue(pointer, Int32(row), Int32(column)) else { return nil }
    let length = Int(unsafe PQgetlength(pointer, Int32(row), Int32(column)))
    return unsafe Array(UnsafeRawBufferPointer(start: value, count: length))
  }

  /// The number in the command's tag: the rows that `COPY`, `INSERT` and so on tell.
  package var affectedRows: Int? {
    guard let text = unsafe PQcmdTuples(result.pointer) else { return nil }
    return Int(unsafe String(cString: text))
  }
}
