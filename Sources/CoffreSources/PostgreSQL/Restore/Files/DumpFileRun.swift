import CoffreCore
import CoffreSystem
import PostgresKit

/// One run of a vendor's dump into an empty database.
///
/// What concerns other databases or the whole server is not run: the file's database has another name here. psql's own
/// commands, which could start programs, have no place in it.
struct DumpFileRun {
  private static let batch = 1 << 20
  private static let message = 256 << 10

  private let script: DumpFileScript
  private let connection: PostgresConnection
  private let cancellation: Cancellation
  private var filter: ScriptFilter
  private var waiting: [UInt8] = []
  private var isConnected = false
  private var tables = 0
  private var rows: Int64 = 0
  private var inserts = 0
  /// Titles of statements that would have changed the database's own settings and rights.
  private var leftOut: [String] = []

  init(
    _ script: DumpFileScript, on connection: PostgresConnection, _ cancellation: Cancellation
  ) throws(SourceError) {
    self.script = script
    self.connection = connection
    self.cancellation = cancellation
    do throws(PostgresError) {
      filter = try ScriptFilter(on: connection, encoding: "UTF8")
    } catch {
      throw SourceError(restoring: error, "ask about", "roles")
    }
  }

  mutating func run() throws(SourceError) {
    while let item = try script.next() {
      if cancellation.isCancelled {
        throw SourceError(.cancelled, "bring back", script.file, because: "the run was cancelled")
      }
      guard !script.isOfWholeServer else {
        throw refusal("it is the dump of a whole server", "Run it with psql, on a server made for it: psql -f FILE.")
      }
      switch item {
      case .command(let line): try obey(line)
      case .statement(let statement): try run(statement)
      }
    }
    try flush()
    // Without its end all of it would go with the connection.
    guard !connection.isInTransaction else {
      throw SourceError(
        .notWhole, "bring back", script.file, because: "it ends within a transaction",
        advice: "It is not whole: take another copy of it, or an older one.")
    }
  }

  /// What was loaded, and what was not.
  var notes: [SourceNote] {
    let subject = displayed(script.file)
    let loaded: Message = "loaded \(counted(Int(clamping: rows), "row")) of \(counted(tables, "table"))"
    let inserted: Message = "ran \(counted(inserts, "INSERT"))"
    var notes = [
      SourceNote(
        subject: subject, message: inserts == 0 ? loaded : tables == 0 ? inserted : loaded + ", " + inserted,
        isGood: true)
    ]
    if !leftOut.isEmpty {
      notes.append(
        SourceNote(
          subject: subject, message: "what it says of the database itself was left out: \(conjunctionOfSome(leftOut))"))
    }
    return notes + filter.notes
  }

  private func refusal(_ cause: Message, _ advice: Message) -> SourceError {
    SourceError(.failed, "bring back", script.file, because: cause, advice: advice)
  }
}

// MARK: psql's own commands

extension DumpFileRun {
  private mutating func obey(_ line: [UInt8]) throws(SourceError) {
    let word = displayed(line.prefix { !SQLLexer.isSpace($0) })
    switch word {
    case #"\restrict"#, #"\unrestrict"#: return
    case #"\connect"# where !isConnected: isConnected = true
    case #"\connect"#:
      throw refusal("it holds several databases", "Run it with psql, on a server made for it: psql -f FILE.")
    default:
      throw refusal(
        "the command '\(word)' has no place in a dump",
        "If you trust the file, run it with psql into a database made for it: psql -d NAME -f FILE.")
    }
  }
}

// MARK: Statements

extension DumpFileRun {
  private mutating func run(_ statement: SQLStatement) throws(SourceError) {
    if try isOfServer(statement) { return }
    if statement.begins("copy") { return try copy(statement) }
    guard let wanted = filter.filtered(statement) else { return }
    guard wanted.begins("insert") else {
      try flush()
      return try execute(wanted.bytes, Self.title(of: wanted))
    }
    if !waiting.isEmpty { waiting += Array("\n;".utf8) }
    waiting += wanted.bytes
    inserts += 1
    if waiting.count >= Self.batch { try flush() }
  }

  /// Whether it concerns the database as a whole; then it is noted, and not run.
  private mutating func isOfServer(_ statement: SQLStatement) throws(SourceError) -> Bool {
    let objects: Set = ["role", "user", "group", "tablespace", "system"]
    if let first = statement.pieces.first, ["create", "alter", "drop"].contains(first.text), statement.pieces.count > 1,
      objects.contains(statement.pieces[1].text), !statement.begins("create", "user", "mapping"),
      !statement.begins("alter", "user", "mapping"), !statement.begins("drop", "user", "mapping")
    {
      throw refusal(
        "'\(statement.title)' concerns the whole server", "Run it with psql, on a server made for it: psql -f FILE.")
    }
    let isOfDatabase =
      statement.begins("create", "database") || statement.begins("drop", "database")
      || statement.begins("alter", "database") || statement.begins("comment", "on", "database")
      || statement.begins("security", "label") && statement.firstIndex(ofWords: "on", "database") != nil
      || (statement.begins("grant") || statement.begins("revoke"))
        && statement.firstIndex(ofWords: "on", "database") != nil
    if isOfDatabase, !statement.begins("create"), !statement.begins("drop") { leftOut.append(statement.title) }
    return isOfDatabase
  }

  private mutating func flush() throws(SourceError) {
    guard !waiting.isEmpty else { return }
    try execute(waiting, "rows")
    waiting.removeAll(keepingCapacity: true)
  }

  private func execute(_ bytes: [UInt8], _ title: Message) throws(SourceError) {
    do throws(PostgresError) {
      try connection.execute(bytes: bytes)
    } catch {
      throw SourceError(restoring: error, "run", displayed(script.file), at: title)
    }
  }

  /// Completes "cannot run 'file': … :".
  private static func title(of statement: SQLStatement) -> Message {
    statement.title.isEmpty ? "a statement that is none" : "\(statement.title)"
  }
}

// MARK: Rows

extension DumpFileRun {
  private mutating func copy(_ statement: SQLStatement) throws(SourceError) {
    guard statement.firstIndex(ofWords: "from", "stdin") != nil else {
      throw refusal(
        "'\(statement.title)' reads or writes something other than the file", "Give a file that pg_dump wrote.")
    }
    try flush()
    let copy = try asked(statement) { () throws(PostgresError) in try CopyIn(bytes: statement.bytes, on: connection) }
    let sent = try script.rows { rows throws(SourceError) in
      var start = 0
      while start < rows.count {
        let end = min(start + Self.message, rows.count)
        let part = rows.extracting(start..<end)
        try asked(statement) { () throws(PostgresError) in try copy.send(part) }
        start = end
      }
      if cancellation.isCancelled {
        throw SourceError(.cancelled, "bring back", script.file, because: "the run was cancelled")
      }
    }
    let taken = try asked(statement) { () throws(PostgresError) in try copy.finish() }
    // Other forms have rows of several lines.
    let isText = statement.pieces.last?.text == "stdin"
    guard !isText || sent == Int64(taken) else {
      throw refusal(
        "\(statement.title): the server took \(taken) of \(counted(Int(clamping: sent), "row"))",
        "Run it with psql into a database made for it, and compare: psql -d NAME -f FILE.")
    }
    tables += 1
    rows += Int64(taken)
  }

  private func asked<Result>(
    _ statement: SQLStatement, _ body: () throws(PostgresError) -> Result
  ) throws(SourceError) -> Result {
    do throws(PostgresError) {
      return try body()
    } catch {
      throw SourceError(restoring: error, "run", displayed(script.file), at: "\(statement.title)")
    }
  }
}
