import CoffreCore
import CoffreSystem
import MariaDBKit

/// Proves that what was extracted and prepared is a server's folder: a server opens it, and every table of the manifest in
/// it, and goes well.
struct PhysicalProof {
  private let tools: RestoreTools
  private let folder: FolderInTheMaking
  private let manifest: DatabaseManifest
  private let cancellation: Cancellation

  init(
    _ tools: RestoreTools, of folder: FolderInTheMaking, holding manifest: DatabaseManifest, cancellation: Cancellation
  ) {
    self.tools = tools
    self.folder = folder
    self.manifest = manifest
    self.cancellation = cancellation
  }

  /// - Parameter settings: those without which a server would not know the files.
  func run(with settings: ServerSettings) throws(SourceError) -> [SourceNote] {
    let server = try PrivateServer(tools.server, on: folder, with: settings, cancellation: cancellation)
    defer { server.end() }
    let found = try look(by: server.connect())
    try server.stop()
    return try compare(found)
  }

  private func look(by connection: MariaDBConnection) throws(SourceError) -> ServedTables {
    do throws(MariaDBError) {
      return try ServedTables(on: connection)
    } catch {
      throw SourceError(restoring: error, "open", displayed(folder.target))
    }
  }

  private func compare(_ found: ServedTables) throws(SourceError) -> [SourceNote] {
    var count = 0
    for database in manifest.databases {
      guard let tables = found.tables[Array(database.name.utf8)] else {
        throw lacking("the database '\(database.name)' of the manifest is not there")
      }
      for table in database.imaged {
        count += 1
        if !tables.contains(Array(table.utf8)) {
          throw lacking("the table '\(database.name).\(table)' of the manifest is not there")
        }
      }
    }
    if let first = found.broken.first(where: { !$0.lacksEngine }) {
      throw SourceError(
        .failed, "open", folder.target, because: "the table '\(first.name)': \(.verbatim(first.problem))",
        advice: "Restore another snapshot, and look at the table on the server that was backed up.")
    }
    let proved: Message =
      "a server opened it: \(counted(manifest.databases.count, "database")), "
      + "\(counted(count, "table")), as in the manifest"
    return [SourceNote(subject: displayed(folder.target), message: proved, isGood: true)]
      + found.broken.map { SourceNote(subject: $0.name, message: "it was not opened: \(.verbatim($0.problem))") }
  }

  private func lacking(_ problem: Message) -> SourceError {
    SourceError(.failed, "open", folder.target, because: problem, advice: "Restore another snapshot.")
  }
}

/// What a server has, and what of it does not open.
struct ServedTables: Sendable {
  struct Broken: Sendable {
    /// `database.table`
    let name: String
    /// As the server says it.
    let problem: String

    /// Whether the server of ours was not built, or told, to have what stores it: the real one may.
    var lacksEngine: Bool { problem.contains("Unknown storage engine") }  // not for people
  }

  /// Names of tables, views and sequences, by the name of their database.
  private(set) var tables: [[UInt8]: Set<[UInt8]>] = [:]
  private(set) var broken: [Broken] = []

  init(on connection: MariaDBConnection) throws(MariaDBError) {
    // As names are stored, whatever the account's character set.
    try connection.execute(#"SET NAMES utf8mb4"#)
    let databases = try connection.execute(#"SELECT SCHEMA_NAME FROM information_schema.SCHEMATA"#)
    for row in 0..<databases.count { tables[databases.bytes(row, 0) ?? []] = [] }
    let names = try connection.execute(
      #"""
      SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES
       WHERE TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema')
      """#)
    for row in 0..<names.count { tables[names.bytes(row, 0) ?? [], default: []].insert(names.bytes(row, 1) ?? []) }
    // Definitions alone tell an engine: asked for the rows, the server opens each of them.
    let closed = try connection.execute(
      #"""
      SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME), TABLE_COMMENT, TABLE_ROWS FROM information_schema.TABLES
       WHERE TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema') AND ENGINE IS NULL
        AND TABLE_TYPE NOT IN ('VIEW', 'SYSTEM VIEW') ORDER BY 1
      """#)
    broken = (0..<closed.count).map { Broken(name: closed[$0, 0] ?? "", problem: closed[$0, 1] ?? "") }
  }
}
