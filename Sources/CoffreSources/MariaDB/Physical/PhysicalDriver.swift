import CoffreCore

/// A whole server of MariaDB by its files, as mariadb-backup copies them.
struct PhysicalDriver: DatabaseDriver {
  let kind = DatabaseKind.mariadbPhysical

  func probe(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> DatabaseProbe {
    try check(settings)
    return try PhysicalProbe.run(settings, cancellation: cancellation)
  }

  func open(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> any SourceSession {
    try check(settings)
    return DatabaseSession(try PhysicalBackup(settings, cancellation: cancellation))
  }

  func fileDump(_ settings: DatabaseSettings, to path: PathBytes) throws -> any DatabaseFileDump {
    throw PhysicalUsage(
      "a dump is made of rows, and 'mariadb-physical' is for files", advice: "Write the address with mariadb://.")
  }

  func openRestore(_ settings: DatabaseRestoreSettings, cancellation: Cancellation) throws -> any PullingRestore {
    guard settings.location.folder != nil else {
      throw PhysicalUsage(
        "a physical backup is restored to a folder of this machine, not to a server",
        advice: "Write --to mariadb-physical:/srv/mysql-new; the folder must be empty, or not exist.")
    }
    guard
      settings.tables.isEmpty, settings.database == nil, settings.content == .everything, !settings.restoresGlobals,
      !settings.disconnects, settings.confirmed == nil
    else {
      throw PhysicalUsage(
        "a physical backup is restored whole, and to an empty folder",
        advice: "Leave out --database, --table, --data-only, --schema-only, --globals, --disconnect and --confirm.")
    }
    return try PhysicalRestore(settings, cancellation: cancellation)
  }

  func openRestore(of file: PathBytes, _ settings: DatabaseRestoreSettings) throws -> any DatabaseFileRestore {
    throw PhysicalUsage(
      "files of vendors' tools are restored to servers, and 'mariadb-physical' is for a folder",
      advice: "Extract it with `mbstream`, and prepare it with `mariadb-backup --prepare`.")
  }

  private func check(_ settings: DatabaseSettings) throws {
    guard settings.location.folder == nil else {
      throw PhysicalUsage(
        "the address names a folder, and a running server is asked for its files",
        advice:
          "Write it as mariadb-physical://user@localhost. Files of a server that was stopped are backed up as a folder."
      )
    }
    guard settings.location.database == nil, settings.patterns == ObjectPatterns() else {
      throw PhysicalUsage(
        "a physical backup is of a whole server",
        advice: "Leave out the database and the patterns, or write the address with mariadb://.")
    }
  }
}
