import CoffreCore
import CoffreSystem
import MariaDBKit

/// The server that is restored to: always the same one, where the address names several.
struct MariaDBTarget: Sendable {
  let settings: DatabaseSettings
  let cancellation: Cancellation
  let connectionCount: Int
  let facts: MariaDBFacts

  /// Finds the server that answers.
  init(_ restore: DatabaseRestoreSettings, cancellation: Cancellation) throws(SourceError) {
    self.cancellation = cancellation
    connectionCount = max(1, restore.connectionCount)
    var settings = DatabaseSettings(
      location: restore.location, password: restore.password, connectionCount: connectionCount)
    let opener = MariaDBOpener(settings, cancellation: cancellation)
    do throws(MariaDBError) {
      facts = try MariaDBFacts(on: try opener.connect())
    } catch {
      throw SourceError(restoring: error, "connect to", restore.location.text)
    }
    settings.location = settings.location.pinned(to: opener.server)
    self.settings = settings
  }

  private init(_ other: MariaDBTarget, _ cancellation: Cancellation) {
    settings = other.settings
    self.cancellation = cancellation
    connectionCount = other.connectionCount
    facts = other.facts
  }

  /// The same for work that ends for a reason of its own, or that must be done though the restore was cancelled.
  func with(_ cancellation: Cancellation) -> MariaDBTarget { MariaDBTarget(self, cancellation) }

  /// - Parameter database: that is entered; `nil` for none.
  func connect(to database: String? = nil) throws(SourceError) -> MariaDBConnection {
    do throws(MariaDBError) {
      return try open(database)
    } catch {
      throw SourceError(restoring: error, "connect to", database ?? settings.location.text)
    }
  }

  private func open(_ database: String?) throws(MariaDBError) -> MariaDBConnection {
    let connection = try MariaDBOpener(settings, cancellation: cancellation).connect(mayLoad: true)
    for command in DefinitionScripts.settings { try connection.execute(command) }
    if let database { try connection.execute(#"USE \#(MariaDBQuoting.identifier(database))"#) }
    return connection
  }

  /// Does numbered pieces of work with several connections to one database.
  func work(
    _ count: Int, in database: String,
    doing body: @escaping @Sendable (Int, MariaDBConnection, Cancellation) throws(SourceError) -> Void
  ) throws(SourceError) {
    let work = ParallelWork(subject: Array(database.utf8), workers: connectionCount, cancellation: cancellation)
    try work.run(
      count,
      opening: { [self] ended throws(SourceError) in
        do throws(MariaDBError) {
          return ParallelWork.Opened<MariaDBConnection>.connected(try with(ended).open(database))
        } catch {
          let refusal = SourceError(restoring: error, "connect to", database)
          guard [1040, 1203, 1226].contains(error.code) else { throw refusal }
          return .noRoom(refusal)
        }
      }, doing: body)
  }

  static func asked<Result>(
    _ action: String, _ subject: String, _ body: () throws(MariaDBError) -> Result
  ) throws(SourceError) -> Result {
    do throws(MariaDBError) {
      return try body()
    } catch {
      throw SourceError(restoring: error, action, subject)
    }
  }

  static func exists(_ database: String, on connection: MariaDBConnection) throws(MariaDBError) -> Bool {
    try connection.execute(
      #"SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = \#(MariaDBQuoting.literal(database))"#
    ).count > 0
  }
}
