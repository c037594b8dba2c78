import CPostgres

extension PostgresConnection {
  /// The database that an entry of libpq's file of services leads to; `nil` if it names none, or there is no such entry.
  ///
  /// Where the entry names none, libpq takes `PGDATABASE`, and so does this. Nothing is connected to: libpq alone knows
  /// where those files are and how they are read, and does it before it finds out that one host cannot have two addresses.
  package static func database(ofService service: String) -> String? {
    // Which is not there if the entry was not found; and what libpq calls a database that nobody named.
    let nobody = #"coffre asks"#
    let settings = [
      ("service", service), ("user", nobody), ("host", "localhost"), ("hostaddr", "127.0.0.1,127.0.0.1"),
    ]
    let begun = unsafe withCStrings(settings.map(\.0)) { keywords in
      unsafe withCStrings(settings.map(\.1)) { values in
        unsafe LibraryConnection(PQconnectStartParams(keywords, values, 0))
      }
    }
    guard let handle = unsafe begun.pointer else { preconditionFailure("out of memory") }
    defer { unsafe PQfinish(handle) }
    guard let user = unsafe PQuser(handle), unsafe String(cString: user) == nobody, let name = unsafe PQdb(handle)
    else {
      return nil
    }
    let database = unsafe String(cString: name)
    return database.isEmpty || database == nobody ? nil : database
  }
}
