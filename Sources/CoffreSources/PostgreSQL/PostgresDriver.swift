import CoffreCore

/// PostgreSQL.
struct PostgresDriver: DatabaseDriver {
  let kind = DatabaseKind.postgresql
  /// An instant takes some locks that only somebody who changes tables' shapes would notice.
  let opensEarly = true

  func probe(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> DatabaseProbe {
    try PostgresProbe.run(settings, cancellation: cancellation)
  }

  func open(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> any SourceSession {
    DatabaseSession(try PostgresBackup(settings, cancellation: cancellation))
  }

  func fileDump(_ settings: DatabaseSettings, to path: PathBytes) throws -> any DatabaseFileDump {
    guard let form = PostgresFileDump.Form(ofFile: path) else {
      throw DumpNameError(
        "the name '\(displayed(path))' does not tell what to write",
        advice: "Let it end with .dump, .tar, .sql, .sql.gz, .sql.zst or .sql.lz4.")
    }
    guard settings.location.database != nil || form == .plain else {
      throw DumpNameError(
        "a whole server can be dumped as .sql only", advice: "Name a database in the address, or another file.")
    }
    return PostgresFileDump(settings, form: form)
  }

  func openRestore(_ settings: DatabaseRestoreSettings, cancellation: Cancellation) throws -> any PullingRestore {
    try PostgresRestore(settings, cancellation: cancellation)
  }

  func openRestore(of file: PathBytes, _ settings: DatabaseRestoreSettings) throws -> any DatabaseFileRestore {
    PostgresFileRestore(settings, file: try DumpFile(file))
  }
}
