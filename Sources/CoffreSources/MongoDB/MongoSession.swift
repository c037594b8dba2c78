package import CoffreCore
import CoffreSystem
import MongoKit
import Synchronization

/// A MongoDB server, or one of its databases, as files in a folder: all of it at one instant.
package final class MongoSession: SourceSession {
  package let top: any UnopenedDirectory
  package let paths: [PathBytes]
  package let hostName: String?
  private let state: MongoSessionState

  package init(_ settings: DatabaseSettings, cancellation: Cancellation) throws {
    let state = try MongoSessionState(settings, cancellation: cancellation)
    self.state = state
    hostName = settings.location.pinned(to: state.server).serverHost
    paths = [settings.location.database.map { state.folder(of: $0) } ?? state.folder]
    let server = MadeFolder(time: state.time) { () throws(SourceError) in state.entries() }
    let name = MadeFolder.Entry(state.folderName, .folder(server))
    let kind = MadeFolder(time: state.time) { () throws(SourceError) in [name] }
    let kindName = Array(DatabaseKind.mongodb.folder.utf8)
    top = MadeFolder(time: state.time) { () throws(SourceError) in [MadeFolder.Entry(kindName, .folder(kind))] }
  }

  package func follow(_ read: (PathBytes) -> [UInt8]?) { state.follow(read) }

  package func userName(of id: UInt32) -> String { state.names.userName(of: id) }
  package func groupName(of id: UInt32) -> String { state.names.groupName(of: id) }

  package func finish() throws(SourceError) -> [SourceNote] { try state.finish() }

  package func close() { state.close() }
}

/// What all folders of one session share.
final class MongoSessionState: Sendable {
  let names = AccountNames()
  let time: Timestamp
  let folderName: PathBytes
  let folder: PathBytes
  let server: DatabaseLocation.Server
  private let settings: DatabaseSettings
  let facts: MongoFacts
  private let choice: MongoChoice
  private let instant: MongoInstant
  let dumps: [MongoDump]
  /// Of the backup before this one, and of this one when it is whole.
  private let manifests = Mutex<(former: DatabaseManifest?, made: DatabaseManifest?)>((nil, nil))

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
    try Self.check(choice, settings, in: folder)
  }

  private static func check(
    _ choice: MongoChoice, _ settings: DatabaseSettings, in folder: PathBytes
  ) throws(SourceError) {
    // Where what was asked for is not there, a backup of something else would be no answer.
    let unmatched = settings.patterns.unmatched(databases: choice.databases, tables: choice.tables)
    guard let first = unmatched.first(where: \.isForTaking) else { return }
    throw SourceError(
      .notWhole, "back up", folder, because: "the pattern '\(first.pattern)' of \(first.option) matches nothing",
      advice: "Look for a misspelt name; capitals count.")
  }

  func folder(of database: String) -> PathBytes { joined(folder, EscapedName.fileName(of: database)) }

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
    manifests.withLock { $0.made = made }
    instant.close()
    return made.encoded()
  }

  /// What nobody told of yet: the failure of a collection is told when it happens.
  var untold: [DatabaseProbe.Missing] { choice.missing + choice.outsideInstant(facts) }

  func finish() throws(SourceError) -> [SourceNote] {
    let manifests = manifests.withLock { $0 }
    guard let made = manifests.made else {
      throw SourceError(.notWhole, "prove", folder, because: "its manifest was not made")
    }
    let patterns = settings.patterns.unmatched(databases: choice.databases, tables: choice.tables)
    return patterns.map { SourceNote(subject: $0.option, message: "the pattern '\($0.pattern)' matches nothing") }
      + logNotes + untold.map { SourceNote(subject: $0.object, message: $0.reason, isLoss: $0.isLoss) }
      + (manifests.former.map { ManifestComparison($0, made).emptiedTables } ?? [])
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

  /// A manifest that cannot be read warns of nothing.
  func follow(_ read: (PathBytes) -> [UInt8]?) {
    let name = Array(DatabaseManifest.fileName.utf8)
    guard let bytes = read(joined(folder, name)), let former = try? DatabaseManifest(decoding: bytes) else { return }
    manifests.withLock { $0.former = former }
  }

  func close() { instant.close() }
}
