import CoffreCore

/// A table of the snapshot that is restored, and what it is called afterwards.
struct ChosenTable: Sendable, Hashable {
  let table: DatabaseManifest.Table
  let schema: String
  let name: String

  var oldSchema: String { table.name.schema ?? "public" }
  var isRenamed: Bool { !schema.hasSameBytes(as: oldSchema) || !name.hasSameBytes(as: table.name.name) }
}

/// Which tables are wanted; read once from what was typed.
struct TableChoice: Sendable {
  private struct Wish: Sendable {
    let pattern: TablePattern
    let newName: [String]?
  }

  private let wishes: [Wish]

  /// - Throws: for a pattern or a name that cannot be read.
  init(
    _ wishes: [DatabaseRestoreSettings.TableWish], for kind: DatabaseKind = .postgresql
  ) throws(ObjectPatternError) {
    let hasSchemas = kind == .postgresql
    var read: [Wish] = []
    for wish in wishes {
      let pattern = try TablePattern(wish.pattern, kind, option: "--table")
      let names = wish.newName.map(Self.names)
      if let names, names.count > (hasSchemas ? 2 : 1) || names.contains(where: \.isEmpty) {
        throw ObjectPatternError(
          option: "--table", pattern: wish.newName ?? "",
          problem: hasSchemas
            ? "the new name is not written TABLE or SCHEMA.TABLE" : "the new name is not that of a table")
      }
      if let names, let long = names.first(where: { $0.utf8.count > RestoreNames.longest }) {
        throw ObjectPatternError(
          option: "--table", pattern: long, problem: "a name has at most \(RestoreNames.longest) bytes")
      }
      read.append(Wish(pattern: pattern, newName: names))
    }
    self.wishes = read
  }

  /// Whether everything is wanted.
  var isEmpty: Bool { wishes.isEmpty }
  var renames: Bool { wishes.contains { $0.newName != nil } }

  /// The tables of a database that are wanted; the first wish that fits counts.
  ///
  /// - Throws: for a wish that no table fits, and for a new name for several tables.
  func tables(of database: DatabaseManifest.Database) throws(SourceError) -> [ChosenTable] {
    var chosen: [ChosenTable] = []
    var taken: Set<DatabaseManifest.TableName> = []
    for wish in wishes {
      let fitting = database.tables.filter { table in
        wish.pattern.matches(
          TableNames(ObjectPatterns.Table(database: database.name, schema: table.name.schema, name: table.name.name)))
      }
      guard !fitting.isEmpty else {
        throw SourceError(
          .failed, "bring back", Array(wish.pattern.text.utf8), because: "no table with rows in the snapshot fits it",
          advice: "List them with `coffre snapshot tables`; a partitioned table is chosen by its partitions.")
      }
      guard wish.newName == nil || fitting.count == 1 else {
        throw SourceError(
          .failed, "bring back", Array(wish.pattern.text.utf8),
          because: "\(counted(fitting.count, "table")) cannot have one new name",
          advice: "Name one table with its schema, as in --table public.orders=orders_old.")
      }
      for table in fitting where taken.insert(table.name).inserted {
        chosen.append(
          ChosenTable(
            table: table,
            schema: (wish.newName?.count == 2 ? wish.newName?.first : nil) ?? table.name.schema ?? "public",
            name: wish.newName?.last ?? table.name.name))
      }
    }
    return chosen
  }

  /// The names between dots; a dot behind a backslash is part of a name.
  private static func names(_ text: String) -> [String] {
    var names = [""]
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if !isEscaped, scalar == "\\" {
        isEscaped = true
      } else if !isEscaped, scalar == "." {
        names.append("")
      } else {
        names[names.count - 1].unicodeScalars.append(scalar)
        isEscaped = false
      }
    }
    return names
  }
}
