import CoffreCore
package import PostgresKit

/// What a role may not read of a database, as far as the server tells beforehand.
package enum MissingRights {
  /// - Parameters:
  ///   - relations: what the backup takes; others are nobody's concern. None of them `wasDropped`.
  ///   - sequences: whose values the backup takes.
  ///   - withDefinitions: whether it takes what belongs to the database and to no table, such as subscriptions.
  package static func find(
    relations: [PostgresRelation], sequences: [PostgresSequence], largeObjects: LargeObjects, facts: ServerFacts,
    withDefinitions: Bool, on server: any PostgresQuerying
  ) throws(PostgresError) -> [PostgresMissing] {
    var found = relations.compactMap { relation in missing(relation, facts) }
    found += sequences.compactMap { sequence in missing(sequence, facts) }
    if largeObjects.unreadableCount > 0 {
      let examples = largeObjects.unreadable.map { oid in String(oid) }
      found.append(
        PostgresMissing(
          #"large objects \#(examples.joined(separator: ", "))"#,
          "the role '\(facts.role)' may not read \(counted(largeObjects.unreadableCount, "large object")): "
            + "grant SELECT on them, or use a superuser"))
    }
    guard withDefinitions else { return found }
    found += try hiddenMappings.read(on: server) { row throws(PostgresError) in
      let name = try row.name("server")
      let user = try row.name("user")
      return PostgresMissing(
        "user mapping \(name) \(user)",  // not for people
        "its options can be read by a superuser, the user's own role or the server's owner only")
    }
    if !facts.rights.isSuperuser {
      let count = try subscriptions.readOne(on: server) { row throws(PostgresError) in try row.integer("total") }
      if count > 0 {
        found.append(
          PostgresMissing(
            "subscriptions", "the definition of \(counted(count, "subscription")) can be read by a superuser only"))
      }
    }
    return found
  }

  /// What manifests call the passwords of all roles.
  static let rolePasswords = "role passwords"  // not for people

  /// What is missing in the globals, whatever the database.
  package static func findInGlobals(_ facts: ServerFacts) -> [PostgresMissing] {
    guard !facts.rights.readsPasswords else { return [] }
    return [
      PostgresMissing(
        rolePasswords,
        "the role '\(facts.role)' may not read pg_authid: restored roles need new passwords",
        // They are the server's: a database is whole without them.
        isLoss: false)
    ]
  }

  /// - Returns: `nil` for what can be read, or needs not be.
  static func missing(_ relation: PostgresRelation, _ facts: ServerFacts) -> PostgresMissing? {
    let reason: Message?
    switch relation.kind {
    case .table where relation.holdsRows:
      reason =
        isOnStandby(relation.persistence, facts)
        ?? missing(schema: relation.schema, relation.mayUseSchema, relation.mayRead, facts)
        ?? (relation.hidesRows ? hiddenRows(facts) : nil)
    // It is locked, and has no rows of its own that its policies could hide.
    case .partitionedTable where relation.isForBackup:
      reason = missing(schema: relation.schema, relation.mayUseSchema, relation.mayRead, facts)
    // Of these a backup takes the definition, which everybody may read; sequences come by themselves.
    case .table, .partitionedTable, .foreignTable, .view, .materializedView, .sequence: reason = nil
    }
    return reason.map { reason in
      PostgresMissing(#"table \#(relation.schema).\#(relation.name)"#, reason)
    }
  }

  static func missing(_ sequence: PostgresSequence, _ facts: ServerFacts) -> PostgresMissing? {
    guard !sequence.isLeftToExtension else { return nil }
    let reason =
      isOnStandby(sequence.persistence, facts)
      ?? missing(schema: sequence.schema, sequence.mayUseSchema, sequence.mayRead, facts)
    return reason.map { reason in
      PostgresMissing(#"sequence \#(sequence.schema).\#(sequence.name)"#, reason)
    }
  }

  private static func isOnStandby(_ persistence: PostgresRelation.Persistence, _ facts: ServerFacts) -> Message? {
    guard facts.isInRecovery, persistence == .unlogged else { return nil }
    return "it is unlogged, and this server is a standby, which does not have its content: use the primary"
  }

  private static func missing(
    schema: String, _ mayUseSchema: Bool?, _ mayRead: Bool?, _ facts: ServerFacts
  ) -> Message? {
    guard let mayUseSchema, let mayRead else { return "it was dropped meanwhile" }
    if !mayUseSchema {
      return "the role '\(facts.role)' may not use the schema '\(schema)': grant USAGE on it, or pg_read_all_data"
    }
    if !mayRead { return "the role '\(facts.role)' may not read it: grant SELECT on it, or pg_read_all_data" }
    return nil
  }

  private static func hiddenRows(_ facts: ServerFacts) -> Message {
    "row security hides rows of it from the role '\(facts.role)': use a role with BYPASSRLS"
  }

  /// The server shows NULL for options it keeps from us, and for none: told apart by its own rule (`pg_user_mappings`).
  static let hiddenMappings = CatalogQuery(
    "hidden-user-mappings", [("server", "m.srvname"), ("user", "m.usename")],
    from: #"""
      pg_catalog.pg_user_mappings m JOIN pg_catalog.pg_foreign_server s ON s.oid = m.srvid
      WHERE m.umoptions IS NULL AND NOT (
        (m.umuser <> 0 AND m.usename = current_user AND (
          pg_catalog.pg_has_role(s.srvowner, 'USAGE') OR pg_catalog.has_server_privilege(s.oid, 'USAGE')))
        OR (m.umuser = 0 AND pg_catalog.pg_has_role(s.srvowner, 'USAGE'))
        OR (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user))
      ORDER BY m.srvname COLLATE "C", m.usename COLLATE "C"
      """#)

  static let subscriptions = CatalogQuery(
    "subscriptions", [("total", "pg_catalog.count(*)")],
    from: ObjectKind.subscriptionsOfDatabase)
}
