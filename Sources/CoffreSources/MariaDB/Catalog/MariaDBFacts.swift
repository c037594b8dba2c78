import CoffreCore
import MariaDBKit
import OpenSSLKit

/// What a server says of itself and of us.
struct MariaDBFacts: Sendable {
  let version: MariaDBVersion
  /// `user@host`, as the server takes us for.
  let account: String
  let rights: MariaDBRights
  /// Engines whose tables show one instant to a transaction.
  let transactional: Set<String>
  let characterSet: String
  /// Of the server's own making; `nil` where it has none.
  let identifier: String?
  let freeConnections: Int
  let isReplica: Bool
  /// How names of databases and tables differ: 0 by each byte.
  let lowerCaseNames: Int
  /// Whether it takes `LOAD DATA LOCAL`.
  let loadsFiles: Bool
  /// The longest statement that it takes, in bytes.
  let longestStatement: Int
  /// What InnoDB keeps pages in, in bytes.
  let pageMemory: Int64
  /// Whether it tells all routines, or only those that the account has rights on.
  let seesAllRoutines: Bool

  init(on connection: MariaDBConnection) throws(MariaDBError) {
    guard let version = MariaDBVersion(connection.serverVersion) else {
      throw MariaDBError(.unexpected, saying: "the server tells no version: \(connection.serverVersion)")
    }
    self.version = version
    account = try connection.execute("SELECT CURRENT_USER()")[0, 0] ?? ""  // not for people
    rights = try MariaDBRights.read(on: connection)
    let engines = try connection.execute(
      #"SELECT ENGINE FROM information_schema.ENGINES WHERE TRANSACTIONS = 'YES'"#)
    transactional = Set((0..<engines.count).compactMap { engines[$0, 0] }.filter { $0.uppercased() != "SEQUENCE" })
    let variables = try Self.variables(on: connection)
    characterSet = variables["character_set_server"] ?? "utf8mb4"
    identifier = variables["server_uuid"] ?? variables["server_uid"]
    lowerCaseNames = Int(variables["lower_case_table_names"] ?? "") ?? 0
    loadsFiles = variables["local_infile"] == "ON"
    longestStatement = Int(variables["max_allowed_packet"] ?? "") ?? 1 << 20
    pageMemory = variables["innodb_buffer_pool_size"].flatMap { Int64($0) } ?? 128 << 20
    seesAllRoutines = try Self.seesRoutines(version, rights, on: connection)
    let limit = Int(variables["max_connections"] ?? "") ?? 10
    let status = try connection.execute(#"SHOW GLOBAL STATUS LIKE 'Threads_connected'"#)
    freeConnections = max(0, limit - (status[0, 1].flatMap { Int($0) } ?? 0))
    isReplica = variables["read_only"] == "ON"
  }

  private static func variables(on connection: MariaDBConnection) throws(MariaDBError) -> [String: String] {
    let rows = try connection.execute(
      #"""
      SHOW GLOBAL VARIABLES WHERE Variable_name IN ('character_set_server', 'server_uuid', 'server_uid', 'read_only',
       'lower_case_table_names', 'max_connections', 'local_infile', 'max_allowed_packet',
       'innodb_buffer_pool_size')
      """#)
    return Dictionary(
      (0..<rows.count).map { (rows[$0, 0] ?? "", rows[$0, 1] ?? "") }, uniquingKeysWith: { first, _ in first })
  }

  private static func seesRoutines(
    _ version: MariaDBVersion, _ rights: MariaDBRights, on connection: MariaDBConnection
  ) throws(MariaDBError) -> Bool {
    if rights.has("SELECT") || rights.has("SHOW_ROUTINE") { return true }
    guard version.isMariaDB || version.number < 80_000 else { return false }
    do throws(MariaDBError) {
      try connection.execute(#"SELECT 1 FROM mysql.proc LIMIT 0"#)
      return true
    } catch {
      guard error.reason == .refused else { throw error }
      return false
    }
  }

  /// Tells this server at this address from all others; see `ServerFacts.identity`.
  func identity(at location: DatabaseLocation) -> String? {
    guard let identifier, !identifier.isEmpty else { return nil }
    let text = "\(location.kind.rawValue)\0\(location.snapshotName())\0\(identifier)"
    return String(SHA256Hasher().hash(Array(text.utf8).span).description.prefix(32))
  }

  /// As `10.11.19` for people.
  var versionText: String { version.text }
}
