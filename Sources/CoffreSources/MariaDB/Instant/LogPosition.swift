import MariaDBKit

/// Where the binary log of a server was at an instant: what came afterwards can be replayed from there.
struct LogPosition: Sendable, Hashable {
  var file: String
  var offset: String
  /// Global transaction ids, in the server's own form; empty where it has none.
  var transactions: String

  /// As manifests have it: `bin.000001:1264 gtid 0-1-4`.
  var text: String { "\(file):\(offset)" + (transactions.isEmpty ? "" : #" gtid \#(transactions)"#) }

  /// - Parameter connection: one that holds everybody, or sees an instant of its own.
  /// - Returns: `nil` where no log is written, or the account may not know.
  static func read(
    _ facts: MariaDBFacts, lock: GlobalLock, on connection: MariaDBConnection
  ) throws(MariaDBError) -> LogPosition? {
    guard lock != .none else { return try readOfSnapshot(facts, on: connection) }
    do throws(MariaDBError) {
      let rows = try connection.execute(facts.version.logPositionStatement)
      guard let file = rows[0, 0], let offset = rows[0, 1], !file.isEmpty else { return nil }
      var transactions = rows.column("Executed_Gtid_Set").flatMap { rows[0, $0] } ?? ""
      if facts.version.isMariaDB, facts.version.number >= 100_002 {
        transactions = try connection.execute("SELECT @@GLOBAL.gtid_binlog_pos")[0, 0] ?? ""  // not for people
      }
      return LogPosition(
        file: file, offset: offset, transactions: transactions.split(whereSeparator: \.isNewline).joined())
    } catch {
      guard error.reason == .refused else { throw error }
      return nil
    }
  }

  /// MariaDB tells a transaction where the log was when it began to see.
  private static func readOfSnapshot(
    _ facts: MariaDBFacts, on connection: MariaDBConnection
  ) throws(MariaDBError) -> LogPosition? {
    guard facts.version.isMariaDB else { return nil }
    let rows = try connection.execute(#"SHOW STATUS LIKE 'binlog\_snapshot\_%'"#)
    var values: [String: String] = [:]
    for row in 0..<rows.count { values[(rows[row, 0] ?? "").lowercased()] = rows[row, 1] ?? "" }
    guard let file = values["binlog_snapshot_file"], let offset = values["binlog_snapshot_position"], !file.isEmpty
    else { return nil }
    return LogPosition(file: file, offset: offset, transactions: "")
  }
}
