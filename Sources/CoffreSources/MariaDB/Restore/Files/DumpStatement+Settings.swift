import CoffreCore

extension DumpStatement {
  /// Of the session, that dumps set for what they hold.
  private static let ofSession: Set<String> = [
    "AUTOCOMMIT", "CHARACTER_SET_CLIENT", "CHARACTER_SET_CONNECTION", "CHARACTER_SET_RESULTS",
    "CHECK_CONSTRAINT_CHECKS",
    "COLLATION_CONNECTION", "DEFAULT_COLLATION_FOR_UTF8MB4", "EXPLICIT_DEFAULTS_FOR_TIMESTAMP", "FOREIGN_KEY_CHECKS",
    "INFORMATION_SCHEMA_STATS_EXPIRY", "MAX_STATEMENT_TIME", "SQL_GENERATE_INVISIBLE_PRIMARY_KEY", "SQL_MODE",
    "SQL_NOTES", "SQL_QUOTE_SHOW_CREATE", "SQL_REQUIRE_PRIMARY_KEY", "SQL_WARNINGS",
    "SYSTEM_VERSIONING_ALTER_HISTORY", "SYSTEM_VERSIONING_INSERT_HISTORY", "TIME_ZONE", "UNIQUE_CHECKS",
  ]

  /// Of the session, but about what becomes of the server: a load that is not in its binary log breaks its replicas.
  private static let ofReplication: Set<String> = [
    "SQL_LOG_BIN", "GTID_NEXT", "GTID_DOMAIN_ID", "GTID_SEQ_NO", "SERVER_ID",
  ]
  private static let scopesOfServer: Set<String> = ["GLOBAL", "PERSIST", "PERSIST_ONLY"]

  /// By which the server finds the ends of texts and names.
  private static let ofReading: Set<String> = ["CHARACTER_SET_CLIENT", "SQL_MODE"]

  /// Behind `SET`: looks at every assignment.
  static func set(_ words: inout DumpWords) throws(DumpWords.Deviation) -> Meaning {
    var changesReading = false
    repeat {
      switch try assigned(&words) {
      case nil: break
      case .changesReading: changesReading = true
      case let meaning?: return meaning
      }
    } while words.pass(mark: ",")
    guard words.piece == nil else { throw .strange }
    return changesReading ? .changesReading : .changesSession
  }

  /// - Returns: `nil` for an assignment that may be made, or `changesReading` for one of these that matters.
  private static func assigned(_ words: inout DumpWords) throws(DumpWords.Deviation) -> Meaning? {
    if words.pass(mark: "@") {
      guard words.pass(mark: "@") else {
        // Percona's mysqldump looks by these for an engine of its own.
        if words.word.hasPrefix("ROCKSDB_") { return .needless }
        words.advance()
        try passValue(&words)
        return nil
      }
      return try assignedToVariable(&words)
    }
    switch words.word {
    case "PASSWORD", "ROLE", "DEFAULT", "RESOURCE": return .concernsServer
    case "NAMES", "CHARSET":
      words.advance()
      words.advance()
      if words.pass("COLLATE") { words.advance() }
      return .changesReading
    case "CHARACTER":
      words.advance()
      guard words.pass("SET") else { throw .strange }
      words.advance()
      return .changesReading
    default: return try assignedToVariable(&words)
    }
  }

  private static func assignedToVariable(_ words: inout DumpWords) throws(DumpWords.Deviation) -> Meaning? {
    if scopesOfServer.contains(words.word) { return .concernsServer }
    if words.pass("SESSION") || words.pass("LOCAL") { words.pass(mark: ".") }
    let variable = words.word
    if ofReplication.contains(variable) { return .concernsServer }
    guard ofSession.contains(variable) else { throw .strange }
    words.advance()
    try passValue(&words)
    return ofReading.contains(variable) ? .changesReading : nil
  }

  /// `= 'text'`, `= 1`, `= ON`, `= @saved`, `= @@session.time_zone`.
  private static func passValue(_ words: inout DumpWords) throws(DumpWords.Deviation) {
    words.pass(mark: ":")
    guard words.pass(mark: "=") else { throw .strange }
    words.pass(mark: "-")
    if words.pass(mark: "@") {
      if words.pass(mark: "@"), ["SESSION", "LOCAL", "GLOBAL"].contains(words.word) {
        words.advance()
        guard words.pass(mark: ".") else { throw .strange }
      }
    }
    guard let piece = words.piece, piece.kind != .mark else { throw .strange }
    words.advance()
    // Not a call, nor the rest of a calculation.
    guard words.piece == nil || words.isMark(",") || words.isMark(".") else { throw .strange }
    if words.pass(mark: ".") { words.advance() }
  }
}
