import CPostgres
import CoffreCore
import Glibc

/// The rows of a `COPY … TO STDOUT`, as the server sends them.
///
/// Who does not take them to the end closes the connection: it accepts no command before.
@safe package final class CopyOut {
  private static let newline = CChar(UInt8(ascii: "\n"))
  /// In bytes.
  private static let capacity = 64 << 10
  private let connection: PostgresConnection
  private let piece = UnsafeMutablePointer<CChar>.allocate(capacity: CopyOut.capacity)
  private var length = 0
  private var countAtEnd: Int?
  /// What the server says it sent; known at the end.
  package var serverCount: Int? { countAtEnd }
  /// Whether the piece at hand is the last one of its row: there is no newline but at a row's end.
  package var endsRow: Bool { unsafe length > 0 && piece[length - 1] == Self.newline }

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

  deinit { unsafe piece.deallocate() }

  /// Moves to the next piece: a row with its newline, or as much of one as there is room for.
  ///
  /// - Returns: `false` at the end, when the server's own count is known.
  package func advance() throws(PostgresError) -> Bool {
    length = 0
    guard countAtEnd == nil else { return false }
    // The library holds the row that arrives as a whole; `PQgetCopyData` would make a second one of it.
    var taken = unsafe Int(PQgetlineAsync(connection.handle, piece, Int32(Self.capacity)))
    // Only a call that waits has to be freed, so that rows at hand cost nothing.
    if taken == 0 { taken = try waitForRow() }
    guard taken > 0 else {
      try end()
      return false
    }
    length = taken
    return true
  }

  /// - Returns: the length of its first piece; -1 at the end.
  private func waitForRow() throws(PostgresError) -> Int {
    let (handle, piece) = unsafe (connection.handle, piece)
    let answer = try connection.freeOnCancel { unsafe PQgetline(handle, piece, Int32(Self.capacity)) }
    guard answer != EOF else { return -1 }
    // A text without zero bytes; what stands for the end is none that the server sends.
    let count = unsafe strlen(piece)
    guard answer == 0 else { return count }
    if unsafe strcmp(piece, #"\."#) == 0 { return -1 }
    // The newline that was taken away.
    unsafe piece[count] = Self.newline
    return count + 1
  }

  /// Lends the piece that `advance` moved to.
  package func withPiece<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let bytes = unsafe UnsafeBufferPointer(
      start: UnsafeRawPointer(piece).assumingMemoryBound(to: UInt8.self), count: length)
    return try unsafe body(bytes.span)
  }

  /// The rows may have ended with an error, or the connection with them: only the outcome tells.
  private func end() throws(PostgresError) {
    guard let count = try connection.endCopy().affectedRows else {
      throw PostgresError(.unexpected, saying: "the server ended a COPY without a count of its rows")
    }
    countAtEnd = count
  }
}
