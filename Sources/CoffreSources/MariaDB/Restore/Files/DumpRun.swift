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
  private let version: MariaDBVersion
  private var tables: TablesOfDump
  private var rows: Int64 = 0
  /// Of the server, on values that it took.
  private var remarks = 0
  private var leftOut: [String] = []

  init(_ script: DumpScript, on connection: MariaDBConnection, of facts: MariaDBFacts, _ cancellation: Cancellation) {
    self.script = script
    self.connection = connection
    self.cancellation = cancellation
    version = facts.version
    tables = TablesOfDump(of: facts, on: connection)
  }

  mutating func run() throws(SourceError) {
    while let statement = try script.next(keepsBackslashes: connection.keepsBackslashes) {
      if cancellation.isCancelled {
        throw SourceError(.cancelled, "bring back", script.file, because: "the run was cancelled")
      }
      let known = DumpStatement(
        statement, DumpWords.Reading(version: version, keepsBackslashes: connection.keepsBackslashes))
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
      case .makesTable, .makesView, .makesTrigger, .other: try execute(statement, known)
      }
      try asked { () throws(MariaDBError) in try tables.note(known.meaning) }
    }
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
