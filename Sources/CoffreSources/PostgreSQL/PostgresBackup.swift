import CoffreCore
import CoffreSystem
import OpenSSLKit
import PostgresKit
import Synchronization

/// A PostgreSQL server, or one of its databases, as files in a folder: each database at one instant of its own.
final class PostgresBackup: DatabaseBackup {
  let time: Timestamp
  let folder: PathBytes
  private let folderName: PathBytes
  private let server: PostgresServer
  private let facts: ServerFacts
  private let choice: DatabaseChoice
  /// Where rights were asked for: some of them are each database's own.
  private let entered: String
  /// Where the connection says that it leads; a name, an address or a socket's folder.
  private let reportedHost: String?
  /// Connections that read rows of one database.
  private let workers: Int
  private let dump: PgDump
  private let dumps = Mutex([PostgresDump]())
  /// The only database's instant, taken before its folder is opened, and when that was, on the monotonic clock.
  private let early = Mutex<(begun: Result<PostgresDump.Begun, any Error>, at: Duration)?>(nil)
  /// An instant that was waited with for longer is not the newest one that there could be, and another one costs nothing.
  private static let freshness = Duration.seconds(5)
  let manifests = ManifestPair()
  private let remarks = Mutex([PostgresMissing]())
  private let hasGlobals = Mutex(false)

  init(_ settings: DatabaseSettings, cancellation: Cancellation) throws {
    folderName = EscapedName.fileName(of: settings.location.snapshotName(settings.name))
    folder = joined(Array("/\(DatabaseKind.postgresql.folder)".utf8), folderName)
    time = Clock.now().at(utcOffset: 0)
    let server = PostgresServer(settings, cancellation: cancellation)
    self.server = server
    let tools: VendorTools
    do {
      let connection = try server.connect(to: settings.location.database)
      facts = try ServerFacts.read(on: connection)
      entered = connection.database ?? "postgres"
      reportedHost = connection.host
      choice = try DatabaseChoice(settings, on: server, connection)
      let installed = try settings.tools ?? InstalledTools.find(.postgresql, cancellation: cancellation)
      tools = try installed.choose(forMajor: connection.majorVersion)
    } catch let error as PostgresError {
      throw SourceError(error, "back up", folder)
    }
    try Self.check(choice, settings, in: folder)
    // One for the instant, three for the vendor's tool, which come first.
    workers = min(settings.connectionCount, max(0, facts.freeConnections - 4))
    dump = try PgDump(tools, for: server) { [secret = settings.stableSecret, facts, folder] in
      Self.restrictKey(secret(), facts, displayed(folder))
    }
  }

  /// A database that cannot be read fails the run, unless a partial backup is better than none.
  private static func check(
    _ choice: DatabaseChoice, _ settings: DatabaseSettings, in folder: PathBytes
  ) throws(SourceError) {
    if !settings.allowsPartial, let first = choice.missed.first {
      throw SourceError(
        .notWhole, "back up", folder, because: "\(.verbatim(first.object)): \(first.reason)",
        advice: "Grant the right, leave it out by a pattern, or give --allow-partial.")
    }
    guard choice.taken.isEmpty, settings.location.database != nil else { return }
    throw SourceError(
      .notWhole, "back up", folder, because: "the server has no such database",
      advice: "Name one that `psql -l` lists, or none for the whole server.")
  }

  /// Always the same for one server, and known to nobody who has not the repository's password.
  private static func restrictKey(_ secret: Secret, _ facts: ServerFacts, _ folder: String) -> String {
    let hasher = SHA256Hasher()
    let text = secret.exposedBytes + Array("pg-restrict\0\(facts.systemIdentifier ?? "")\0\(folder)".utf8)
    return hasher.hash(text.span).description
  }

  var paths: [PathBytes] { [settings.location.database.map { folder(of: $0) } ?? folder] }

  /// Only libpq knows where a service leads.
  var hostName: String? {
    let location = settings.location
    guard location.service != nil else { return location.serverHost }
    return location.pinned(to: DatabaseLocation.Server(host: reportedHost)).serverHost
  }

