import CoffreCore
import CoffreSystem
import PostgresKit
import Synchronization

/// Opens connections to one server, always to the same one: where the URL names several hosts, all connections go to the
/// one that answered first, as only that one knows the instant.
final class PostgresServer: Sendable {
  let settings: DatabaseSettings
  let cancellation: Cancellation
  private let chosen = Mutex<DatabaseLocation.Server?>(nil)

  init(_ settings: DatabaseSettings, cancellation: Cancellation) {
    self.settings = settings
    self.cancellation = cancellation
  }

  /// Connects to a database, `nil` for the one that is asked about the whole server, and takes over its settings.
  func connect(to database: String?) throws(PostgresError) -> PostgresConnection {
    guard let database = database ?? settings.location.database else { return try connectToAny() }
    return try open(database)
  }

  /// The same. Where there is no room for another session (53300), that of a tool that has just ended, or of a database
  /// that is read at the same time, soon makes some.
  ///
  /// - Parameter patience: how long such a server is asked again.
  func connect(
    to database: String?, waitingForRoom patience: Duration
  ) throws(PostgresError) -> PostgresConnection {
    let deadline = Clock.monotonic() + patience
    while true {
      do throws(PostgresError) {
        return try connect(to: database)
      } catch {
        guard error.state == "53300", Clock.monotonic() < deadline else { throw error }
      }
      do throws(Cancelled) {
        try pause(for: .seconds(1), unless: cancellation)
      } catch {
        throw .cancelled
      }
    }
  }

  /// Which database answers is no matter where the whole server is asked.
  private func connectToAny() throws(PostgresError) -> PostgresConnection {
    do throws(PostgresError) {
      return try open("postgres")
    } catch {
      // No such database, or none that this user may enter.
      guard ["3D000", "42501", "28000"].contains(error.state) else { throw error }
      return try open("template1")
    }
  }

  private func open(_ database: String) throws(PostgresError) -> PostgresConnection {
    let connection = try reach(database)
    // One command: each of them would cost a round trip.
    try connection.execute(Self.sessionCommands(version: connection.serverVersion).joined(separator: " "))
    return connection
  }

  /// The first of the servers that answers; from then on always that one.
  private func reach(_ database: String) throws(PostgresError) -> PostgresConnection {
    if let server = chosen.withLock({ $0 }) { return try reach(database, on: server) }
    var failure: PostgresError?
    for server in settings.location.servers {
      do throws(PostgresError) {
        let connection = try reach(database, on: server)
        chosen.withLock { $0 = $0 ?? server }
        return connection
      } catch {
        // Only a server that is not there, or only about to start (57P03), has a substitute.
        guard error.reason == .unreachable, error.state.isEmpty || error.state == "57P03" else { throw error }
        failure = failure ?? error
      }
    }
    throw failure ?? PostgresError(.unreachable, saying: "no server is named")
  }

  private func reach(_ database: String, on server: DatabaseLocation.Server) throws(PostgresError) -> PostgresConnection
  {
    let keywords = keywords(for: database, on: server, withPassword: true)
    return try PostgresConnection(keywords, cancellation: cancellation)
  }

  /// What the tools are told, which get the password another way.
  ///
  /// - Parameter session: what they call themselves.
  func keywordsForTools(database: String, session: String = "coffre") -> [(keyword: String, value: String)] {
    keywords(
      for: database, on: chosen.withLock { $0 } ?? settings.location.server, withPassword: false, session: session)
  }

  private func keywords(
    for database: String, on server: DatabaseLocation.Server, withPassword: Bool, session: String = "coffre"
  ) -> [(keyword: String, value: String)] {
    var keywords = settings.location.options.map { (keyword: $0.name, value: $0.value) }
    func set(_ keyword: String, _ value: String?) {
      guard let value else { return }
      keywords.removeAll { $0.keyword == keyword }
      keywords.append((keyword, value))
    }
    set("host", server.host)
    set("port", server.port.map { "\($0)" })
    set("user", settings.location.user)
    set("dbname", database)
    set("application_name", session)
    for (keyword, value) in Self.watchfulness where !keywords.contains(where: { $0.keyword == keyword }) {
      keywords.append((keyword, value))
    }
    if withPassword, let password = settings.password {
      set("password", String(decoding: password.exposedBytes, as: UTF8.self))
    }
    return keywords
  }

  /// A server that is gone is noticed within minutes, not hours.
  private static let watchfulness = [
    ("connect_timeout", "20"), ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
    ("tcp_user_timeout", "60000"),
  ]

  /// What pg_dump sets, and what else changes the text of rows or their order: equal rows must be equal bytes, whatever
  /// is configured for the server, the database or the role.
  static func sessionCommands(version: Int) -> [String] {
    [
      #"SET search_path = '';"#, #"SET DateStyle = 'ISO';"#, #"SET IntervalStyle = 'postgres';"#,
      #"SET TimeZone = 'UTC';"#,
      #"SET extra_float_digits = 3;"#, #"SET bytea_output = 'hex';"#, #"SET lc_monetary = 'C';"#,
      #"SET xmlbinary = 'base64';"#,
      #"SET xmloption = 'content';"#, #"SET standard_conforming_strings = on;"#, #"SET synchronize_seqscans = off;"#,
      #"SET row_security = off;"#, #"SET max_parallel_workers_per_gather = 0;"#, #"SET jit = off;"#,
      // A view or a foreign table could run what a stranger wrote (CVE-2024-7348).
      #"SELECT pg_catalog.set_config(name, 'view, foreign-table', false) FROM pg_catalog.pg_settings"#
        + #" WHERE name = 'restrict_nonsystem_relation_kind';"#,
      // Of names; rows come in the encoding that COPY is told.
      #"SET client_encoding = 'UTF8';"#,
    ] + patience(version: version)
  }

  /// A session that may take its time, whatever is configured.
  static func patience(version: Int) -> [String] {
    var commands = [
      #"SET statement_timeout = 0;"#, #"SET lock_timeout = 0;"#, #"SET idle_in_transaction_session_timeout = 0;"#,
    ]
    if version >= 140000 { commands.append(#"SET idle_session_timeout = 0;"#) }
    if version >= 170000 { commands.append(#"SET transaction_timeout = 0;"#) }
    return commands
  }
}
