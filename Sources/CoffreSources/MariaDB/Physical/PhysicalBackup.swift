import CoffreCore
import CoffreSystem
import MariaDBKit
import Synchronization

/// A running MariaDB server as mariadb-backup copies its files: one stream, `backup.xb`, and a manifest of what is in it.
///
/// The state that comes back is that of the moment at which the program ends.
final class PhysicalBackup: DatabaseBackup {
  /// The stream's name in the snapshot.
  static let fileName = "backup.xb"

  let time: Timestamp
  let folder: PathBytes
  let manifests = ManifestPair()
  private let folderName: PathBytes
  private let server: PhysicalServer
  private let settings: DatabaseSettings
  private let cancellation: Cancellation
  private let client: MariaDBClient

  private struct Run {
    var child: ChildProcess?
    /// What the stream held, when it was whole.
    var taken: (stream: StreamScanner, contents: ImageContents, at: Timestamp)?
  }

  private let run = Mutex(Run())

  init(_ settings: DatabaseSettings, cancellation: Cancellation) throws {
    self.settings = settings
    self.cancellation = cancellation
    folderName = EscapedName.fileName(of: settings.location.snapshotName(settings.name))
    folder = joined(Array("/\(DatabaseKind.mariadbPhysical.folder)".utf8), folderName)
    server = try PhysicalServer(settings, cancellation: cancellation)
    let tools = try server.tools(settings.tools, cancellation: cancellation)
    client = try MariaDBClient(
      tools, settings.location, on: server.opener.server, password: settings.password, reading: .users)
    time = Clock.now().at(utcOffset: 0)
  }

  var paths: [PathBytes] { [folder] }
  var hostName: String? { settings.location.pinned(to: server.opener.server).serverHost }

  func entries() -> [MadeFolder.Entry] {
    [
      MadeFolder.Entry(
        Array(Self.fileName.utf8), size: server.sizeInBytes,
        .file(parts: 1) { [self] _ throws(SourceError) in try stream() }),
      MadeFolder.Entry(
        Array(DatabaseManifest.fileName.utf8), .lastFile { [self] () throws(SourceError) in TextReader(try manifest()) }
      ),
    ]
  }

  // MARK: The stream

  private func stream() throws(SourceError) -> any ByteReader {
    let subject = joined(folder, Array(Self.fileName.utf8))
    let child: ChildProcess
    do throws(SystemError) {
      child = try run.withLock { run throws(SystemError) in
        precondition(run.child == nil, "a stream is read once")
        let scratch = joined(client.folder, Array("scratch".utf8))
        let child = try client.start("mariadb-backup", BackupTool.backupArguments(scratch: scratch))
        run.child = child
        return child
      }
    } catch {
      throw SourceError(.toolFailed, "run", Array("mariadb-backup".utf8), because: error.cause)
    }
    return BackupStreamReader(child, subject: subject, cancellation: cancellation) {
      [self] stream throws(SourceError) in try keep(stream)
    }
  }

  /// What names of files stand for is asked when all are known.
  private func keep(_ stream: StreamScanner) throws(SourceError) {
    do throws(MariaDBError) {
      let connection = try server.opener.connect()
      let contents = try ImageContents(stream) { files throws(MariaDBError) in
        try ImageContents.decode(files, by: connection)
      }
      run.withLock { $0.taken = (stream, contents, Clock.now()) }
    } catch {
      throw SourceError(error, "back up", folder)
    }
  }

  // MARK: The end

  private func manifest() throws(SourceError) -> [UInt8] {
    guard let taken = run.withLock({ $0.taken }) else {
      throw SourceError(.notWhole, "prove", folder, because: "not all of it was read")
    }
    return manifests.keep(
      DatabaseManifest(
        physical: server, tools: client.tools, name: displayed(folderName),
        identity: server.facts.identity(at: settings.location), stream: taken.stream, contents: taken.contents,
        at: taken.at))
  }

  func finish() throws(SourceError) -> [SourceNote] {
    var notes = try manifests.notes(of: folder)
    if let outside = run.withLock({ $0.taken })?.contents.outside, !outside.isEmpty {
      notes.append(
        SourceNote(
          subject: "tables with a folder of their own",  // not for people
          message:
            "Coffre does not restore them, `mariadb-backup --copy-back` does: \(conjunctionOfSome(outside))"
        ))
    }
    if server.encrypts {
      notes.append(
        SourceNote(
          subject: "encrypted tables",  // not for people
          message: "without the server's keys nobody opens them, and Coffre has none: keep the keys elsewhere"))
    }
    return notes
  }

  func close() {
    let child = run.withLock { run in
      defer { run.child = nil }
      return run.child
    }
    child?.kill()
  }
}
