import CoffreCore
import CoffreSystem
import MariaDBKit

/// Proves that files are a server's folder: a server opens it, and every table in it, and goes well.
struct PhysicalProof {
  private let tools: VendorTools
  private let folder: ServerFiles
  private let manifest: DatabaseManifest?
  private let workFolder: PathBytes?
  private let cancellation: Cancellation

  /// - Parameters:
  ///   - tools: those of the server.
  ///   - manifest: what must be there; without one, the server reads all of each table that it finds (`CHECK TABLE`).
  ///   - workFolder: as `PrivateServer` has it.
  init(
    _ tools: VendorTools, of folder: ServerFiles, holding manifest: DatabaseManifest?, in workFolder: PathBytes? = nil,
    cancellation: Cancellation
  ) {
    self.tools = tools
    self.folder = folder
    self.manifest = manifest
    self.workFolder = workFolder
    self.cancellation = cancellation
  }

  /// - Parameter settings: those without which a server would not know the files.
  func run(with settings: ServerSettings) throws(SourceError) -> [SourceNote] {
    let server = try PrivateServer(tools, on: folder, with: settings, in: workFolder, cancellation: cancellation)
    defer { server.end() }
    let found = try look(by: server.connect())
    try server.stop()
    return try compare(found)
  }

  private func look(by connection: MariaDBConnection) throws(SourceError) -> ServedTables {
    do throws(MariaDBError) {
      return try ServedTables(on: connection, examining: manifest == nil)
    } catch {
      throw SourceError(restoring: error, "open", displayed(folder.target))
    }
  }

  private func compare(_ found: ServedTables) throws(SourceError) -> [SourceNote] {
    var count = 0
    for database in manifest?.databases ?? [] {
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
        advice: manifest == nil
          ? "Look at the table on the server that was backed up, with CHECK TABLE."
          : "Restore another snapshot, and look at the table on the server that was backed up.")
    }
    let proved: Message =
      if let manifest {
        "a server opened it: \(counted(manifest.databases.count, "database")), "
          + "\(counted(count, "table")), as in the manifest"
      } else {
        "a server opened it, and read all of \(counted(found.examinedCount, "table"))"
      }
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
  /// How many were read whole.
  private(set) var examinedCount = 0

  /// - Parameter examining: whether all of each table is read, where the server itself keeps the rows.
  init(on connection: MariaDBConnection, examining: Bool = false) throws(MariaDBError) {
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
    if examining { try examine(on: connection) }
  }

  /// Has the server read each table, with all of its indexes.
  private mutating func examine(on connection: MariaDBConnection) throws(MariaDBError) {
    let kept = try connection.execute(
      #"""
      SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES
       WHERE ENGINE IN ('InnoDB', 'Aria', 'MyISAM', 'CSV', 'ARCHIVE')
        AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')
        AND TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema') ORDER BY 1, 2
      """#)
    for row in 0..<kept.count {
      guard let schema = kept[row, 0], let table = kept[row, 1] else { continue }
      let name = "\(MariaDBQuoting.identifier(schema)).\(MariaDBQuoting.identifier(table))"
      let answer = try connection.execute(#"CHECK TABLE \#(name)"#)
      let errors = (0..<answer.count).filter { answer[$0, 2]?.lowercased() == "error" }
      if let first = errors.first {
        broken.append(Broken(name: "\(schema).\(table)", problem: answer[first, 3] ?? ""))
      }
      examinedCount += 1
    }
  }
}
