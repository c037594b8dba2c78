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
    /// The table of its program that holds the text it indexes; empty where nobody keeps the text; `nil` where it does.
    let content: String?
  }

  let tables: [Table]

  /// As the modules name them (their `xShadowName`).
  private static let partsByModule: [String: [String]] = {
    let text = ["content", "segments", "segdir", "stat"]
    let boxes = ["node", "rowid", "parent"]
    return [
      "fts3": text, "fts4": text + ["docsize"], "fts5": ["data", "idx", "content", "docsize", "config"], "rtree": boxes,
      "rtree_i32": boxes, "geopoly": boxes,
    ]
  }()

  /// - Parameter database: `main`, or what an attached one is called.
  init(of connection: SQLiteConnection, in database: String) throws(SQLiteError) {
    let rows = try connection.run(
      #"SELECT name, coalesce(sql, '') FROM \#(database).sqlite_master WHERE type = 'table' ORDER BY rowid"#)
    let names = Set(rows.compactMap { $0[0].string?.nameKey })
    tables = rows.compactMap { row in
      guard let name = row[0].string, let sql = row[1].string, Self.isVirtual(sql) else { return nil }
      let (module, arguments) = Self.module(of: sql)
      let content = Self.hasContentOption(module) ? arguments.options["content"] : nil
      let parts = Self.parts(of: module, arguments, content).filter {
        names.contains(Self.part($0, of: name).nameKey)
      }
      return Table(name: name, sql: sql, module: module, parts: parts, content: content)
    }
  }

  /// For FTS3 it would be a column.
  private static func hasContentOption(_ module: String) -> Bool { module == "fts4" || module == "fts5" }

  /// Those that a definition makes. A table of the program's own may have a name that looks like another.
  private static func parts(of module: String, _ arguments: ModuleArguments, _ content: String?) -> [String] {
    let options = arguments.options
    return partsByModule[module, default: []].filter { part in
      switch (module, part) {
      case (_, "content"): content == nil || options["contentless_unindexed"].map { $0 != "0" } ?? false
      case ("fts4", "docsize"): options["matchinfo"]?.lowercased() != "fts3"
      case ("fts5", "docsize"): options["columnsize"] != "0"
      default: true
      }
    }
  }

  static func isVirtual(_ sql: String) -> Bool { sql.uppercased().hasPrefix(#"CREATE VIRTUAL TABLE "#) }

  /// The name of a table that belongs to a virtual one.
  static func part(_ part: String, of name: String) -> String { "\(name)_\(part)" }

  func table(named name: String) -> Table? { tables.first { $0.name.hasSameBytes(as: name) } }

  /// The virtual table that an ordinary one belongs to; `nil` for one that stands for itself.
  func owner(of name: String) -> Table? {
    tables.first { table in table.parts.contains { Self.part($0, of: table.name).isSameName(as: name) } }
  }

  /// Behind the name stands `USING`, the module's name, and what it is told.
  private static func module(of sql: String) -> (name: String, arguments: ModuleArguments) {
    guard let rest = SchemaCommand(sql)?.rest.drop(while: \.isWhitespace), rest.lowercased().hasPrefix(#"using"#) else {
      return ("", ModuleArguments(""))
    }
    let name = rest.dropFirst(5).drop { $0.isWhitespace || "\"'`[".contains($0) }
    let word = name.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return (word.lowercased(), ModuleArguments(name.dropFirst(word.count)))
  }
}
