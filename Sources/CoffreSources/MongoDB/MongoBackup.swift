import CoffreCore
import CoffreSystem
import MongoKit
import Synchronization

/// A MongoDB server, or one of its databases, as files in a folder: all of it at one instant.
final class MongoBackup: DatabaseBackup {
  let time: Timestamp
  let folder: PathBytes
  private let folderName: PathBytes
  private let server: DatabaseLocation.Server
  private let settings: DatabaseSettings
  let facts: MongoFacts
  private let choice: MongoChoice
  private let instant: MongoInstant
  let dumps: [MongoDump]
  let manifests = ManifestPair()

  /// - Parameter keepsLog: whether the log of changes may be read where the server does not keep the instant.
  init(_ settings: DatabaseSettings, keepsLog: Bool = true, cancellation: Cancellation) throws {
    self.settings = settings
    folderName = EscapedName.fileName(of: settings.location.snapshotName(settings.name))
    let folder = joined(Array("/\(DatabaseKind.mongodb.folder)".utf8), folderName)
    self.folder = folder
    let opener = MongoOpener(settings, cancellation: cancellation)
    do throws(MongoError) {
      let connection = try opener.connect()
      facts = try MongoFacts(on: connection)
      let taken = try MongoTaking.take(settings, facts, keepsLog: keepsLog, on: connection, by: opener)
      choice = taken.choice
      instant = taken.instant
      var databases = taken.choice.taken
      let hasGlobals = !taken.choice.globals.isEmpty
      if hasGlobals, !databases.contains(where: { $0.name == MongoGlobals.database }) {
        databases.append(MongoChoice.Database(name: MongoGlobals.database, collections: []))
      }
      var dumps: [MongoDump] = []
      for database in databases {
        dumps.append(
          try MongoDump(
            database, globals: database.name == MongoGlobals.database ? taken.choice.globals : [], at: taken.instant,
            facts, settings: settings, below: folder, on: connection))
      }
      self.dumps = dumps
    } catch {
      throw SourceError(error, "back up", folder)
    }
    server = opener.server
    time = instant.takenAt
    try settings.patterns.checkMatches(databases: choice.databases, tables: choice.tables, in: folder)
  }

  var paths: [PathBytes] { [settings.location.database.map { folder(of: $0) } ?? folder] }
  var hostName: String? { settings.location.pinned(to: server).serverHost }

  private func folder(of database: String) -> PathBytes { joined(folder, EscapedName.fileName(of: database)) }

  func entries() -> [MadeFolder.Entry] {
    var entries: [MadeFolder.Entry] = []
    for dump in dumps {
      entries.append(
        MadeFolder.Entry(
          EscapedName.fileName(of: dump.name),
          .folder(MadeFolder(time: time) { () throws(SourceError) in try dump.entries() })))
    }
    if instant.log != nil {
      entries.append(
        MadeFolder.Entry(
          Array(MongoLog.fileName.utf8), .lastFile { [self] () throws(SourceError) in try changes() }))
    }
    entries.append(
      MadeFolder.Entry(
        Array(DatabaseManifest.fileName.utf8), .lastFile { [self] () throws(SourceError) in TextReader(try manifest()) }
      ))
    return entries
  }

  // MARK: The end

  /// What was changed while collections were copied.
  ///
  /// - Throws: `vanished` if all of them show the instant.
  private func changes() throws(SourceError) -> any ByteReader {
    let path = joined(folder, Array(MongoLog.fileName.utf8))
    guard let log = instant.log, log.isNeeded else {
      throw SourceError(.vanished, "read the log of changes for", path, because: "it is not needed")
    }
    let logged = dumps.flatMap { $0.rows.filter(\.isLogged).compactMap(\.collection.uuid) }
    do throws(MongoError) {
      let lease = try instant.lease()
      do throws(MongoError) {
        let cursor = try log.entries(of: Set(logged), on: lease.connection)
        // What was made, dropped or changed meanwhile is in no change of a document.
        if let changed = choice.firstChange(of: try MongoChoice(settings, on: lease.connection)) {
          throw MongoError(
            .unexpected, saying: "a collection was changed while the backup ran: \(changed)",
            code: MongoError.otherCollection)
        }
        return LogReader(cursor, on: lease, of: Set(logged), path: path)
      } catch {
        lease.recover(from: error)
        throw error
      }
    } catch {
      throw SourceError(error, "read the log of changes for", path)
    }
  }

  private func manifest() throws(SourceError) -> [UInt8] {
    let made = try DatabaseManifest(
      server: facts, name: displayed(folderName), identity: facts.identity(at: settings.location), at: instant,
      dumps: dumps, missed: untold + dumps.flatMap(\.lost))
    instant.close()
    return manifests.keep(made)
  }

  /// What nobody told of yet: the failure of a collection is told when it happens.
  var untold: [DatabaseProbe.Missing] { choice.missing + choice.outsideInstant(facts) }

  func finish() throws(SourceError) -> [SourceNote] {
    let emptied = try manifests.notes(of: folder)
    return settings.patterns.unmatchedNotes(databases: choice.databases, tables: choice.tables)
      + logNotes + untold.map { SourceNote(subject: $0.object, message: $0.reason, isLoss: $0.isLoss) }
      + emptied
  }

  private var logNotes: [SourceNote] {
    guard instant.log?.end != nil else { return [] }
    return [
      SourceNote(
        subject: MongoLog.fileName,
        message:
          "the server may not keep an instant so long: collections were copied, with the log of changes up to the end")
    ]
  }

  func close() { instant.close() }
}
