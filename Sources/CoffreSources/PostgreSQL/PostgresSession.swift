package import CoffreCore
import CoffreSystem
import OpenSSLKit
import PostgresKit
import Synchronization

/// A PostgreSQL server, or one of its databases, as files in a folder: each database at one instant of its own.
package final class PostgresSession: SourceSession {
  package let top: any UnopenedDirectory
  package let paths: [PathBytes]
  package let hostName: String?
  private let state: SessionState

  package init(_ settings: DatabaseSettings, cancellation: Cancellation) throws {
    let state = try SessionState(settings, cancellation: cancellation)
    self.state = state
    // Only libpq knows where a service leads.
    hostName =
      settings.location.service == nil
      ? settings.location.serverHost
      : settings.location.pinned(to: DatabaseLocation.Server(host: state.reportedHost)).serverHost
    paths = [settings.location.database.map { state.folder(of: $0) } ?? state.folder]
    let server = MadeFolder(time: state.time) { () throws(SourceError) in state.entries() }
    let name = MadeFolder.Entry(state.folderName, .folder(server))
    let kind = MadeFolder(time: state.time) { () throws(SourceError) in [name] }
    let kindName = Array(DatabaseKind.postgresql.folder.utf8)
    top = MadeFolder(time: state.time) { () throws(SourceError) in [MadeFolder.Entry(kindName, .folder(kind))] }
  }

  package func follow(_ read: (PathBytes) -> [UInt8]?) { state.follow(read) }

  package func userName(of id: UInt32) -> String { state.names.userName(of: id) }
  package func groupName(of id: UInt32) -> String { state.names.groupName(of: id) }

  package func finish() throws(SourceError) -> [SourceNote] { try state.finish() }

  package func close() { state.close() }
}

/// What all folders of one session share.
private final class SessionState: Sendable {
  let names = AccountNames()
  let time: Timestamp
  let folderName: PathBytes
  let folder: PathBytes
  let server: PostgresServer
  let facts: ServerFacts
  private let choice: DatabaseChoice
  /// Where rights were asked for: some of them are each database's own.
  private let entered: String
  /// Where the connection says that it leads; a name, an address or a socket's folder.
  let reportedHost: String?
  /// Connections that read rows of one database.
  private let workers: Int
  private let dump: PgDump
  private let dumps = Mutex([PostgresDump]())
  /// Of the backup before this one, and of this one when it is whole.
  private let manifests = Mutex<(former: DatabaseManifest?, made: DatabaseManifest?)>((nil, nil))
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

  func folder(of database: String) -> PathBytes { joined(folder, EscapedName.fileName(of: database)) }

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
        Array("manifest.json".utf8), .lastFile { [self] () throws(SourceError) in TextReader(try manifest()) }))
    return entries
  }

  private func open(_ database: PostgresDatabase) throws(SourceError) -> PostgresDump {
    let opened = try PostgresDump(
      database, on: server, workers: workers, tools: dump, folder: folder(of: database.name))
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
    try checkPatterns(dumps)
    guard hasGlobals.withLock({ $0 }), dumps.map(\.database.oid) == choice.taken.map(\.oid).sorted() else {
      throw SourceError(.notWhole, "prove", folder, because: "not all of it was read")
    }
    let made = try DatabaseManifest(
      server: facts, name: displayed(folderName), identity: facts.identity(at: settings.location),
      tools: [DatabaseManifest.Tool(name: "pg_dump", version: dump.tools.version.text)],
      dumps: dumps, missed: missedOfServer)
    manifests.withLock { $0.made = made }
    return made.encoded()
  }

  func finish() throws(SourceError) -> [SourceNote] {
    let manifests = manifests.withLock { $0 }
    guard let made = manifests.made else {
      throw SourceError(.notWhole, "prove", folder, because: "its manifest was not made")
    }
    let dumps = dumps.withLock { $0 }
    let patterns = settings.patterns.unmatched(databases: choice.names, tables: dumps.flatMap(\.contents.names))
    return patterns.map { SourceNote(subject: $0.option, message: "the pattern '\($0.pattern)' matches nothing") }
      + (missedOfServer + dumps.flatMap(\.untold)).map {
        SourceNote(subject: $0.object, message: $0.reason, isLoss: $0.isLoss)
      }
      + (manifests.former.map { ManifestComparison($0, made).emptiedTables } ?? [])
  }

  /// A manifest that cannot be read warns of nothing.
  func follow(_ read: (PathBytes) -> [UInt8]?) {
    let name = Array(DatabaseManifest.fileName.utf8)
    guard let bytes = read(joined(folder, name)), let former = try? DatabaseManifest(decoding: bytes) else { return }
    manifests.withLock { $0.former = former }
  }

  private var settings: DatabaseSettings { server.settings }

  private var missedOfServer: [PostgresMissing] {
    choice.missed + MissingRights.findInGlobals(facts) + remarks.withLock { $0 }
  }

  /// Where what was asked for is not there, a backup of something else would be no answer.
  private func checkPatterns(_ dumps: [PostgresDump]) throws(SourceError) {
    let unmatched = settings.patterns.unmatched(databases: choice.names, tables: dumps.flatMap(\.contents.names))
    guard let first = unmatched.first(where: \.isForTaking) else { return }
    throw SourceError(
      .notWhole, "back up", folder, because: "the pattern '\(first.pattern)' of \(first.option) matches nothing",
      advice: "Look for a misspelt name; capitals count.")
  }

  func close() { dumps.withLock { $0 }.forEach { $0.close() } }
}
