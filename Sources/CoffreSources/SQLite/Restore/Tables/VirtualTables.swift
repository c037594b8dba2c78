import CoffreCore
import SQLiteKit

/// The virtual tables of a database, and which ordinary tables they made to keep their contents in: these belong to them,
/// are written by them alone, and mean nothing without them.
struct VirtualTables: Sendable, Hashable {
  struct Table: Sendable, Hashable {
    let name: String
    /// The command that makes it, as SQLite keeps it.
    let sql: String
    /// In lower case: `fts5`, `rtree`, …; empty if it cannot be read.
    let module: String
    /// What is behind its name in those of its own tables, of those that are there.
    let parts: [String]
  }

  let tables: [Table]

  /// As the modules name them (their `xShadowName`).
  private static let partsByModule: [String: [String]] = {
    let text = ["content", "segments", "segdir", "docsize", "stat"]
    let boxes = ["node", "rowid", "parent"]
    return [
      "fts3": text, "fts4": text, "fts5": ["data", "idx", "content", "docsize", "config"], "rtree": boxes,
      "rtree_i32": boxes, "geopoly": boxes,
    ]
  }()

  /// - Parameter database: `main`, or what an attached one is called.
  init(of connection: SQLiteConnection, in database: String) throws(SQLiteError) {
    let rows = try connection.run(
      #"SELECT name, coalesce(sql, '') FROM \#(database).sqlite_master WHERE type = 'table' ORDER BY rowid"#)
    let names = Set(rows.compactMap { $0[0].string?.lowercased() })
    tables = rows.compactMap { row in
      guard let name = row[0].string, let sql = row[1].string, Self.isVirtual(sql) else { return nil }
      let module = Self.module(of: sql)
      let parts = Self.partsByModule[module, default: []].filter {
        names.contains(Self.part($0, of: name).lowercased())
      }
      return Table(name: name, sql: sql, module: module, parts: parts)
    }
  }

  static func isVirtual(_ sql: String) -> Bool { sql.uppercased().hasPrefix(#"CREATE VIRTUAL TABLE "#) }

  /// The name of a table that belongs to a virtual one.
  static func part(_ part: String, of name: String) -> String { "\(name)_\(part)" }

  func table(named name: String) -> Table? { tables.first { $0.name.hasSameBytes(as: name) } }

  /// The virtual table that an ordinary one belongs to; `nil` for one that stands for itself.
  func owner(of name: String) -> Table? {
    let name = name.lowercased()
    return tables.first { table in
      table.parts.contains { Self.part($0, of: table.name).lowercased().hasSameBytes(as: name) }
    }
  }

  /// Behind the name stands `USING`, and the module's name.
  private static func module(of sql: String) -> String {
    guard let rest = SchemaCommand(sql)?.rest.drop(while: \.isWhitespace), rest.lowercased().hasPrefix(#"using"#) else {
      return ""
    }
    let name = rest.dropFirst(5).drop { $0.isWhitespace || "\"'`[".contains($0) }
    return name.prefix { $0.isLetter || $0.isNumber || $0 == "_" }.lowercased()
  }
}
