package import CoffreCore
package import MariaDBKit
package import PostgresKit

/// Sessions of a server for who asks it something, and backs up nothing: as the user's own programs have them.
///
/// Addresses, passwords and hosts that stand in for each other are understood as for backups.
package enum PlainSession {
  /// Texts come and go as UTF-8, whatever character set a table has; a backslash in a text means what it does by default.
  package static func mariadb(
    _ settings: DatabaseSettings, cancellation: Cancellation
  ) throws(MariaDBError) -> MariaDBConnection {
    let connection = try MariaDBOpener(settings, cancellation: cancellation).connect()
    // A backup's session leaves values in the character sets they are stored in.
    try connection.execute(#"SET NAMES utf8mb4"#)
    if let database = settings.location.database {
      try connection.execute(#"USE \#(MariaDBQuoting.identifier(database))"#)
    }
    return connection
  }

  /// Names are looked for where the user would look, and rows may come from a view. Rows that a policy hides are an error,
  /// as for backups, and never just fewer rows.
  package static func postgresql(
    _ settings: DatabaseSettings, cancellation: Cancellation
  ) throws(PostgresError) -> PostgresConnection {
    let server = PostgresServer(settings, cancellation: cancellation)
    let connection = try server.connect(to: settings.location.database)
    try connection.execute(#"RESET search_path"#)
    try connection.execute(
      #"SELECT pg_catalog.set_config(name, '', false) FROM pg_catalog.pg_settings"#
        + #" WHERE name = 'restrict_nonsystem_relation_kind'"#)
    return connection
  }
}
