import CoffreCore
import MariaDBKit

/// A table of a database, as the server's catalogs have it.
struct MariaDBTable: Sendable, Hashable {
  enum Kind: Sendable, Hashable { case table, versioned, sequence, view }

  let name: String
  let kind: Kind
  /// Empty for views.
  let engine: String
  /// As far as the server guesses.
  let estimatedRows: Int64
  let sizeInBytes: Int64
  let isPartitioned: Bool
  /// Why it cannot be used; empty if it can.
  let problem: String

  /// Rows that lie in it, not elsewhere.
  var holdsRows: Bool { kind == .table || kind == .versioned }

  /// Of engines that show what others hold, or nothing.
  static let showingOthers: Set<String> = ["MRG_MYISAM", "FEDERATED", "CONNECT", "SPIDER", "SPHINX", "BLACKHOLE", "S3"]

  var showsOthers: Bool { Self.showingOthers.contains(engine.uppercased()) }

  /// All of a database, by name.
  static func all(of database: String, on connection: MariaDBConnection) throws(MariaDBError) -> [MariaDBTable] {
    let rows = try connection.execute(
      #"""
      SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_ROWS, DATA_LENGTH, CREATE_OPTIONS, TABLE_COMMENT
      FROM information_schema.TABLES WHERE TABLE_SCHEMA = \#(MariaDBQuoting.literal(database)) ORDER BY TABLE_NAME
      """#)
    return (0..<rows.count).compactMap { row in
      guard let name = rows[row, 0], let type = rows[row, 1] else { return nil }
      let kind: Kind? =
        switch type {
        case #"BASE TABLE"#: .table
        case #"SYSTEM VERSIONED"#: .versioned
        case "SEQUENCE": .sequence
        case "VIEW": .view
        default: nil
        }
      guard let kind else { return nil }
      let engine = rows[row, 2] ?? ""
      let comment = rows[row, 6] ?? ""
      let isBroken = kind == .view ? comment != "VIEW" && !comment.isEmpty : engine.isEmpty
      return MariaDBTable(
        name: name, kind: kind, engine: engine, estimatedRows: rows[row, 3].flatMap { Int64($0) } ?? 0,
        sizeInBytes: rows[row, 4].flatMap { Int64($0) } ?? 0,
        isPartitioned: (rows[row, 5] ?? "").contains("partitioned"), problem: isBroken ? comment : "")
    }
  }
}

/// A column whose values are taken, or are made by the server.
struct MariaDBColumn: Sendable, Hashable {
  let name: String
  /// As `int`, `bit`, `json`.
  let type: String
  let isUnsigned: Bool
  /// The server makes the values out of others.
  let isGenerated: Bool
  /// The time at which a row began or ceased to hold.
  let isRowTime: Bool

  /// As a statement asks for its values, so that they come whole: of a float the server tells six digits only.
  var selected: String {
    let quoted = MariaDBQuoting.identifier(name)
    return type == "float" ? #"\#(quoted) * 1e0"# : quoted
  }

  /// Whether its values are read from text only, and bytes mean something else or nothing to it.
  func takesNoBytes(by version: MariaDBVersion) -> Bool {
    Self.textTypes.contains(type) || type == "json" && version.hasBinaryJSON
  }

  private static let textTypes: Set<String> = ["inet4", "inet6", "uuid"]

  /// By tables, in their order.
  ///
  /// - Parameter table: `nil` for all of them.
  static func all(
    of database: String, table: String? = nil, on connection: MariaDBConnection
  ) throws(MariaDBError) -> [String: [MariaDBColumn]] {
    let condition = table.map { #" AND TABLE_NAME = \#(MariaDBQuoting.literal($0))"# } ?? ""
    let rows = try connection.execute(
      #"""
      SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, EXTRA, GENERATION_EXPRESSION
      FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = \#(MariaDBQuoting.literal(database))\#(condition)
      ORDER BY TABLE_NAME, ORDINAL_POSITION
      """#)
    return all(in: rows)
  }

  /// - Parameter rows: names of table and column, type, whole type, extra, expression.
  static func all(in rows: MariaDBRows) -> [String: [MariaDBColumn]] {
    var columns: [String: [MariaDBColumn]] = [:]
    for row in 0..<rows.count {
      guard let table = rows[row, 0], let name = rows[row, 1] else { continue }
      let extra = (rows[row, 4] ?? "").uppercased()
      let expression = (rows[row, 5] ?? "").uppercased()
      let isRowTime = expression == #"ROW START"# || expression == #"ROW END"#
      columns[table, default: []].append(
        MariaDBColumn(
          name: name, type: (rows[row, 2] ?? "").lowercased(),
          isUnsigned: (rows[row, 3] ?? "").lowercased().contains("unsigned"),
          isGenerated: !isRowTime
            && [#"VIRTUAL GENERATED"#, #"STORED GENERATED"#, "PERSISTENT"].contains { extra.contains($0) },
          isRowTime: isRowTime))
    }
    return columns
  }
}

/// The columns that tell a table's rows apart.
struct MariaDBKey: Sendable, Hashable {
  var columns: [String]
  let isPrimary: Bool
  /// Whether only the beginning of a value counts.
  var isCut: Bool

  /// By tables: the primary key, else a unique one that has no NULL.
  static func all(
    of database: String, on connection: MariaDBConnection
  ) throws(MariaDBError) -> [String: MariaDBKey] {
    let rows = try connection.execute(
      #"""
      SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART, NULLABLE FROM information_schema.STATISTICS
      WHERE TABLE_SCHEMA = \#(MariaDBQuoting.literal(database)) AND NON_UNIQUE = 0
      ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX
      """#)
    var found: [String: [String: MariaDBKey]] = [:]
    var unfit: Set<[String]> = []
    for row in 0..<rows.count {
      guard let table = rows[row, 0], let index = rows[row, 1] else { continue }
      guard let column = rows[row, 2], rows[row, 4] != "YES" else {
        unfit.insert([table, index])
        continue
      }
      var key = found[table]?[index] ?? MariaDBKey(columns: [], isPrimary: index == "PRIMARY", isCut: false)
      key.columns.append(column)
      key.isCut = key.isCut || rows[row, 3] != nil
      found[table, default: [:]][index] = key
    }
    for pair in unfit { found[pair[0]]?[pair[1]] = nil }
    return found.compactMapValues { keys in
      keys["PRIMARY"] ?? keys.filter { !$0.value.isCut }.min { $0.key < $1.key }?.value
    }
  }
}