  private func folder(of database: String) -> PathBytes { joined(folder, EscapedName.fileName(of: database)) }

  func entries() -> [MadeFolder.Entry] {
    var entries = [globals()]
    for database in choice.taken {
      entries.append(
        MadeFolder.Entry(
          EscapedName.fileName(of: database.name),
          .folder(MadeFolder(time: time) { [self] () throws(SourceError) in try open(database).entries(time: time) })))
    }
    entries.append(
      MadeFolder.Entry(
        Array(DatabaseManifest.fileName.utf8), .lastFile { [self] () throws(SourceError) in TextReader(try manifest()) }
      ))
    return entries
  }

  /// Of several databases each gets its instant when its turn has come.
  func prepare() {
    guard let database = choice.taken.first, choice.taken.count == 1 else { return }
    let begun = Result { try PostgresDump.begin(database, on: server, workers: workers) }
    early.withLock { $0 = (begun, Clock.monotonic()) }
  }

  private func takeEarly() -> Result<PostgresDump.Begun, any Error>? {
    guard let (begun, time) = early.withLock({ $0.take() }) else { return nil }
    return Clock.monotonic() - time < Self.freshness ? begun : nil
  }

  private func open(_ database: PostgresDatabase) throws(SourceError) -> PostgresDump {
    let opened = try PostgresDump(
      database, on: server, workers: workers, tools: dump, folder: folder(of: database.name),
      after: takeEarly())
    dumps.withLock { $0.append(opened) }
    return opened
  }

  private func globals() -> MadeFolder.Entry {
    let name = Array("globals.sql".utf8)
    let path = joined(folder, name)
    return MadeFolder.Entry(
      name,
      .file(parts: 1) { [self] _ throws(SourceError) in
        let child: ChildProcess
        do throws(SystemError) {
          child = try dump.startGlobals(
            database: entered, withPasswords: facts.rights.readsPasswords)
        } catch {
          throw SourceError(.notWhole, "run pg_dumpall for", path, because: error.cause)
        }
        return ToolReader(
          child, tool: "pg_dumpall", subject: path, marks: PgDump.clusterMarks, cancellation: server.cancellation
        ) { [self] said throws(SourceError) in
          hasGlobals.withLock { $0 = true }
          if let remark = PgDump.remark(in: said) {
            remarks.withLock { $0.append(PostgresMissing("globals.sql", .verbatim(remark), isLoss: false)) }
          }
        }
      })
  }

  // MARK: The end

  private func manifest() throws(SourceError) -> [UInt8] {
    let dumps = dumps.withLock { $0 }.sorted { $0.database.oid < $1.database.oid }
    try settings.patterns.checkMatches(
      databases: choice.names, tables: dumps.flatMap(\.contents.names), in: folder)
    guard hasGlobals.withLock({ $0 }), dumps.map(\.database.oid) == choice.taken.map(\.oid).sorted() else {
      throw SourceError(.notWhole, "prove", folder, because: "not all of it was read")
    }
    let made = try DatabaseManifest(
      server: facts, name: displayed(folderName), identity: facts.identity(at: settings.location),
      tools: [DatabaseManifest.Tool(name: "pg_dump", version: dump.tools.version.text)],
      dumps: dumps, missed: missedOfServer)
    return manifests.keep(made)
  }

  func finish() throws(SourceError) -> [SourceNote] {
    let emptied = try manifests.notes(of: folder)
    let dumps = dumps.withLock { $0 }
    return settings.patterns.unmatchedNotes(databases: choice.names, tables: dumps.flatMap(\.contents.names))
      + (missedOfServer + dumps.flatMap(\.untold)).map {
        SourceNote(subject: $0.object, message: $0.reason, isLoss: $0.isLoss)
      }
      + emptied
  }

  private var settings: DatabaseSettings { server.settings }

  private var missedOfServer: [PostgresMissing] {
    choice.missed + MissingRights.findInGlobals(facts) + remarks.withLock { $0 }
  }

  func close() {
    _ = early.withLock { $0.take() }
    dumps.withLock { $0 }.forEach { $0.close() }
  }
}
