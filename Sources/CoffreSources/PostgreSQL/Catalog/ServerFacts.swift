package import PostgresKit

/// What a backup must know of the server and of the role it uses there, asked once.
package struct ServerFacts: Sendable, Hashable {
  /// As the server writes it: `15.18 (Debian 15.18-0+deb12u1)`.
  package let versionText: String
  /// Of this database: `UTF8`, `LATIN1`, `SQL_ASCII`.
  package let encoding: String
  package let role: String
  package let rights: RoleRights
  /// A standby: it shows no unlogged tables, and may cancel long questions.
  package let isInRecovery: Bool
  package let blockSizeInBytes: Int
  /// How many connections this role can open beside those that are open.
  package let freeConnections: Int
  /// How many locks of tables fit into the server's memory, of all sessions together.
  package let lockSlots: Int
  /// After which time a snapshot may become too old, as the server writes it; `nil` if never. Gone since 17.
  package let snapshotLimit: String?
  /// The same for a server and its standbys; `nil` where this role may not ask.
  package let systemIdentifier: String?
}

/// What a role may do beside the rights it was granted on objects.
package struct RoleRights: Sendable, Hashable {
  package let isSuperuser: Bool
  package let createsRoles: Bool
  package let replicates: Bool
  package let bypassesRowSecurity: Bool
  package let readsPasswords: Bool

  /// What no backup needs, in the words of `ALTER ROLE`.
  package var tooMany: [String] {
    var words: [String] = []
    if isSuperuser { words.append("SUPERUSER") }
    if createsRoles { words.append("CREATEROLE") }
    if replicates { words.append("REPLICATION") }
    return words
  }
}

extension ServerFacts {
  package static func read(on server: any PostgresQuerying) throws(PostgresError) -> ServerFacts {
    let facts = try query(version: server.majorVersion).readOne(on: server, as: Answer.init(_:))
    // Where the right is missing, even a question that would not come to the function fails.
    var identifier: String?
    if facts.readsControlFile {
      identifier = try identifierQuery.readOne(on: server) { row throws(PostgresError) in try row.text("identifier") }
    }
    return ServerFacts(facts, systemIdentifier: identifier)
  }

  static let identifierQuery = CatalogQuery(
    "system-identifier", [("identifier", "c.system_identifier")], from: #"pg_catalog.pg_control_system() c"#)

  static func query(version: Int) -> CatalogQuery {
    let setting = { (name: String) in "pg_catalog.current_setting('\(name)')" }
    // Who may not see other sessions is not told what they are: then each counts.
    let session = #"a.datid IS NOT NULL AND coalesce(a.backend_type, 'client backend') = 'client backend'"#
    let sessions = { (condition: String) in
      #"(SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity a WHERE \#(session)\#(condition))"#
    }
    return CatalogQuery(
      "server",
      [
        ("version", setting("server_version")), ("encoding", setting("server_encoding")), ("role", "r.rolname"),
        ("is_superuser", "r.rolsuper"), ("creates_roles", "r.rolcreaterole"), ("replicates", "r.rolreplication"),
        ("bypasses_rls", "r.rolbypassrls"),
        ("reads_passwords", #"pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT')"#),
        ("reads_control", #"pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')"#),
        ("is_in_recovery", "pg_catalog.pg_is_in_recovery()"), ("block_size", setting("block_size")),
        ("locks", setting("max_locks_per_transaction")), ("prepared", setting("max_prepared_transactions")),
        ("connections", setting("max_connections")), ("reserved", setting("superuser_reserved_connections")),
        ("reserved_for_roles", version < 16 ? "0" : setting("reserved_connections")), ("used", sessions("")),
        ("role_limit", "r.rolconnlimit"), ("role_used", sessions(#" AND a.usesysid = r.oid"#)),
        ("database_limit", "d.datconnlimit"), ("database_used", sessions(#" AND a.datid = d.oid"#)),
        ("snapshot_limit", version < 17 ? setting("old_snapshot_threshold") : "NULL"),
      ],
      from: #"""
        pg_catalog.pg_roles r, pg_catalog.pg_database d
        WHERE r.rolname = current_user AND d.datname = pg_catalog.current_database()
        """#)
  }

  private init(_ answer: Answer, systemIdentifier: String?) {
    versionText = answer.version
    encoding = answer.encoding
    role = answer.role
    rights = answer.rights
    isInRecovery = answer.isInRecovery
    blockSizeInBytes = answer.blockSize
    freeConnections = answer.freeConnections
    lockSlots = answer.lockSlots
    snapshotLimit = answer.snapshotLimit
    self.systemIdentifier = systemIdentifier
  }
}

/// The first of the two answers that the facts come from.
private struct Answer {
  let version: String
  let encoding: String
  let role: String
  let rights: RoleRights
  let readsControlFile: Bool
  let isInRecovery: Bool
  let blockSize: Int
  let freeConnections: Int
  let lockSlots: Int
  let snapshotLimit: String?

  init(_ row: CatalogRow) throws(PostgresError) {
    version = try row.text("version")
    encoding = try row.text("encoding")
    role = try row.name("role")
    rights = RoleRights(
      isSuperuser: try row.flag("is_superuser"), createsRoles: try row.flag("creates_roles"),
      replicates: try row.flag("replicates"), bypassesRowSecurity: try row.flag("bypasses_rls"),
      readsPasswords: try row.flag("reads_passwords"))
    readsControlFile = try row.flag("reads_control")
    isInRecovery = try row.flag("is_in_recovery")
    blockSize = try row.number("block_size")
    guard blockSize > 0 else { throw row.malformed("block_size") }
    let connections = try row.integer("connections")
    lockSlots = try row.integer("locks") * (connections + row.integer("prepared"))
    freeConnections = try Self.countFree(of: connections, row, isSuperuser: rights.isSuperuser)
    let limit = row.optionalText("snapshot_limit")
    snapshotLimit = limit == "-1" ? nil : limit
  }

  /// Reserved ones are left to those they are for, even by a superuser.
  private static func countFree(
    of connections: Int, _ row: CatalogRow, isSuperuser: Bool
  ) throws(PostgresError) -> Int {
    let reserved = try row.integer("reserved") + row.integer("reserved_for_roles")
    var free = try connections - reserved - row.integer("used")
    for limited in ["role", "database"] where !isSuperuser {
      let limit = try row.integer(limited + "_limit")
      let used = try row.integer(limited + "_used")
      if limit >= 0 { free = min(free, limit - used) }
    }
    return max(free, 0)
  }
}
