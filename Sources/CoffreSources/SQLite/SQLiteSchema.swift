import CoffreCore
import SQLiteKit

/// A column as SQLite tells of it.
struct SQLiteColumn: Sendable, Hashable {
  let name: String
  /// As it was declared, in capitals; often empty.
  let type: String
  /// Its place in the primary key, from 1 on; 0 if it is not in it.
  let keyPlace: Int
  /// Whether its value is computed from others.
  let isGenerated: Bool

  /// A condition that holds where its values in two rows are not the same, in kind or in any bit.
  func difference(_ one: String, _ other: String) -> String {
    let (left, right) = ("\(one).\(quoted(name))", "\(other).\(quoted(name))")
    return "\(left) IS NOT \(right) COLLATE BINARY OR typeof(\(left)) <> typeof(\(right))"  // not for people
  }
}

/// A table whose rows can be asked for.
struct SQLiteTable: Sendable, Hashable {
  let name: String
  let columns: [SQLiteColumn]
  let isVirtual: Bool
  /// A name by which each row's number can be asked for; `nil` if it has none, or none that can be told from its columns.
  let rowNumber: String?
  /// The column that is the row's number itself; `nil` if it has none.
  let numberColumn: String?

  /// The columns of the primary key, in its order.
  var key: [String] { columns.filter { $0.keyPlace > 0 }.sorted { $0.keyPlace < $1.keyPlace }.map(\.name) }
}

/// What a database is made of.
struct SQLiteSchema: Sendable, Hashable {
  let tables: [SQLiteTable]
  /// How many of each kind there are.
  let counts: [String: Int64]

  init(of connection: SQLiteConnection, in database: String = "main") throws(SQLiteError) {
    let master = "\(database).sqlite_master"
    let rows = try connection.run(#"SELECT type, name, coalesce(sql, '') FROM \#(master) ORDER BY rowid"#)
    var tables: [SQLiteTable] = []
    var counts: [String: Int64] = [:]
    for row in rows {
      guard let type = row[0].string else { continue }
      let isVirtual = (row[2].string ?? "").uppercased().hasPrefix("CREATE VIRTUAL TABLE")  // not for people
      counts[isVirtual ? "virtualTable" : type, default: 0] += 1
      guard type == "table", let name = row[1].string, !name.hasPrefix("sqlite_") else { continue }
      if let table = try Self.table(name, isVirtual: isVirtual, of: connection, in: database) { tables.append(table) }
    }
    self.tables = tables
    self.counts = counts
  }

  /// - Returns: `nil` for a virtual table whose module is not known here: only its program can read it.
  private static func table(
    _ name: String, isVirtual: Bool, of connection: SQLiteConnection, in database: String
  ) throws(SQLiteError) -> SQLiteTable? {
    let found: [[SQLiteValue]]
    do throws(SQLiteError) {
      found = try connection.run("PRAGMA \(database).table_xinfo(\(quoted(name)))")  // not for people
    } catch {
      guard isVirtual, error.reason == .failed else { throw error }
      return nil
    }
    let columns = found.compactMap { row -> SQLiteColumn? in
      // 1: hidden in a virtual table.
      guard row.count > 6, let name = row[1].string, row[6].integer != 1 else { return nil }
      return SQLiteColumn(
        name: name, type: (row[2].string ?? "").uppercased(), keyPlace: Int(row[5].integer ?? 0),
        isGenerated: (row[6].integer ?? 0) > 1)
    }
    guard !columns.isEmpty else { return nil }
    let names = Set(columns.map { $0.name.lowercased() })
    let alias = ["rowid", "_rowid_", "oid"].first { !names.contains($0) }
    return SQLiteTable(
      name: name, columns: columns, isVirtual: isVirtual,
      rowNumber: isVirtual
        ? nil
        : try alias.flatMap { alias throws(SQLiteError) in
          try hasRowNumbers(name, alias, of: connection, in: database) ? alias : nil
        }, numberColumn: isVirtual ? nil : try numberColumn(of: name, columns, of: connection, in: database))
  }

  /// A key of one column of the type INTEGER is the row's number, but where it is written `DESC`, or the table has no
  /// numbers: then SQLite keeps an index for it.
  private static func numberColumn(
    of name: String, _ columns: [SQLiteColumn], of connection: SQLiteConnection, in database: String
  ) throws(SQLiteError) -> String? {
    let key = columns.filter { $0.keyPlace > 0 }
    guard key.count == 1, key[0].type == "INTEGER" else { return nil }
    let indexes = try connection.run(#"PRAGMA \#(database).index_list(\#(quoted(name)))"#)
    return indexes.contains { $0.count > 3 && $0[3].string == "pk" } ? nil : key[0].name
  }

  private static func hasRowNumbers(
    _ name: String, _ alias: String, of connection: SQLiteConnection, in database: String
  ) throws(SQLiteError) -> Bool {
    do throws(SQLiteError) {
      _ = try SQLiteStatement(#"SELECT \#(alias) FROM \#(database).\#(quoted(name)) LIMIT 0"#, on: connection)
      return true
    } catch {
      // A table WITHOUT ROWID.
      guard error.reason == .failed else { throw error }
      return false
    }
  }
}

/// A name as SQLite reads it whatever is in it.
func quoted(_ name: String) -> String {
  "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
