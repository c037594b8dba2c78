import CoffreCore
import CoffreSystem
import MariaDBKit

/// One run of a vendor's dump into a database made for it.
///
/// What concerns the whole server is left out; a dump that names its databases is refused, as it would go where nobody
/// wants it.
struct DumpRun {
  private let script: DumpScript
  private let connection: MariaDBConnection
  private let cancellation: Cancellation
  private var rows: Int64 = 0
  /// Of the server, on values that it took.
  private var remarks = 0
  private var leftOut: [String] = []

  init(_ script: DumpScript, on connection: MariaDBConnection, _ cancellation: Cancellation) {
    self.script = script
    self.connection = connection
    self.cancellation = cancellation
  }

  mutating func run() throws(SourceError) {
    while let statement = try script.next(keepsBackslashes: connection.keepsBackslashes) {
      if cancellation.isCancelled {
        throw SourceError(.cancelled, "bring back", script.file, because: "the run was cancelled")
      }
      let known = DumpStatement(statement)
      switch known.meaning {
      case .leaves:
        throw SourceError(
          .failed, "bring back", script.file, because: "it names its databases itself: \(known.title)",
          advice: "Run it with the vendor's program, on a server made for it: mariadb < FILE.")
      case .concernsServer: leftOut.append(known.title)
      case .locks: continue
      case .altersDatabase(let name):
        // Of the one that it is run in, whatever it was called.
        try execute(Array(statement[..<name.lowerBound] + statement[name.upperBound...]), known)
      case .other: try execute(statement, known)
      }
    }
  }

  private mutating func execute(_ statement: [UInt8], _ known: DumpStatement) throws(SourceError) {
    do throws(MariaDBError) {
      let result = try connection.execute(bytes: statement)
      if known.title.uppercased().hasPrefix("INSERT") || known.title.uppercased().hasPrefix("REPLACE") {
        rows += result.affectedCount
        remarks += connection.warningCount
      }
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
