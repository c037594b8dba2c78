import CoffreCore

/// MongoDB.
struct MongoDriver: DatabaseDriver {
  let kind = DatabaseKind.mongodb

  func probe(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> DatabaseProbe {
    try MongoProbe.run(settings, cancellation: cancellation)
  }

  func open(_ settings: DatabaseSettings, cancellation: Cancellation) throws -> any SourceSession {
    try MongoSession(settings, cancellation: cancellation)
  }

  func fileDump(_ settings: DatabaseSettings, to path: PathBytes) throws -> any DatabaseFileDump {
    throw DumpNameError(
      "MongoDB's dumps in one file are written by mongodump alone",
      advice: "Back the database up to a repository: a snapshot has the files that mongorestore reads.")
  }

  func openRestore(_ settings: DatabaseRestoreSettings, cancellation: Cancellation) throws -> any PullingRestore {
    try MongoRestore(settings, cancellation: cancellation)
  }

  func openRestore(of file: PathBytes, _ settings: DatabaseRestoreSettings) throws -> any DatabaseFileRestore {
    throw SourceError(
      .failed, "read", file, because: "files that mongodump wrote are read by mongorestore alone",
      advice: "Run mongorestore on it.")
  }
}
