import CPostgres

/// What the library knows of a session without asking the server.
extension PostgresConnection {
  /// As 150018 for 15.18.
  package var serverVersion: Int { Int(unsafe PQserverVersion(handle)) }

  /// Of libpq itself, in the same form.
  package static var clientVersion: Int { Int(PQlibVersion()) }

  /// What the server reports of itself, such as `server_encoding` or `is_superuser`.
  package func parameter(_ name: String) -> String? {
    guard let value = unsafe PQparameterStatus(handle, name) else { return nil }
    return unsafe String(cString: value)
  }

  /// Where the session was opened, of all hosts that were possible: a name, an address, or a socket's folder.
  package var host: String? { unsafe text(PQhost(handle)) }

  package var port: Int? { unsafe text(PQport(handle)).flatMap { Int($0) } }

  package var database: String? { unsafe text(PQdb(handle)) }

  /// The address behind `host`, where there is one.
  package var hostAddress: String? { unsafe text(PQhostaddr(handle)) }

  /// The process that serves this session; another one than `pg_backend_pid()` tells of a pooler between.
  package var backendProcess: Int { Int(unsafe PQbackendPID(handle)) }

  /// Whether a transaction was begun, or has failed, and not ended: what it did is lost with the connection.
  package var isInTransaction: Bool { unsafe PQtransactionStatus(handle) != PQTRANS_IDLE }

  package var isEncrypted: Bool { unsafe PQsslInUse(handle) != 0 }

  private func text(_ found: UnsafeMutablePointer<CChar>?) -> String? {
    guard let found = unsafe found else { return nil }
    let text = unsafe String(cString: found)
    return text.isEmpty ? nil : text
  }
}
