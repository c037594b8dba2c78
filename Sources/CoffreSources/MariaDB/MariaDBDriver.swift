import CoffreCore

/// MariaDB and MySQL.
struct MariaDBDriver: DatabaseDriver {
  let kind = DatabaseKind.mariadb
  let choosesInFiles = true

  func probe(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> DatabaseProbe {
    try MariaDBProbe.run(settings, cancellation: cancellation)
  }

  func open(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> any SourceSession {
    DatabaseSession(try MariaDBBackup(settings, cancellation: cancellation))
  }

  func fileDump(_ settings: DatabaseSettings, to path: PathBytes) throws -> any DatabaseFileDump {
    guard displayed(path).lowercased().hasSuffix(".sql") else {
      throw DumpNameError(
        "the name '\(displayed(path))' does not tell what to write", advice: "Let it end with .sql.")
    }
    return MariaDBFileDump(settings)
  }

  func openRestore(_ settings: DatabaseRestoreSettings, cancellation: Cancellation) throws -> any PullingRestore {
    try MariaDBRestore(settings, cancellation: cancellation)
  }

  func openRestore(of file: PathBytes, _ settings: DatabaseRestoreSettings) throws -> any DatabaseFileRestore {
    try MariaDBFileRestore(settings, file: file)
  }
}
