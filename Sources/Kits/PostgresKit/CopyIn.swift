import CPostgres
import CoffreCore

/// The rows of a `COPY … FROM STDIN`, sent in pieces that need not end where rows do.
///
/// Who neither finishes nor gives up closes the connection: it accepts no command before.
@safe package final class CopyIn {
  private let connection: PostgresConnection

  /// - Parameter command: `COPY … FROM STDIN`, in text format.
  package init(_ command: String, on connection: PostgresConnection) throws(PostgresError) {
    self.connection = connection
    let handle = unsafe connection.handle
    let result = try connection.freeOnCancel { unsafe LibraryResult(PQexec(handle, command)) }
    _ = try connection.accepted(result, PGRES_COPY_IN)
  }

  /// As above, with a command in the session's `client_encoding`, as those of a dump are.
  ///
  /// - Precondition: none of the bytes is zero.
  package init(bytes command: [UInt8], on connection: PostgresConnection) throws(PostgresError) {
    precondition(!command.contains(0), "the command would end at its zero byte")
    self.connection = connection
    let ended = command + [0]
    let handle = unsafe connection.handle
    let result = try connection.freeOnCancel {
      unsafe ended.withUnsafeBytes { bytes in
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        return unsafe LibraryResult(PQexec(handle, start))
      }
    }
    _ = try connection.accepted(result, PGRES_COPY_IN)
  }

  /// Sends a piece. What the server thinks of it comes out of `finish`, at the latest.
  ///
  /// - Precondition: a piece is smaller than 1 GiB.
  package func send(_ bytes: Span<UInt8>) throws(PostgresError) {
    precondition(bytes.count < 1 << 30, "the piece is too large for one message")
    let handle = unsafe connection.handle
    let connection = connection
    let isTaken = try unsafe bytes.withUnsafeBytes { bytes throws(PostgresError) in
      let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      let count = Int32(bytes.count)
      return try connection.freeOnCancel { unsafe PQputCopyData(handle, start, count) == 1 }
    }
    guard isTaken else { throw connection.failure(LibraryResult()) }
  }

  /// Ends the rows.
  ///
  /// - Returns: how many the server took; all or none.
  package func finish() throws(PostgresError) -> Int {
    let handle = unsafe connection.handle
    guard try connection.freeOnCancel({ unsafe PQputCopyEnd(handle, nil) == 1 }) else {
      throw connection.failure(LibraryResult())
    }
    guard let count = try connection.endCopy().affectedRows else {
      throw PostgresError(.unexpected, saying: "the server ended a COPY without a count of its rows")
    }
    return count
  }

  /// Gives up: the server keeps no row of it, and the transaction it ran in has failed.
  package func abandon(because reason: String) throws(PostgresError) {
    let handle = unsafe connection.handle
    guard try connection.freeOnCancel({ unsafe PQputCopyEnd(handle, reason) == 1 }) else {
      throw connection.failure(LibraryResult())
    }
    do throws(PostgresError) {
      _ = try connection.endCopy()
    } catch {
      // That it failed is what was asked for.
      guard error.reason == .refused else { throw error }
    }
  }
}
