import CoffreCore
import CoffreSystem
import SQLiteKit

/// The commands that make a database anew, as `.dump` of the sqlite3 program writes them, and besides what that leaves out:
/// encoding, user_version, application_id, and zero bytes in texts.
final class SQLiteScriptReader: ByteReader {
  /// What is still to be written.
  private enum Step {
    case text(String)
    case rows(table: String, columns: [String])
  }

  private static let pieceSize = 64 << 10
  private let connection: SQLiteConnection
  private let path: PathBytes
  private var steps: ArraySlice<Step>
  /// The rows of the table that is being written.
  private var rows: (statement: SQLiteStatement, opening: [UInt8])?
  private var waiting: ArraySlice<UInt8> = []

  init(_ connection: SQLiteConnection, of path: PathBytes) throws(SQLiteError) {
    self.connection = connection
    self.path = path
    steps = try Self.steps(connection)[...]
  }

  var attributes: EntryAttributes? { nil }
  func isUnchanged() throws(SourceError) -> Bool { true }

  func read(into buffer: inout MutableSpan<UInt8>) throws(SourceError) -> Int {
    if waiting.isEmpty {
      do throws(SQLiteError) {
        waiting = try piece()[...]
      } catch {
        throw SourceError(error, "write a dump of", path)
      }
    }
    let count = min(buffer.count, waiting.count)
    copy(waiting.span.extracting(0..<count), into: &buffer)
    waiting = waiting.dropFirst(count)
    return count
  }

  /// - Returns: nothing at the end only.
  private func piece() throws(SQLiteError) -> [UInt8] {
    var text: [UInt8] = []
    while text.count < Self.pieceSize {
      if let (statement, opening) = rows {
        guard try statement.step() else {
          rows = nil
          continue
        }
        text += opening
        for column in 0..<statement.columnCount / 2 {
          if column > 0 { text.append(UInt8(ascii: ",")) }
          text += value(of: statement, column)
        }
        text += Array(");\n".utf8)
        continue
      }
      guard let step = steps.popFirst() else { break }
      switch step {
      case .text(let line): text += Array((line + "\n").utf8)
      case .rows(let table, let columns):
        let names = columns.map(quoted).joined(separator: ",")
        // SQLite itself writes numbers so that it reads the same again.
        let texts = columns.map { #"CASE typeof(\#(quoted($0))) WHEN 'real' THEN quote(\#(quoted($0))) END"# }
          .joined(separator: ",")
        let statement = try SQLiteStatement(#"SELECT \#(names),\#(texts) FROM \#(quoted(table))"#, on: connection)
        rows = (statement, Array("INSERT INTO \(quoted(table))(\(names)) VALUES(".utf8))  // not for people
      }
    }
    return text
  }
}

extension SQLiteScriptReader {
  /// Numbers with a fraction stand in the second half of the columns, as texts.
  private func value(of statement: SQLiteStatement, _ column: Int) -> [UInt8] {
    let value = statement[column: column]
    guard case .real(let number) = value, number.isFinite,
      let text = statement.text(of: column + statement.columnCount / 2)
    else { return SQLiteLiteral.bytes(of: value) }
    return text
  }
}

// MARK: What is written

extension SQLiteScriptReader {
  private static func steps(_ connection: SQLiteConnection) throws(SQLiteError) -> [Step] {
    let facts = try SQLiteFacts(of: connection)
    var steps: [Step] = [.text(#"PRAGMA foreign_keys=OFF;"#)]
    if facts.encoding != "UTF-8" { steps.append(.text(#"PRAGMA encoding='\#(facts.encoding)';"#)) }
    steps.append(.text(#"BEGIN TRANSACTION;"#))
    if facts.userVersion != 0 { steps.append(.text(#"PRAGMA user_version=\#(facts.userVersion);"#)) }
    if facts.applicationID != 0 { steps.append(.text(#"PRAGMA application_id=\#(facts.applicationID);"#)) }
    let entries = try connection.run(
      #"SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql NOT NULL ORDER BY type = 'table' DESC, rowid"#)
    var isWritable = false
    var last: [Step] = []
    for entry in entries {
      guard let type = entry[0].string, let name = entry[1].string, let sql = entry[3].string else {
        throw SQLiteError(code: 1, text: #"a name or a definition is no text"#)
      }
      switch type {
      case "table" where sql.uppercased().hasPrefix("CREATE VIRTUAL TABLE"):  // not for people
        // Its tables come as ordinary ones: making it would make them too.
        if !isWritable { steps.append(.text(#"PRAGMA writable_schema=ON;"#)) }
        isWritable = true
        let values = [name, name, sql].map { SQLiteLiteral.text(of: SQLiteValue($0)) }
        steps.append(
          .text(
            "INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)"  // not for people
              + "VALUES('table',\(values[0]),\(values[1]),0,\(values[2]));"))
      case "table":
        steps += try table(name, sql, facts.schema)
      default: last.append(.text("\(sql);"))
      }
    }
    steps += try statistics(connection)
    steps += last
    if isWritable { steps.append(.text(#"PRAGMA writable_schema=OFF;"#)) }
    return steps + [.text("COMMIT;")]
  }

  private static func table(_ name: String, _ sql: String, _ schema: SQLiteSchema) throws(SQLiteError) -> [Step] {
    if name.hasPrefix("sqlite_") { return [] }
    guard let table = schema.tables.first(where: { $0.name.hasSameBytes(as: name) }) else {
      throw SQLiteError(code: 1, text: #"the columns of \#(name) are not known"#)
    }
    let prefix = "CREATE TABLE "  // not for people
    // What a virtual table made for itself has its name in quotes: it may be there already.
    let isShadow = sql.hasPrefix("\(prefix)'")
    let command = isShadow ? "CREATE TABLE IF NOT EXISTS " + sql.dropFirst(prefix.count) : sql  // not for people
    return [
      .text("\(command);"), .rows(table: name, columns: table.columns.filter { !$0.isGenerated }.map(\.name)),
    ]
  }

  /// The tables that SQLite makes by itself.
  private static func statistics(_ connection: SQLiteConnection) throws(SQLiteError) -> [Step] {
    var steps: [Step] = []
    let names = try connection.run(
      #"SELECT name FROM sqlite_master WHERE name IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4') ORDER BY rowid"#
    ).compactMap { $0.first?.string }
    if names.contains(where: { $0.hasPrefix("sqlite_stat") }) { steps.append(.text(#"ANALYZE sqlite_schema;"#)) }
    for name in names {
      let columns = try connection.run(#"PRAGMA table_info(\#(quoted(name)))"#).compactMap { $0[1].string }
      if name == "sqlite_sequence" { steps.append(.text(#"DELETE FROM sqlite_sequence;"#)) }
      steps.append(.rows(table: name, columns: columns))
    }
    return steps
  }
}
