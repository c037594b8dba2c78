import CoffreCore
import CoffreSystem
import MariaDBKit

/// One run of a vendor's dump into a database made for it.
///
/// Only what dumps of a database hold is run. What concerns the whole server is left out, and what concerns databases that
/// are not wanted; a dump that names databases though none is wanted by its name, or does anything else, is refused, as it
/// would go where nobody wants it. The databases that it names are never gone to.
struct DumpRun {
  private let script: DumpScript
  private let connection: MariaDBConnection
  private let cancellation: Cancellation
  private let names: DumpNames
  private var reading: DumpWords.Reading
  private var parts: DumpParts
  private var tables: TablesOfDump
  private var rows: Int64 = 0
  /// Of the server, on values that it took.
  private var remarks = 0
  private var leftOut: [String] = []
  /// Events, which would act while the rest is still loaded: made or dropped when all else stands, in this order.
  private(set) var events: [StoredObject] = []

  /// - Parameter database: the one that is wanted, if the dump holds several; `nil` if it is of one, and names none.
  init(
    _ script: DumpScript, of database: String?, on connection: MariaDBConnection, like facts: MariaDBFacts,
    _ cancellation: Cancellation
  ) {
    self.script = script
    self.connection = connection
    self.cancellation = cancellation
    names = DumpNames(on: connection)
    reading = DumpWords.Reading(version: facts.version, keepsBackslashes: connection.keepsBackslashes)
    parts = DumpParts(wanted: database.map { Array($0.utf8) })
    tables = TablesOfDump(of: facts, on: connection)
  }

  mutating func run() throws(SourceError) {
    /// What names a database first.
    var naming = ""
    while let statement = try script.next(reading) {
      if cancellation.isCancelled {
        throw SourceError(.cancelled, "bring back", script.file, because: "the run was cancelled")
      }
      let known = DumpStatement(statement, reading)
      if !parts.isNamed { naming = known.title }
      switch known.meaning {
      // Whatever it is, it is not run; and what is wanted of it must be said first.
      case .leaves where parts.isListing, .strange where parts.isListing: throw refusalOfSeveral(naming)
      case .leaves: throw refusalOfName(known.title)
      case .strange: throw refusalOfStrange(known.title)
      case .uses(let name): parts.use(try text(name))
      case .makesDatabase(let name, let properties):
        guard parts.make(try text(name)), !properties.isEmpty else { continue }
        // Of the one that it is run in.
        try execute(Array("ALTER DATABASE".utf8) + properties, known)
      case .dropsDatabase(let name):
        guard parts.drop(try text(name)) else { throw refusalOfStrange(known.title) }
      // In other parts, too: what follows is read by them.
      case .changesReading:
        try execute(statement, known)
        try lookAtSession()
      case .changesSession: try execute(statement, known)
      case .needless: continue
      case .concernsServer:
        if parts.place != .elsewhere { leftOut.append(known.title) }
      default:
        if case .altersDatabase(let name?, _) = known.meaning { try check(name, known) }
        switch parts.place {
        case .wanted: try take(statement, known)
        case .elsewhere: continue
        case .nowhere:
          throw refusal(
            because: "no database is named before this: \(known.title)",
            advice: "It may be of one database alone: leave out --database.")
        }
      }
    }
    try checkParts(naming)
  }

  /// Runs what is wanted.
  private mutating func take(_ statement: [UInt8], _ known: DumpStatement) throws(SourceError) {
    switch known.meaning {
    case .rows(let table):
      guard try asked({ () throws(MariaDBError) in try tables.takesRows(table) }) else {
        throw refusal(because: "it puts rows into what is no table of its own: \(known.title)")
      }
      rows += try execute(statement, known)
      remarks += connection.warningCount
    case .altersDatabase(_, let place):
      // Of the one that it is run in, whatever it was called.
      var own = statement
      if let place { own.removeSubrange(place) }
      try execute(own, known)
    case .concernsEvent(let name): events.append(try putAside(statement, named: name))
    default: try execute(withOwnSequences(statement, known), known)
    }
    try asked { () throws(MariaDBError) in try tables.note(known.meaning) }
  }

  /// Lets tables number their rows by the sequences that came along: the dump names the database that they were in, which is
  /// not this one.
  private func withOwnSequences(_ statement: [UInt8], _ known: DumpStatement) throws(SourceError) -> [UInt8] {
    var own = statement
    for sequence in known.sequences.sorted(by: { $0.place.lowerBound > $1.place.lowerBound }) {
      try check(sequence.database, known)
      guard try asked({ () throws(MariaDBError) in try tables.hasSequence(sequence.name) }) else {
        throw refusalOfName(known.title)
      }
      own.removeSubrange(sequence.place)
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

  /// - Returns: how many rows it made.
  @discardableResult
  private func execute(_ statement: [UInt8], _ known: DumpStatement) throws(SourceError) -> Int64 {
    do throws(MariaDBError) {
      return try connection.execute(bytes: statement).affectedCount
    } catch {
      throw SourceError(restoring: error, "run", displayed(script.file), at: .verbatim(known.title))
    }
  }
}

// MARK: What is refused

extension DumpRun {
  /// - Throws: for a name of another database than the one that the statement stands in.
  private func check(_ name: [UInt8], _ known: DumpStatement) throws(SourceError) {
    guard let current = parts.current else { return }
    guard try text(name) == current else { throw refusalOfName(known.title) }
  }

  /// - Throws: unless what is wanted was there.
  private func checkParts(_ naming: String) throws(SourceError) {
    guard let wanted = parts.wanted else {
      if parts.isListing { throw refusalOfSeveral(naming) }
      return
    }
    guard !parts.found.contains(wanted) else { return }
    guard !parts.found.isEmpty else {
      throw refusal(
        because: "it names no database", advice: "It may be of one database alone: leave out --database.")
    }
    throw refusal(
      because: "there is no database '\(displayed(wanted))' in it, but \(Self.list(parts.found))",
      advice: "Look for a misspelt name; capitals count.")
  }

  private func refusalOfSeveral(_ naming: String) -> SourceError {
    guard !parts.found.isEmpty else { return refusalOfName(naming) }
    return refusal(
      because: "it names its databases itself: \(Self.list(parts.found))",
      advice: "Take one of them, with --database NAME.")
  }

  private func refusalOfName(_ title: String) -> SourceError {
    refusal(because: "it names its databases itself: \(title)")
  }

  private func refusalOfStrange(_ title: String) -> SourceError {
    refusal(because: "it does what no dump of one database does: \(title)")
  }

  private func refusal(
    because cause: Message,
    advice: Message = "Run it with the vendor's program, on a server made for it: mariadb < FILE."
  ) -> SourceError {
    SourceError(.failed, "bring back", script.file, because: cause, advice: advice)
  }

  private static func list(_ names: [[UInt8]]) -> Message { conjunctionOfSome(names.map { "'\(displayed($0))'" }) }

  private func text(_ name: [UInt8]) throws(SourceError) -> [UInt8] {
    try asked { () throws(MariaDBError) in try names.text(name) }
  }
}

// MARK: What people should know

extension DumpRun {
  var notes: [SourceNote] {
    let subject = displayed(script.file)
    var notes = [
      SourceNote(subject: subject, message: "loaded \(counted(Int(clamping: rows), "row"))", isGood: true)
    ]
    if parts.wanted != nil, !parts.others.isEmpty {
      notes.append(
        SourceNote(
          subject: subject, message: "its other databases were left out: \(Self.list(parts.others))", isGood: true))
    }
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
