import CSQLite
package import CoffreCore
import Glibc

/// What SQLite refused, in its own words.
package struct SQLiteError: Error, Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    /// Somebody else holds a lock that is needed.
    case busy
    /// The file holds something else, or is encrypted.
    case notADatabase
    /// The database is damaged.
    case damaged
    case noSpace
    /// The system refused, or the file may only be read.
    case noPermission
    /// A writer died half-way, and this user may not undo what it began.
    case needsRecovery
    /// There is no such file, or it is none that can be opened.
    case cannotOpen
    case cancelled
    case failed
  }

  /// The extended result code (sqlite.org/rescode.html).
  package let code: Int
  package let text: String
  /// Whether the system said that this user may not.
  private let isForbidden: Bool

  package init(code: Int, text: String, isForbidden: Bool = false) {
    self.code = code
    self.text = text
    self.isForbidden = isForbidden
  }

  package static let cancelled = SQLiteError(code: Int(SQLITE_INTERRUPT), text: "interrupted")

  package var reason: Reason {
    switch (code, Int32(truncatingIfNeeded: code & 0xFF)) {
    case (Self.readOnlyRollback, _), (Self.readOnlyRecovery, _): .needsRecovery
    case (_, SQLITE_BUSY), (_, SQLITE_LOCKED): .busy
    case (_, SQLITE_NOTADB): .notADatabase
    case (_, SQLITE_CORRUPT): .damaged
    case (_, SQLITE_FULL): .noSpace
    case (_, SQLITE_PERM), (_, SQLITE_AUTH), (_, SQLITE_READONLY): .noPermission
    case (_, SQLITE_CANTOPEN): isForbidden ? .noPermission : .cannotOpen
    case (_, SQLITE_INTERRUPT): .cancelled
    default: .failed
    }
  }

  private static let readOnlyRollback = Int(SQLITE_READONLY) | 3 << 8
  private static let readOnlyRecovery = Int(SQLITE_READONLY) | 1 << 8

  /// What people read of it.
  package var message: Message { .verbatim(text) }
}

extension SQLiteError {
  /// From the last call on a connection.
  init(of connection: OpaquePointer, _ result: Int32) {
    let text = unsafe sqlite3_errmsg(connection).map { unsafe String(cString: $0) }
    let extended = unsafe sqlite3_extended_errcode(connection)
    // The connection knows more than the call, unless it speaks of another one.
    let code = extended & 0xFF == result & 0xFF ? extended : result
    let systemError = unsafe sqlite3_system_errno(connection)
    self.init(
      code: Int(code), text: code == extended ? text ?? Self.words(for: result) : Self.words(for: result),
      isForbidden: [EACCES, EPERM, EROFS].contains(systemError))
  }

  init(_ result: Int32) { self.init(code: Int(result), text: Self.words(for: result)) }

  private static func words(for result: Int32) -> String {
    unsafe sqlite3_errstr(result).map { unsafe String(cString: $0) } ?? #"error \#(result)"#
  }
}
