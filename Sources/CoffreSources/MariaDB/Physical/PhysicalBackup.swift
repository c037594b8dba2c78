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
  let server: PhysicalServer
  private let settings: DatabaseSettings
  private let cancellation: Cancellation
  private let client: MariaDBClient

  private struct Run {
    var child: ChildProcess?
    /// What the server had before the program began.
    var before: ServedContents?
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
      tools, settings.location, on: server.opener.server, password: settings.password, reading: .accounts,
      in: settings.workFolder)
    time = Clock.now().at(utcOffset: 0)
  }

  /// Those that know the server's files.
  var tools: VendorTools { client.tools }

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

  func stream() throws(SourceError) -> any ByteReader {
    let subject = joined(folder, Array(Self.fileName.utf8))
    let before = try asked { connection throws(SourceError) in
      try ServedContents(of: server.folder, on: connection, for: folder)
    }
    let child: ChildProcess
    do throws(SystemError) {
      child = try run.withLock { run throws(SystemError) in
        precondition(run.child == nil, "a stream is read once")
        run.before = before
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

  /// What names of files stand for is asked when all are known, and whether all is there that must be.
  private func keep(_ stream: StreamScanner) throws(SourceError) {
    let before = run.withLock { $0.before }
    let contents = try asked { connection throws(SourceError) -> ImageContents in
      let after = try ServedContents(of: server.folder, on: connection, for: folder)
      let decode = { (files: [PathBytes]) throws(MariaDBError) in try ImageContents.decode(files, by: connection) }
      let contents: ImageContents
      let missing: String?
      do throws(MariaDBError) {
        contents = try ImageContents(stream, decode: decode)
        missing = try before.flatMap { before throws(MariaDBError) in
          try before.missing(in: contents, stream, after: after, decode: decode)
        }
      } catch {
        throw SourceError(error, "back up", folder)
      }
      guard let missing else { return contents }
      throw SourceError(
        .notWhole, "back up", folder,
        because: "'\(missing)' is not in what mariadb-backup wrote, and the server had it before and afterwards",
        advice: "Look whether mariadb-backup is told to leave something out, then run the command again.")
    }
    run.withLock { $0.taken = (stream, contents, Clock.now()) }
  }

  private func asked<Result>(
    _ body: (MariaDBConnection) throws(SourceError) -> Result
  ) throws(SourceError) -> Result {
    let connection: MariaDBConnection
    do throws(MariaDBError) {
      connection = try server.opener.connect()
    } catch {
      throw SourceError(error, "back up", folder)
    }
    return try body(connection)
  }

  // MARK: The end

  /// - Throws: unless all of the stream was read.
  @discardableResult
  func manifest() throws(SourceError) -> [UInt8] {
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
