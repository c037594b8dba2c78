import CoffreCore
import CoffreSystem
import SQLiteKit

/// SQLite.
struct SQLiteDriver: DatabaseDriver {
  let kind = DatabaseKind.sqlite

  /// Of a disk that nobody measured.
  private static let usualBytesPerSecond = 100.0 * 1024 * 1024

  func probe(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> DatabaseProbe {
    let place = try SQLitePlace(settings.location, named: settings.name)
    let source = try SQLiteSource(place, patience: settings.lockTimeout, cancellation: cancellation)
    let (pages, pageSize) = try source.size()
    let tables: Int
    do throws(SQLiteError) {
      tables = try SQLiteSchema(of: source.connection).tables.count
    } catch {
      throw SourceError(error, "read", place.path)
    }
    var missing: [DatabaseProbe.Missing] = []
    let folder = temporaryDirectory()
    if let free = try? freeSpace(at: folder), free < pages * pageSize {
      missing.append(
        DatabaseProbe.Missing(
          object: displayed(folder), reason: "there is no room for a private copy; name another folder in TMPDIR",
          isLoss: true))
    }
    let database = DatabaseProbe.Database(
      name: place.name, sizeInBytes: pages * pageSize, tableCount: tables, missing: missing)
    var probe = DatabaseProbe(
      serverVersion: "SQLite \(SQLiteConnection.engineVersion), journal_mode \(source.journalMode)",  // not for people
      databases: [database], bytesPerSecond: Self.usualBytesPerSecond)
    probe.clientVersion = SQLiteConnection.engineVersion
    return probe
  }

  func open(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> any SourceSession {
    DatabaseSession(try SQLiteBackup(settings, cancellation))
  }

  func fileDump(_ settings: DatabaseSettings, to path: PathBytes) throws -> any DatabaseFileDump {
    guard let form = SQLiteFileDump.Form(ofFile: path) else {
      throw DumpNameError(
        "the name '\(displayed(path))' does not tell what to write", advice: "Let it end with .db or .sql.")
    }
    return try SQLiteFileDump(settings, form: form)
  }

  func openRestore(_ settings: DatabaseRestoreSettings, cancellation: Cancellation) throws -> any PullingRestore {
    try SQLiteRestore(settings, cancellation: cancellation)
  }

  func openRestore(of file: PathBytes, _ settings: DatabaseRestoreSettings) throws -> any DatabaseFileRestore {
    try SQLiteFileRestore(settings, file: file)
  }
}
