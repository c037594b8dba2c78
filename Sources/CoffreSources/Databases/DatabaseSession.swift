package import CoffreCore
import CoffreSystem

/// A backup of databases in the making, as its engine knows it: the entries of one folder in the snapshot, from one view.
protocol DatabaseBackup: Sendable {
  /// The instant that everything shows: the time of all entries.
  var time: Timestamp { get }
  /// What `entries` lie in: an absolute path of the snapshot.
  var folder: PathBytes { get }
  /// The snapshot's `paths`.
  var paths: [PathBytes] { get }
  /// The server's machine; `nil` for this one.
  var hostName: String? { get }
  /// What was proved of this backup, and what the one before it held.
  var manifests: ManifestPair { get }

  /// As `SourceSession.prepare`.
  func prepare()
  func entries() -> [MadeFolder.Entry]
  /// As `SourceSession.finish`.
  func finish() throws(SourceError) -> [SourceNote]
  /// As `SourceSession.close`.
  func close()
}

extension DatabaseBackup {
  func prepare() {}
}

/// Databases as files in a folder of a snapshot.
package final class DatabaseSession: SourceSession {
  package let top: any UnopenedDirectory
  private let backup: any DatabaseBackup
  private let names = AccountNames()

  init(_ backup: some DatabaseBackup) {
    self.backup = backup
    var folder = MadeFolder(time: backup.time) { () throws(SourceError) in backup.entries() }
    for name in components(of: backup.folder).reversed() {
      let inner = folder
      folder = MadeFolder(time: backup.time) { () throws(SourceError) in [MadeFolder.Entry(name, .folder(inner))] }
    }
    top = folder
  }

  package var paths: [PathBytes] { backup.paths }
  package var hostName: String? { backup.hostName }

  package func prepare() { backup.prepare() }

  package func follow(_ read: (PathBytes) -> [UInt8]?) {
    backup.manifests.follow(read(joined(backup.folder, Array(DatabaseManifest.fileName.utf8))))
  }

  package func userName(of id: UInt32) -> String { names.userName(of: id) }
  package func groupName(of id: UInt32) -> String { names.groupName(of: id) }

  package func finish() throws(SourceError) -> [SourceNote] { try backup.finish() }

  package func close() { backup.close() }
}
