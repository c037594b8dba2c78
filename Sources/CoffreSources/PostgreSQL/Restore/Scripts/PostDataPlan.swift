/// In which order the statements of a post-data script are run, and which of them at the same time.
///
/// Indexes and keys of different tables are made by several connections; those of one table one after the other, as a key
/// locks its table against all others. What follows needs them all: attaching indexes, foreign keys, triggers, rules,
/// policies, refreshing materialised views, event triggers; it keeps the dump's order.
struct PostDataPlan: Sendable, Hashable {
  /// Settings that hold for all that follows; every connection runs them first.
  private(set) var preamble: [SQLStatement] = []
  /// Each belongs to one table.
  private(set) var groups: [[SQLStatement]] = []
  private(set) var rest: [SQLStatement] = []

  init(_ statements: [SQLStatement]) {
    var places: [[[UInt8]]: Int] = [:]
    var tablespace: SQLStatement?
    // A view that was put off because of a loop makes tables' own order matter: nothing behind it is moved before it.
    var isMovable = true
    for statement in statements {
      if statement.begins("set", "default_tablespace") {
        tablespace = statement
        rest.append(statement)
      } else if groups.isEmpty, rest.isEmpty, Self.isSetting(statement) {
        preamble.append(statement)
      } else if isMovable, let table = Self.tableOfIndex(statement) {
        let group = places[table] ?? groups.count
        places[table] = group
        if group == groups.count { groups.append([]) }
        if let tablespace { groups[group].append(tablespace) }
        groups[group].append(statement)
      } else {
        if Self.makesView(statement) { isMovable = false }
        rest.append(statement)
      }
    }
  }

  private static func isSetting(_ statement: SQLStatement) -> Bool {
    statement.begins("set") || statement.begins("select")
  }

  private static func makesView(_ statement: SQLStatement) -> Bool {
    guard statement.begins("create") else { return false }
    let made: Set = ["view", "materialized", "function", "procedure"]
    return statement.pieces.prefix(4).contains { $0.kind == .word && made.contains($0.text) }
  }

  /// The table that an index, a primary key, a unique or an excluding constraint is made for; `nil` for all else.
  static func tableOfIndex(_ statement: SQLStatement) -> [[UInt8]]? {
    if statement.begins("create", "index") || statement.begins("create", "unique", "index") {
      guard let place = statement.firstIndex(ofWords: "on") else { return nil }
      return table(of: statement, at: place + 1)
    }
    guard statement.begins("alter", "table"), let place = statement.firstIndex(ofWords: "add", "constraint") else {
      return nil
    }
    // The constraint's name stands between.
    let kinds: Set = ["primary", "unique", "exclude"]
    guard place + 3 < statement.pieces.count, statement.pieces[place + 3].kind == .word,
      kinds.contains(statement.pieces[place + 3].text)
    else { return nil }
    return table(of: statement, at: 2)
  }

  /// - Returns: the names of a table that stands at a place, perhaps behind `ONLY`.
  static func table(of statement: SQLStatement, at place: Int) -> [[UInt8]]? {
    guard place < statement.pieces.count else { return nil }
    let isOnly = statement.pieces[place].kind == .word && statement.pieces[place].text == "only"
    let names = statement.qualifiedName(at: isOnly ? place + 1 : place).names
    return names.isEmpty ? nil : names
  }

  /// Both tables of a foreign key; `nil` for all else.
  static func foreignKey(_ statement: SQLStatement) -> (table: [[UInt8]], referenced: [[UInt8]])? {
    guard statement.begins("alter", "table"), statement.firstIndex(ofWords: "foreign", "key") != nil,
      let table = table(of: statement, at: 2), let place = statement.firstIndex(ofWords: "references"),
      let referenced = Self.table(of: statement, at: place + 1)
    else { return nil }
    return (table, referenced)
  }
}
