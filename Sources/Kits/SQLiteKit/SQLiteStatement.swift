import CSQLite
import CoffreCore
import CoffreSystem

/// One command, ready to run. Used by the thread that uses its connection.
@safe package final class SQLiteStatement {
  private let handle: OpaquePointer
  private let connection: SQLiteConnection
  package let columnCount: Int

  /// - Parameter command: the first one of this text counts.
  package init(_ command: String, on connection: SQLiteConnection) throws(SQLiteError) {
    var prepared: OpaquePointer?
    let result = unsafe sqlite3_prepare_v2(connection.handle, command, -1, &prepared, nil)
    guard result == SQLITE_OK else { throw connection.failure(result) }
    guard let handle = unsafe prepared else {
      throw SQLiteError(code: Int(SQLITE_MISUSE), text: #"there is no command"#)
    }
    unsafe self.handle = handle
    self.connection = connection
    columnCount = Int(unsafe sqlite3_column_count(handle))
  }

  deinit { _ = unsafe sqlite3_finalize(handle) }

  /// What a column of its rows is called.
  package func name(of column: Int) -> String {
    unsafe sqlite3_column_name(handle, Int32(column)).map { unsafe String(cString: $0) } ?? ""
  }

  /// Moves to the next row.
  ///
  /// - Returns: `false` at the end.
  package func step() throws(SQLiteError) -> Bool {
    let result = unsafe sqlite3_step(handle)
    if result == SQLITE_ROW { return true }
    guard result == SQLITE_DONE else { throw connection.failure(result) }
    return false
  }

  /// Makes it ready to run again; values stay.
  package func reset() { _ = unsafe sqlite3_reset(handle) }
}

// MARK: Values

extension SQLiteStatement {
  /// Sets the values of `?1` and so on.
  package func bind(_ values: [SQLiteValue]) throws(SQLiteError) {
    for (index, value) in values.enumerated() { try bind(value, at: Int32(index + 1)) }
  }

  private func bind(_ value: SQLiteValue, at index: Int32) throws(SQLiteError) {
    let handle = unsafe handle
    let result: Int32 =
      switch value {
      case .null: unsafe sqlite3_bind_null(handle, index)
      case .integer(let number): unsafe sqlite3_bind_int64(handle, index, number)
      case .real(let number): unsafe sqlite3_bind_double(handle, index, number)
      case .text(let bytes):
        // No address would make it NULL.
        unsafe (bytes + [0]).withUnsafeBytes { buffer in
          unsafe sqlite3_bind_text64(
            handle, index, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), UInt64(bytes.count),
            coffre_sqlite_transient(), UInt8(SQLITE_UTF8))
        }
      case .blob(let bytes):
        unsafe (bytes + [0]).withUnsafeBytes { buffer in
          unsafe sqlite3_bind_blob64(handle, index, buffer.baseAddress, UInt64(bytes.count), coffre_sqlite_transient())
        }
      }
    guard result == SQLITE_OK else { throw connection.failure(result) }
  }

  /// A value of the row at hand.
  package subscript(column column: Int) -> SQLiteValue {
    let index = Int32(column)
    return switch unsafe sqlite3_column_type(handle, index) {
    case SQLITE_INTEGER: .integer(unsafe sqlite3_column_int64(handle, index))
    case SQLITE_FLOAT: .real(unsafe sqlite3_column_double(handle, index))
    case SQLITE_TEXT: .text(bytes(index, isText: true))
    case SQLITE_BLOB: .blob(bytes(index, isText: false))
    default: .null
    }
  }

  /// A value of the row at hand as text: numbers as SQLite writes them, blobs as their bytes; `nil` for NULL.
  package func text(of column: Int) -> [UInt8]? {
    guard unsafe sqlite3_column_type(handle, Int32(column)) != SQLITE_NULL else { return nil }
    return bytes(Int32(column), isText: true)
  }

  private func bytes(_ column: Int32, isText: Bool) -> [UInt8] {
    // The length is that of what was asked for last.
    let start: UnsafeRawPointer? =
      if isText {
        unsafe UnsafeRawPointer(sqlite3_column_text(handle, column))
      } else {
        unsafe sqlite3_column_blob(handle, column)
      }
    let count = Int(unsafe sqlite3_column_bytes(handle, column))
    guard let start = unsafe start, count > 0 else { return [] }
    return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
  }
}
