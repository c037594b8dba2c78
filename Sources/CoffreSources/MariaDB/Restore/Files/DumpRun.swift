import CoffreCore
import CoffreSystem
import MariaDBKit

/// One run of a vendor's dump into a database made for it.
///
/// Only what dumps of one database hold is run. What concerns the whole server is left out; a dump that names databases, or
/// does anything else, is refused, as it would go where nobody wants it.
struct DumpRun {
  private let script: DumpScript
  private let connection: MariaDBConnection
  private let cancellation: Cancellation
  private var reading: DumpWords.Reading
  private var tables: TablesOfDump
  private var rows: Int64 = 0
  /// Of the server, on values that it took.
  private var remarks = 0
  private var leftOut: [String] = []
  /// Events, which would act while the rest is still loaded: made or dropped when all else stands, in this order.
  private(set) var events: [StoredObject] = []

  init(_ script: DumpScript, on connection: MariaDBConnection, of facts: MariaDBFacts, _ cancellation: Cancellation) {
    self.script = script
    self.connection = connection
    self.cancellation = cancellation
    reading = DumpWords.Reading(version: facts.version, keepsBackslashes: connection.keepsBackslashes)
    tables = TablesOfDump(of: facts, on: connection)
  }

  mutating func run() throws(SourceError) {
    while let statement = try script.next(reading) {
      if cancellation.isCancelled {
        throw SourceError(.cancelled, "bring back", script.file, because: "the run was cancelled")
      }
      let known = DumpStatement(statement, reading)
      switch known.meaning {
      case .leaves: throw refusal(because: "it names its databases itself: \(known.title)")
      case .strange: throw refusal(because: "it does what no dump of one database does: \(known.title)")
      case .rows(let table):
        guard try asked({ () throws(MariaDBError) in try tables.takesRows(table) }) else {
          throw refusal(because: "it puts rows into what is no table of its own: \(known.title)")
        }
        rows += try execute(statement, known)
        remarks += connection.warningCount
      case .concernsServer: leftOut.append(known.title)
      case .needless: continue
      case .altersDatabase(let name):
        // Of the one that it is run in, whatever it was called.
        let end = statement.endIndex
        let own = name ?? end..<end
        try execute(Array(statement[..<own.lowerBound] + statement[own.upperBound...]), known)
      case .concernsEvent(let name): events.append(try putAside(statement, named: name))
      case .changesReading:
        try execute(statement, known)
        try lookAtSession()
      case .makesTable, .makesView, .makesTrigger, .makesSequence, .other:
        try execute(withOwnSequences(statement, known), known)
      }
      try asked { () throws(MariaDBError) in try tables.note(known.meaning) }
    }
  }

  /// Lets tables number their rows by the sequences that came along: the dump names the database that they were in, which is
  /// not this one.
  private func withOwnSequences(_ statement: [UInt8], _ known: DumpStatement) throws(SourceError) -> [UInt8] {
    var own = statement
    for sequence in known.sequences.sorted(by: { $0.database.lowerBound > $1.database.lowerBound }) {
      guard try asked({ () throws(MariaDBError) in try tables.hasSequence(sequence.name) }) else {
        throw refusal(because: "it names its databases itself: \(known.title)")
      }
      own.removeSubrange(sequence.database)
    }
    return own
  }

  /// Learns how the session reads now. Only the server knows: settings may come from variables.
  ///
  /// - Throws: for character sets in which nobody but the server finds the end of a text.
  private mutating func lookAtSession() throws(SourceError) {
    // The answers are digits, so that they are known in any character set.
    let answer = try asked { () throws(MariaDBError) in
      try connection.execute(
        #"""
        SELECT FIND_IN_SET('ANSI_QUOTES', @@sql_mode) = 0, @@character_set_client LIKE 'utf8%',
         @@character_set_client IN ('big5', 'cp932', 'gb18030', 'gbk', 'sjis'), @@character_set_client
        """#)
    }
    reading = DumpWords.Reading(version: reading.version, keepsBackslashes: connection.keepsBackslashes)
    reading.quotesNames = answer[0, 0] != "1"
    reading.isUTF8 = answer[0, 1] == "1"
    guard answer[0, 2] == "0" else {
      throw refusal(
        because: "letters of its character set '\(answer[0, 3] ?? "")' may end with the sign of a backslash, "
          + "so that the ends of its texts are not certain")
    }
  }

  /// An event, with the settings that the session has now.
  private func putAside(_ statement: [UInt8], named name: [UInt8]) throws(SourceError) -> StoredObject {
    let settings = try asked { () throws(MariaDBError) in
      try connection.execute(
        #"SELECT @@sql_mode, @@time_zone, @@character_set_client, @@collation_connection, @@collation_database"#)
    }
    var event = StoredObject(kind: .event, name: displayed(name), statement: statement)
    event.sqlMode = settings[0, 0]
    event.timeZone = settings[0, 1]
    event.client = settings[0, 2] ?? event.client
    event.connectionCollation = settings[0, 3] ?? event.connectionCollation
    event.databaseCollation = settings[0, 4]
    return event
  }

  private func asked<Result>(_ body: () throws(MariaDBError) -> Result) throws(SourceError) -> Result {
    try MariaDBTarget.asked("run", displayed(script.file), body)
  }

  private func refusal(because cause: Message) -> SourceError {
    SourceError(
      .failed, "bring back", script.file, because: cause,
      advice: "Run it with the vendor's program, on a server made for it: mariadb < FILE.")
  }

  /// - Returns: how many rows it made.
  @discardableResult
  private func execute(_ statement: [UInt8], _ known: DumpStatement) throws(SourceError) -> Int64 {
    do throws(MariaDBError) {
      return try connection.execute(bytes: statement).affectedCount
    } catch {
      throw SourceError(restoring: error, "run", displayed(script.file), at: .verbatim(known.title))
    }
  }

  var notes: [SourceNote] {
    let subject = displayed(script.file)
    var notes = [
      SourceNote(subject: subject, message: "loaded \(counted(Int(clamping: rows), "row"))", isGood: true)
    ]
    if remarks > 0 {
      notes.append(
        SourceNote(
          subject: subject,
          message:
            "the server remarked on \(counted(remarks, "value")) of it, which may be others now: dates that are none"))
    }
    if !leftOut.isEmpty {
      notes.append(
        SourceNote(
          subject: subject, message: "what it says of the whole server was left out: \(conjunctionOfSome(leftOut))"))
    }
    return notes
  }
}
