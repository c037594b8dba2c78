import CoffreCore
import CoffreSystem
import MariaDBKit
import Synchronization

/// A MariaDB or MySQL server, or one of its databases, as files in a folder: all of it at one instant.
final class MariaDBBackup: DatabaseBackup {
  let time: Timestamp
  let folder: PathBytes
  private let folderName: PathBytes
  private let server: DatabaseLocation.Server
  private let settings: DatabaseSettings
  private let facts: MariaDBFacts
  private let choice: MariaDBChoice
  private let instant: MariaDBInstant
  private let grants: GrantScript
  private let dumps: [MariaDBDump]
  let manifests = ManifestPair()
  private let hasGrants = Mutex(false)

  init(_ settings: DatabaseSettings, cancellation: Cancellation) throws {
    self.settings = settings
    folderName = EscapedName.fileName(of: settings.location.snapshotName(settings.name))
    let folder = joined(Array("/\(DatabaseKind.mariadb.folder)".utf8), folderName)
    self.folder = folder
    let opener = MariaDBOpener(settings, cancellation: cancellation)
    do throws(MariaDBError) {
      let connection = try opener.connect()
      facts = try MariaDBFacts(on: connection)
      let taken = try MariaDBTaking.take(settings, facts, on: connection, by: opener)
      choice = taken.choice
      instant = taken.instant
      grants = try GrantScript(facts, on: connection)
      var dumps: [MariaDBDump] = []
      for database in taken.choice.taken {
        dumps.append(
          MariaDBDump(
            database, at: taken.instant, facts, cuts: taken.cuts[database.definitions.name] ?? [:],
            sequences: try MariaDBTaking.values(of: database, on: connection), settings: settings,
            folder: joined(folder, EscapedName.fileName(of: database.definitions.name))))
      }
      self.dumps = dumps
    } catch {
      throw SourceError(error, "back up", folder)
    }
    server = opener.server
    time = instant.takenAt
    try Self.check(choice, settings, in: folder)
  }

  /// A database that cannot be read fails the run, unless a partial backup is better than none.
  private static func check(
    _ choice: MariaDBChoice, _ settings: DatabaseSettings, in folder: PathBytes
  ) throws(SourceError) {
    let missing = choice.taken.flatMap(\.missing)
    if !settings.allowsPartial, let first = missing.first(where: \.isLoss) {
      throw SourceError(
        .notWhole, "back up", folder, because: "\(.verbatim(first.object)): \(first.reason)",
        advice: "Grant the right, leave it out by a pattern, or give --allow-partial.")
    }
    try settings.patterns.checkMatches(databases: choice.databases, tables: choice.tables, in: folder)
  }

  var paths: [PathBytes] { [settings.location.database.map { folder(of: $0) } ?? folder] }
  var hostName: String? { settings.location.pinned(to: server).serverHost }

  private func folder(of database: String) -> PathBytes { joined(folder, EscapedName.fileName(of: database)) }

  func entries() -> [MadeFolder.Entry] {
    var entries = [
      MadeFolder.Entry(
        Array("grants.sql".utf8),
        .file(parts: 1) { [self] _ throws(SourceError) in
          hasGrants.withLock { $0 = true }
          return TextReader(grants.script().bytes())
        })
    ]
    for dump in dumps {
      let time = time
      entries.append(
        MadeFolder.Entry(
          EscapedName.fileName(of: dump.definitions.name),
          .folder(MadeFolder(time: time) { () throws(SourceError) in dump.entries(time: time) })))
    }
    entries.append(
      MadeFolder.Entry(
        Array(DatabaseManifest.fileName.utf8), .lastFile { [self] () throws(SourceError) in TextReader(try manifest()) }
      ))
    return entries
  }

  // MARK: The end

  private func manifest() throws(SourceError) -> [UInt8] {
    guard hasGrants.withLock({ $0 }) else {
      throw SourceError(.notWhole, "prove", folder, because: "not all of it was read")
    }
    let made = try DatabaseManifest(
      server: facts, name: displayed(folderName), identity: facts.identity(at: settings.location), at: instant,
      dumps: dumps, missed: untold + dumps.flatMap(\.lost))
    // Others wait for tables that are still locked.
    instant.close()
    return manifests.keep(made)
  }

  /// What nobody told of yet: the failure of a table is told when it happens.
  private var untold: [DatabaseProbe.Missing] {
    var missing = choice.missing + choice.taken.flatMap(\.missing) + grants.missing
    if instant.lock == .none {
      missing.append(
        DatabaseProbe.Missing(
          object: "server",  // not for people
          reason: "the account '\(facts.account)' may not hold writers (RELOAD): one connection reads everything",
          isLoss: false))
    }
    if !instant.locked.isEmpty {
      missing.append(
        DatabaseProbe.Missing(
          object: "tables without transactions",  // not for people
          reason: "they could not be written to during the backup: \(conjunctionOfSome(instant.locked))",
          isLoss: false))
    }
    return missing
  }

  func finish() throws(SourceError) -> [SourceNote] {
    let emptied = try manifests.notes(of: folder)
    return settings.patterns.unmatchedNotes(databases: choice.databases, tables: choice.tables)
      + untold.map { SourceNote(subject: $0.object, message: $0.reason, isLoss: $0.isLoss) }
      + emptied
  }

  func close() { instant.close() }
}
