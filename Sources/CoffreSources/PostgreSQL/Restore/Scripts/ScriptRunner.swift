import CoffreCore
import PostgresKit

/// Runs the scripts of a dump on one connection, statement by statement.
///
/// We do not leave it to psql: owners and rights whose roles are missing must be left out, which takes reading the statements
/// anyway; a psql that is older than the dump refuses its `\restrict`; and its messages quote statements, in which passwords
/// of foreign servers may stand. Statements are cut as psql cuts them (`StatementSplitter`).
final class ScriptRunner {
  let connection: PostgresConnection
  private(set) var filter: ScriptFilter
  private let source: RestoreSource

  /// - Parameter encoding: of the scripts, which becomes the session's.
  init(_ source: RestoreSource, on connection: PostgresConnection, encoding: String) throws(SourceError) {
    self.source = source
    self.connection = connection
    do throws(PostgresError) {
      filter = try ScriptFilter(on: connection, encoding: encoding)
    } catch {
      throw SourceError(restoring: error, "ask about", "roles")
    }
  }

  /// - Parameters:
  ///   - choose: whether a statement is wanted at all.
  ///   - batch: how many bytes of statements are sent at once; 0 for each by itself.
  func run(
    _ file: PathBytes, batch: Int = 0, choosing choose: (SQLStatement) -> Bool = { _ in true }
  ) throws(SourceError) {
    let script = try source.script(file)
    var waiting: [UInt8] = []
    while let next = try script.nextOfDump() {
      guard choose(next), let statement = filter.filtered(next) else { continue }
      waiting += statement.bytes
      if waiting.count >= batch {
        try execute(waiting, "\(statement.title)", of: file)
        waiting.removeAll(keepingCapacity: true)
      } else {
        // A comment at its end would swallow the semicolon.
        waiting += Array("\n;".utf8)
      }
    }
    if !waiting.isEmpty { try execute(waiting, "its end", of: file) }
  }

  /// - Returns: what to run of a statement here.
  func filtered(_ statement: SQLStatement) -> SQLStatement? { filter.filtered(statement) }

  func run(_ statement: SQLStatement, of file: PathBytes) throws(SourceError) {
    try execute(statement.bytes, "\(statement.title)", of: file)
  }

  private func execute(_ bytes: [UInt8], _ title: Message, of file: PathBytes) throws(SourceError) {
    do throws(PostgresError) {
      try connection.execute(bytes: bytes)
    } catch {
      throw SourceError(restoring: error, "run", displayed(file), at: title)
    }
  }
}

extension ScriptFilter {
  /// What this server has, with names in the encoding that the session has from here on.
  init(on connection: PostgresConnection, encoding: String) throws(PostgresError) {
    try connection.execute("SET client_encoding = \(quotedLiteral(encoding))")  // not for people
    self.init(
      roles: try Self.names("SELECT rolname FROM pg_catalog.pg_roles", on: connection),  // not for people
      tablespaces: try Self.names("SELECT spcname FROM pg_catalog.pg_tablespace", on: connection),  // not for people
      majorVersion: connection.serverVersion / 10_000)
  }

  private static func names(_ command: String, on connection: PostgresConnection) throws(PostgresError) -> [[UInt8]] {
    let rows = try connection.execute(command)
    return (0..<rows.count).compactMap { rows.bytes(row: $0, column: 0) }
  }
}
