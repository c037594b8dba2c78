import CoffreCore

/// What a statement of a dump does, as far as it is one of those that `mariadb-dump` and `mysqldump` write.
///
/// It is a list of what is run: what a file says beyond it could reach other databases, or the server.
struct DumpStatement: Sendable {
  enum Meaning: Sendable, Hashable {
    /// It names the database of what it is about.
    case leaves
    /// No dump has it.
    case strange
    /// `USE`: what follows is about the database of this name.
    case uses([UInt8])
    /// - Parameter properties: of the database, as `ALTER DATABASE` takes them; empty for none.
    case makesDatabase([UInt8], properties: [UInt8])
    case dropsDatabase([UInt8])
    /// It concerns all of the server: users, its settings, its replication.
    case concernsServer
    /// Nothing is lost without it. `LOCK TABLES`: nobody else knows the database, and servers then refuse sequences that a
    /// table numbers its rows by. `DROP FUNCTION`: nothing has the name yet, unless it is a function of the server.
    case needless
    /// `ALTER DATABASE`, with the name that it has there, and where that stands.
    case altersDatabase(name: [UInt8]?, at: Range<Int>?)
    /// - Parameter isOutward: whether its rows are not its own, but in other tables or elsewhere.
    case makesTable([UInt8], isOutward: Bool)
    case makesView([UInt8])
    case makesTrigger(of: [UInt8])
    case makesSequence([UInt8])
    /// Makes or drops an event, which may act from then on.
    case concernsEvent([UInt8])
    /// Adds rows, all of them written out.
    case rows(of: [UInt8])
    /// Settings of the session, by which it may read differently from then on.
    case changesReading
    /// Other settings of the session.
    case changesSession
    case other
  }

  let meaning: Meaning
  /// Sequences that a table is to ask for numbers, where a database stands before the name.
  let sequences: [DumpWords.SequenceName]
  /// Its first words, without values.
  let title: String

  /// - Parameter bytes: as it stands in the file, with remarks before it.
  init(_ bytes: [UInt8], _ reading: DumpWords.Reading) {
    var words = DumpWords(bytes, reading)
    title = Self.title(of: words)
    let found: Meaning
    do throws(DumpWords.Deviation) {
      found = try Self.meaning(&words)
    } catch {
      found = error == .leaves ? .leaves : .strange
    }
    meaning = words.isDoubtful ? .strange : found
    sequences = words.sequences
  }

  private static func title(of words: DumpWords) -> String {
    var words = words
    var title: [String] = []
    while let piece = words.piece, piece.kind != .text, title.count < 6 {
      guard piece.kind == .mark else {
        title.append(displayed(words.text(piece)))
        words.advance()
        continue
      }
      guard words.isMark("@") || words.isMark(".") else { break }
      words.advance()
    }
    return title.joined(separator: " ")
  }

  private static func meaning(_ words: inout DumpWords) throws(DumpWords.Deviation) -> Meaning {
    guard words.piece != nil else { return .needless }
    let first = words.word
    words.advance()
    switch first {
    case "USE": return .uses(try words.lastName())
    case "LOCK", "UNLOCK": return .needless
    case "CREATE": return try created(&words)
    case "DROP": return try dropped(&words)
    case "ALTER": return try altered(&words)
    case "INSERT", "REPLACE": return try filled(&words)
    case "SET": return try set(&words)
    case "DO", "SELECT": return try called(&words)
    case "ANALYZE":
      guard words.pass("TABLE") else { throw .strange }
      _ = try words.name()
      guard words.piece == nil || words.word == "UPDATE" else { throw .strange }
      return .other
    case "START" where words.word == "TRANSACTION": return .other
    case "BEGIN", "COMMIT":
      words.pass("WORK")
      guard words.piece == nil else { throw .strange }
      return .other
    case "GRANT", "REVOKE", "CHANGE", "INSTALL", "UNINSTALL", "SHUTDOWN", "START", "STOP", "RESET", "FLUSH", "PURGE":
      return .concernsServer
    // Percona's mysqldump asks by these how rows are loaded faster into an engine of its own.
    case "PREPARE":
      words.advance()
      guard words.pass("FROM"), words.pass(mark: "@"), words.word.hasPrefix("ROCKSDB_") else { throw .strange }
      return .needless
    case "EXECUTE" where words.word == "S": return .needless
    case "EXECUTE" where words.pass("IMMEDIATE"): return try composed(&words)
    // mariadb-dump asks before it has users dropped.
    case "IF" where words.word == "CURRENT_USER": return .concernsServer
    case "DEALLOCATE" where words.word == "PREPARE": return .needless
    default: throw .strange
    }
  }

  /// `INSERT INTO t (a, b) VALUES (…),(…)`.
  private static func filled(_ words: inout DumpWords) throws(DumpWords.Deviation) -> Meaning {
    while ["LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE"].contains(words.word) { words.advance() }
    guard words.pass("INTO") else { throw .strange }
    let table = try words.name()
    if words.pass(mark: "(") {
      while !words.isMark(")") {
        _ = try words.name()
        guard words.pass(mark: ",") || words.isMark(")") else { throw .strange }
      }
      words.advance()
    }
    guard words.pass("VALUES") || words.pass("VALUE"), words.holdsValuesOnly() else { throw .strange }
    return .rows(of: table)
  }

  /// Behind `EXECUTE IMMEDIATE`: how mariadb-dump keeps logs out of tables that it fills, and the session's role.
  private static func composed(_ words: inout DumpWords) throws(DumpWords.Deviation) -> Meaning {
    switch words.word {
    case "IF":
      words.advance()
      guard words.pass(mark: "("), words.pass(mark: "@"), words.pass(mark: "@"), words.pass("LOG_OUTPUT") else {
        throw .strange
      }
    case "CONCAT":
      words.advance()
      guard words.pass(mark: "("), let text = words.piece, words.text(text).elementsEqual(#"'SET ROLE '"#.utf8) else {
        throw .strange
      }
    default: throw .strange
    }
    return .concernsServer
  }

  /// `DO SETVAL(s, 5, 0)`.
  private static func called(_ words: inout DumpWords) throws(DumpWords.Deviation) -> Meaning {
    if words.pass("COUNT") {
      guard words.pass(mark: "("), words.pass(mark: "*"), words.pass(mark: ")"), words.pass("INTO"),
        words.pass(mark: "@"), words.word.hasPrefix("ROCKSDB_")
      else { throw .strange }
      return .needless
    }
    // Which role the session has before users are made.
    if words.pass("COALESCE") {
      guard words.pass(mark: "("), words.word == "CURRENT_ROLE" else { throw .strange }
      return .concernsServer
    }
    guard words.pass("SETVAL"), words.pass(mark: "(") else { throw .strange }
    _ = try words.name()
    guard words.holdsValuesOnly() else { throw .strange }
    return .other
  }
}
