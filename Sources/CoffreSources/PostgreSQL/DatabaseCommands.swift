import PostgresKit

/// Commands for what belongs to a database and stands in no dump of it: owner, limits, settings, rights, remarks.
///
/// The database is the one that psql is connected to, whatever it is called.
struct DatabaseCommands: Sendable {
  let database: PostgresDatabase
  let settings: [DatabaseSetting]
  let grants: [DatabaseGrant]
  let labels: [DatabaseLabel]

  private static let name = #":"DBNAME""#

  /// Reads what belongs to one database.
  init(_ database: PostgresDatabase, on server: any PostgresQuerying) throws(PostgresError) {
    self.database = database
    settings = try DatabaseSetting.all(on: server).filter { $0.database == database.name }
    grants = try DatabaseGrant.all(on: server).filter { $0.database == database.name }
    labels = try DatabaseLabel.all(on: server).filter { $0.database == database.name }
  }

  func text() throws(PostgresError) -> [String] {
    let owner = try quotedIdentifier(database.owner)
    var lines = [#"ALTER DATABASE \#(Self.name) OWNER TO \#(owner);"#]
    if database.connectionLimit >= 0 {
      lines.append(#"ALTER DATABASE \#(Self.name) CONNECTION LIMIT \#(database.connectionLimit);"#)
    }
    for setting in settings {
      let clause = try setting.clause()
      if let role = setting.role {
        let name = try quotedIdentifier(role)
        lines.append(#"ALTER ROLE \#(name) IN DATABASE \#(Self.name) \#(clause);"#)
      } else {
        lines.append(#"ALTER DATABASE \#(Self.name) \#(clause);"#)
      }
    }
    if let comment = database.comment {
      let text = try quotedLiteral(comment)
      lines.append(#"COMMENT ON DATABASE \#(Self.name) IS \#(text);"#)
    }
    for label in labels {
      let provider = try quotedIdentifier(label.provider)
      let text = try quotedLiteral(label.label)
      lines.append(#"SECURITY LABEL FOR \#(provider) ON DATABASE \#(Self.name) IS \#(text);"#)
    }
    return lines + (try rights())
  }

  /// Nothing for the rights that every new database has.
  private func rights() throws(PostgresError) -> [String] {
    guard database.rights != nil else { return [] }
    // An owner may have taken a right from himself, too.
    let owner = try quotedIdentifier(database.owner)
    var lines = [#"REVOKE ALL ON DATABASE \#(Self.name) FROM PUBLIC, \#(owner);"#]
    for grant in grants {
      let grantee = if let name = grant.grantee { try quotedIdentifier(name) } else { "PUBLIC" }
      let option = grant.mayGrant ? #" WITH GRANT OPTION"# : ""
      lines.append(#"GRANT \#(grant.right) ON DATABASE \#(Self.name) TO \#(grantee)\#(option);"#)
    }
    return lines
  }
}
