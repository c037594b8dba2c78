import CoffreCore

/// MongoDB.
struct MongoDriver: DatabaseDriver {
  let kind = DatabaseKind.mongodb

  func probe(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> DatabaseProbe {
    try MongoProbe.run(settings, cancellation: cancellation)
  }

  func open(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> any SourceSession {
    DatabaseSession(try MongoBackup(settings, cancellation: cancellation))
  }

  func fileDump(_ settings: DatabaseSettings, to path: PathBytes) throws -> any DatabaseFileDump {
    guard displayed(path).lowercased().hasSuffix(MongoArchive.suffix) else {
      throw DumpNameError(
        "the name '\(displayed(path))' does not tell what to write", advice: "Let it end with .archive.")
    }
    return MongoFileDump(settings)
  }

  func openRestore(_ settings: DatabaseRestoreSettings, cancellation: Cancellation) throws -> any PullingRestore {
    try MongoRestore(settings, cancellation: cancellation)
  }

  func openRestore(of file: PathBytes, _ settings: DatabaseRestoreSettings) throws -> any DatabaseFileRestore {
    try MongoFileRestore(settings, file: file)
  }
}
