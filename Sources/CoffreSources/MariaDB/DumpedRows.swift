import CoffreCore
import MariaDBKit

/// A table whose rows are taken, in one part or several.
struct DumpedRows: Sendable {
  let database: String
  let definition: DatabaseDefinitions.Table
  /// Whether rows that hold no more are taken, too.
  let takesHistory: Bool
  /// Values of the key's first column where parts begin, but for the first part, which is open to its beginning.
  let cuts: [Int64]

  var name: String { definition.table.name }
  /// For people.
  var subject: String { "table \(database).\(name)" }  // not for people: a name
  var quotedName: String { "\(MariaDBQuoting.identifier(database)).\(MariaDBQuoting.identifier(name))" }
  var fileName: PathBytes { EscapedName.fileName(of: name, suffix: ".tsv") }
  /// Below the database's folder.
  var path: String { displayed(Array("data/".utf8) + fileName) }
  var partCount: Int { cuts.count + 1 }

  /// Those whose values are in the file, in its order.
  var columns: [MariaDBColumn] {
    definition.columns.filter { !$0.isGenerated && !$0.isRowTime }
  }

  /// Names of the file's columns, with those of its history.
  var columnNames: [String] { columns.map(\.name) + (takesHistory ? historyColumns : []) }

  /// The columns that say from when to when a row held; unless they are named, they have these names.
  private var historyColumns: [String] {
    let own = definition.columns.filter(\.isRowTime).map(\.name)
    return own.isEmpty ? ["row_start", "row_end"] : own
  }

  var keyColumns: [String] { takesHistory ? [] : definition.key?.columns ?? [] }

  /// Brings a part's rows, in the order of the primary key where the engine keeps them so.
  func command(part: Int) -> String {
    let own = columns.map(\.selected) + (takesHistory ? MariaDBQuoting.quoted(historyColumns) : [])
    // A table of nothing but generated columns has rows, too.
    let list = own.isEmpty ? "''" : own.joined(separator: ", ")
    var words = #"SELECT /*!40001 SQL_NO_CACHE */ \#(list) FROM \#(quotedName)"#
    if takesHistory { return words + #" FOR SYSTEM_TIME ALL"# }
    guard let key = definition.key, key.isPrimary, keepsOrder else { return words }
    words += #" FORCE INDEX (PRIMARY)"#
    let first = MariaDBQuoting.identifier(key.columns[0])
    var conditions: [String] = []
    if part > 0 { conditions.append(#"\#(first) >= \#(cuts[part - 1])"#) }
    if part < cuts.count { conditions.append(#"\#(first) < \#(cuts[part])"#) }
    if !conditions.isEmpty { words += #" WHERE \#(conditions.joined(separator: " AND "))"# }
    guard !key.isCut, !definition.table.isPartitioned else { return words }
    return words + #" ORDER BY \#(MariaDBQuoting.list(key.columns))"#
  }

  private var keepsOrder: Bool { definition.table.engine.uppercased() == "INNODB" }

  /// Numbers where a large table is cut, so that several connections read it.
  ///
  /// They are multiples of a power of two: the parts of one backup are those of the next, and equal rows come in equal
  /// chunks.
  ///
  /// - Parameter bounds: the least and the greatest value of the key's first column.
  static func cuts(sizeInBytes: Int64, bounds: (least: Int64, greatest: Int64)) -> [Int64] {
    guard sizeInBytes > bytesPerPart + bytesPerPart / 2, bounds.greatest > bounds.least else { return [] }
    let width = Double(bounds.greatest) - Double(bounds.least) + 1
    let wanted = width / min(Double(mostParts), Double(sizeInBytes) / Double(bytesPerPart))
    var step: Int64 = 1
    while Double(step) < wanted, step < 1 << 61 { step *= 2 }
    // Towards negative infinity, then the next one.
    let (quotient, remainder) = bounds.least.quotientAndRemainder(dividingBy: step)
    var cut = ((remainder < 0 ? quotient - 1 : quotient) + 1).multipliedReportingOverflow(by: step)
    var cuts: [Int64] = []
    while !cut.overflow, cut.partialValue <= bounds.greatest {
      cuts.append(cut.partialValue)
      cut = cut.partialValue.addingReportingOverflow(step)
    }
    return cuts
  }

  private static let bytesPerPart: Int64 = 64 << 20
  private static let mostParts = 512
  private static let numbers: Set<String> = ["tinyint", "smallint", "mediumint", "int", "bigint"]

  /// Whether the table may be read in parts: its rows lie in the order of a number.
  static func canBeCut(_ definition: DatabaseDefinitions.Table) -> Bool {
    guard definition.table.kind == .table, definition.table.engine.uppercased() == "INNODB",
      let key = definition.key, key.isPrimary, !key.isCut,
      let column = definition.columns.first(where: { $0.name.hasSameBytes(as: key.columns[0]) })
    else { return false }
    // The largest numbers do not fit into ours.
    return numbers.contains(column.type) && !(column.type == "bigint" && column.isUnsigned)
  }

  static func isWorthCutting(_ definition: DatabaseDefinitions.Table) -> Bool {
    definition.table.sizeInBytes > bytesPerPart + bytesPerPart / 2 && canBeCut(definition)
  }
}

extension MariaDBQuoting {
  static func quoted(_ names: [String]) -> [String] { names.map(identifier) }
}
