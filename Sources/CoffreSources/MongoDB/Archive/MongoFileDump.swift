import CoffreCore
import CoffreSystem
import MongoKit

/// A database, or a server, in one file: an archive as `mongodump --archive` writes it.
final class MongoFileDump: DatabaseFileDump {
  private let settings: DatabaseSettings

  init(_ settings: DatabaseSettings) { self.settings = settings }

  func open(cancellation: Cancellation, said: @escaping @Sendable (String) -> Void) throws -> any ByteReader {
    // What a log says would have to be applied: an archive shows the instant, or is none.
    let state = try MongoBackup(settings, keepsLog: false, cancellation: cancellation)
    for missing in state.untold { said("\(missing.object): \(missing.reason.description)") }
    return try ArchiveWriter(state)
  }

  /// Reads it again: it has its own checksums.
  func prove(_ file: PathBytes, cancellation: Cancellation) throws {
    _ = try ArchiveIndex(try ArchiveFile(file), cancellation) { _ in }
  }
}
