import CoffreCore
import CoffreSystem
import PostgresKit

/// The server that is restored to: always the same one, where the address names several.
struct RestoreServer: Sendable {
  let settings: DatabaseSettings
  let cancellation: Cancellation
  let connectionCount: Int

  /// Finds the server that answers.
  init(_ restore: DatabaseRestoreSettings, cancellation: Cancellation) throws(SourceError) {
    self.cancellation = cancellation
    connectionCount = max(1, restore.connectionCount)
    var location = restore.location
    // Nobody may be in a database that is renamed.
    location.database = nil
    let server = PostgresServer(
      DatabaseSettings(location: location, password: restore.password, connectionCount: connectionCount),
      cancellation: cancellation)
    do throws(PostgresError) {
      let connection = try server.connect(to: nil)
      if let host = connection.host, !location.servers.allSatisfy({ $0.host == nil }) {
        location = location.pinned(to: DatabaseLocation.Server(host: host, port: connection.port))
      }
    } catch {
      throw SourceError(restoring: error, "connect to", restore.location.text)
    }
    settings = DatabaseSettings(
      location: location, password: restore.password, connectionCount: connectionCount)
  }

  private init(_ settings: DatabaseSettings, _ cancellation: Cancellation, _ connectionCount: Int) {
    self.settings = settings
    self.cancellation = cancellation
    self.connectionCount = connectionCount
  }

  /// The same for work that ends for a reason of its own, or that must be done though the restore was cancelled.
  func with(_ cancellation: Cancellation) -> RestoreServer { RestoreServer(settings, cancellation, connectionCount) }

  /// What connects; its first answer is that of the server that was found.
  var opener: PostgresServer { PostgresServer(settings, cancellation: cancellation) }

  func connect(to database: String) throws(SourceError) -> PostgresConnection {
    do throws(PostgresError) {
      let connection = try opener.connect(to: database)
      try connection.execute(Self.loading.joined(separator: " "))
      return connection
    } catch {
      throw SourceError(restoring: error, "connect to", database)
    }
  }

  /// The same, but as psql would find it: a file that names no schema and no time zone was written for the search path
  /// and the zone of the server, the role or the database.
  func connectAsPsql(to database: String) throws(SourceError) -> PostgresConnection {
    let connection = try connect(to: database)
    let commands = [#"RESET ALL;"#] + PostgresServer.patience(version: connection.serverVersion) + Self.loading
    do throws(PostgresError) {
      try connection.execute(commands.joined(separator: " "))
    } catch {
      throw SourceError(restoring: error, "connect to", database)
    }
    return connection
  }

  /// A connection that is in none of these databases.
  func maintain(outside others: [String]) throws(SourceError) -> PostgresConnection {
    try connect(to: others.contains("postgres") ? "template1" : maintenance)
  }

  private var maintenance: String {
    // As the server does: where there is no `postgres`, there is `template1`.
    let connection = try? opener.connect(to: "postgres")
    return connection == nil ? "template1" : "postgres"
  }

  /// Until the restore is done nothing depends on what was loaded: no commit need wait for the disk, and checks are for
  /// what is restored, not for the order it comes in.
  private static let loading = [
    #"SET synchronous_commit = off;"#, #"SET check_function_bodies = off;"#, #"SET client_min_messages = warning;"#,
    #"SET default_transaction_read_only = off;"#,
    // What a dump must not trust, its own materialised views read.
    #"SELECT pg_catalog.set_config(name, '', false) FROM pg_catalog.pg_settings"#,
    #" WHERE name = 'restrict_nonsystem_relation_kind';"#,
  ]
}

// MARK: Several connections

extension RestoreServer {
  /// Does numbered pieces of work in their order, with several connections to one database. The first failure ends all.
  ///
  /// `body` gets the number, its connection, and what tells it to stop.
  ///
  /// A server without room for all connections is worked with by those that it allows.
  func work(
    _ count: Int, in database: String,
    preparing prepare: @escaping @Sendable (PostgresConnection) throws(SourceError) -> Void = { _ throws(SourceError) in
    },
    doing body: @escaping @Sendable (Int, PostgresConnection, Cancellation) throws(SourceError) -> Void
  ) throws(SourceError) {
    let work = ParallelWork(subject: Array(database.utf8), workers: connectionCount, cancellation: cancellation)
    try work.run(
      count,
      opening: { [self] ended throws(SourceError) in
        let connection: PostgresConnection
        do throws(PostgresError) {
          connection = try with(ended).opener.connect(to: database)
          try connection.execute(Self.loading.joined(separator: " "))
        } catch {
          let refusal = SourceError(restoring: error, "connect to", database)
          guard error.state == "53300" else { throw refusal }
          return ParallelWork.Opened<PostgresConnection>.noRoom(refusal)
        }
        try prepare(connection)
        return .connected(connection)
      }, doing: body)
  }
}
