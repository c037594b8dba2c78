import CoffreCore
import CoffreSystem
import MariaDBKit
import Synchronization

/// Opens connections to one server, always to the same one: where the address names several hosts, all connections go to
/// the one that answered first.
final class MariaDBOpener: Sendable {
  let settings: DatabaseSettings
  let cancellation: Cancellation
  private let chosen = Mutex<DatabaseLocation.Server?>(nil)

  init(_ settings: DatabaseSettings, cancellation: Cancellation) {
    self.settings = settings
    self.cancellation = cancellation
  }

  /// The server that answered; the first one of the address until then.
  var server: DatabaseLocation.Server { chosen.withLock { $0 } ?? settings.location.server }

  /// Connects to no database, as names are told with each table.
  ///
  /// - Parameter mayLoad: whether rows are going to be sent.
  func connect(mayLoad: Bool = false) throws(MariaDBError) -> MariaDBConnection {
    let connection = try reach(mayLoad: mayLoad)
    guard let version = MariaDBVersion(connection.serverVersion) else {
      throw MariaDBError(.unexpected, saying: "the server tells no version: \(connection.serverVersion)")
    }
    for command in Self.sessionCommands(version: version, lockTimeout: settings.lockTimeout) {
      try connection.execute(command)
    }
    return connection
  }

  private func reach(mayLoad: Bool) throws(MariaDBError) -> MariaDBConnection {
    if let server = chosen.withLock({ $0 }) { return try reach(server, mayLoad) }
    var failure: MariaDBError?
    for server in settings.location.servers {
      do throws(MariaDBError) {
        let connection = try reach(server, mayLoad)
        chosen.withLock { $0 = $0 ?? server }
        return connection
      } catch {
        // Only a server that is not there has a substitute.
        guard error.reason == .unreachable, error.state.isEmpty else { throw error }
        failure = failure ?? error
      }
    }
    throw failure ?? MariaDBError(.unreachable, saying: "no server is named")
  }

  private func reach(_ server: DatabaseLocation.Server, _ mayLoad: Bool) throws(MariaDBError) -> MariaDBConnection {
    var wanted = try MariaDBAddress.settings(for: settings.location, on: server, password: settings.password)
    wanted.mayLoad = mayLoad
    return try MariaDBConnection(wanted, cancellation: cancellation)
  }

  /// What changes the text of rows or of definitions, and what would end a session that takes its time: equal rows must be
  /// equal bytes, whatever is configured.
  ///
  /// Results come as they are stored, in no common character set: names are UTF-8 anyway, and rows lose nothing.
  static func sessionCommands(version: MariaDBVersion, lockTimeout: Duration) -> [String] {
    let patience = max(1, lockTimeout.components.seconds)
    var commands = [
      #"SET NAMES utf8mb4"#, #"SET character_set_results = NULL"#,
      #"SET sql_mode = '', time_zone = '+00:00', sql_quote_show_create = 1, sql_select_limit = DEFAULT"#,
      #"SET net_write_timeout = 86400, net_read_timeout = 86400, wait_timeout = 604800, autocommit = 1"#,
      #"SET lock_wait_timeout = \#(patience), sql_big_selects = 1, sql_safe_updates = 0"#,
      #"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ"#,
    ]
    if version.isMariaDB {
      if version.number >= 100_101 { commands.append(#"SET max_statement_time = 0"#) }
      if version.number >= 100_300 {
        commands.append(#"SET system_versioning_asof = DEFAULT, idle_transaction_timeout = 0"#)
      }
    } else if version.number >= 50_708 {
      commands.append(#"SET max_execution_time = 0"#)
      if version.number >= 80_000 { commands.append(#"SET information_schema_stats_expiry = 0"#) }
    }
    return commands
  }
}
