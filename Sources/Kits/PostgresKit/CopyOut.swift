import CPostgres
import CoffreCore

/// The rows of a `COPY … TO STDOUT`, one after the other, as the server sends them.
///
/// Who does not take them to the end closes the connection: it accepts no command before.
@safe package final class CopyOut {
  private let connection: PostgresConnection
  /// The library's memory, until the next row is asked for.
  private var row: UnsafeMutablePointer<CChar>?
  private var rowLength = 0
  private var countAtEnd: Int?
  /// What the server says it sent; known at the end.
  package var serverCount: Int? { countAtEnd }

  /// - Parameters:
  ///   - command: `COPY … TO STDOUT`, in text format.
  ///   - isLarge: whether it is worth while to have the connection read far ahead first.
  package init(
    _ command: String, on connection: PostgresConnection, isLarge: Bool = false
  ) throws(PostgresError) {
    self.connection = connection
    if isLarge { try connection.readFarAhead() }
    let handle = unsafe connection.handle
    let result = try connection.freeOnCancel { unsafe LibraryResult(PQexec(handle, command)) }
    _ = try connection.accepted(result, PGRES_COPY_OUT)
  }

  deinit { release() }

  /// Moves to the next row.
  ///
  /// - Returns: `false` at the end, when the server's own count is known.
  package func advance() throws(PostgresError) -> Bool {
    release()
    guard countAtEnd == nil else { return false }
    let handle = unsafe connection.handle
    // A variable of its own: the runtime would watch a property for as long as the library may write to it.
    var next: UnsafeMutablePointer<CChar>?
    var length = unsafe PQgetCopyData(handle, &next, 1)
    // Nothing whole has come yet. Only a call that waits has to be freed, so that rows at hand cost nothing.
    if length == 0 { length = try connection.freeOnCancel { unsafe PQgetCopyData(handle, &next, 0) } }
    unsafe row = next
    guard length > 0 else {
      try end(length)
      return false
    }
    rowLength = Int(length)
    return true
  }

  /// Lends the row that `advance` moved to, with its newline.
  package func withRow<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let start = unsafe row else { preconditionFailure("there is no row") }
    let bytes = unsafe UnsafeBufferPointer(
      start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: rowLength)
    return try unsafe body(bytes.span)
  }

  /// Appends the next row, with its newline.
  ///
  /// - Returns: `false` at the end, when the server's own count is known.
  package func next(appendingTo buffer: inout [UInt8]) throws(PostgresError) -> Bool {
    guard try advance(), let start = unsafe row else { return false }
    unsafe buffer.append(contentsOf: UnsafeRawBufferPointer(start: start, count: rowLength))
    return true
  }

  private func release() {
    guard let taken = unsafe row else { return }
    unsafe PQfreemem(taken)
    unsafe row = nil
    rowLength = 0
  }

  /// - Parameter answer: -1 if the server ended the rows, for whatever reason; -2 for a failure of the library.
  private func end(_ answer: Int32) throws(PostgresError) {
    // The rows may have ended with an error: only the outcome tells.
    let outcome = try connection.endCopy()
    guard answer == -1, let count = outcome.affectedRows else {
      throw PostgresError(.unexpected, saying: "the server ended a COPY without a count of its rows")
    }
    countAtEnd = count
  }
}
