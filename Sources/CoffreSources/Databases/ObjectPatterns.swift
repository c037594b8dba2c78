package import CoffreCore

/// Which databases and tables are wanted, and what of them. Pure: it decides, and nothing happens here.
package struct ObjectPatterns: Sendable, Hashable {
  /// What of every table is wanted.
  package enum Content: Sendable, Hashable {
    case everything, structureOnly, dataOnly
  }

  /// What of one table is wanted.
  package enum TableDecision: Sendable, Hashable {
    case leftOut, everything, structureOnly, dataOnly

    package var takesStructure: Bool { self == .everything || self == .structureOnly }
    package var takesRows: Bool { self == .everything || self == .dataOnly }
  }

  /// A table as patterns see it.
  package struct Table: Sendable, Hashable {
    package let database: String
    /// `nil` where the engine has none.
    package let schema: String?
    package let name: String

    package init(database: String, schema: String?, name: String) {
      self.database = database
      self.schema = schema
      self.name = name
    }
  }

  /// A pattern, and the option it was given with.
  package struct Unmatched: Sendable, Hashable {
    package let option: String
    package let pattern: String

    /// Whether it says what to take, not what to leave out.
    package var isForTaking: Bool { option == ObjectPatterns.databaseOption || option == ObjectPatterns.tableOption }
  }

  private let databases: [DatabasePattern]
  private let excludedDatabases: [DatabasePattern]
  private let tables: [TablePattern]
  private let excludedTables: [TablePattern]
  private let excludedTableData: [TablePattern]
  package let content: Content

  /// Everything.
  package init() {
    databases = []
    excludedDatabases = []
    tables = []
    excludedTables = []
    excludedTableData = []
    content = .everything
  }

  /// - Parameters:
  ///   - kind: decides what the first of two names is: a schema for PostgreSQL, a database elsewhere.
  ///   - databases: none for all of them; so for `tables`.
  package init(
    for kind: DatabaseKind, databases: [String] = [], excludedDatabases: [String] = [], tables: [String] = [],
    excludedTables: [String] = [], excludedTableData: [String] = [], content: Content = .everything
  ) throws(ObjectPatternError) {
    self.databases = try Self.databasePatterns(databases, Self.databaseOption)
    self.excludedDatabases = try Self.databasePatterns(excludedDatabases, Self.excludedDatabaseOption)
    self.tables = try Self.tablePatterns(tables, kind, Self.tableOption)
    self.excludedTables = try Self.tablePatterns(excludedTables, kind, Self.excludedTableOption)
    self.excludedTableData = try Self.tablePatterns(excludedTableData, kind, Self.excludedDataOption)
    self.content = content
  }

  private static let databaseOption = "--database"
  private static let excludedDatabaseOption = "--exclude-database"
  private static let tableOption = "--table"
  private static let excludedTableOption = "--exclude-table"
  private static let excludedDataOption = "--exclude-table-data"

  private static func databasePatterns(
    _ texts: [String], _ option: String
  ) throws(ObjectPatternError) -> [DatabasePattern] {
    var patterns: [DatabasePattern] = []
    for text in texts { patterns.append(try DatabasePattern(text, option: option)) }
    return patterns
  }

  private static func tablePatterns(
    _ texts: [String], _ kind: DatabaseKind, _ option: String
  ) throws(ObjectPatternError) -> [TablePattern] {
    var patterns: [TablePattern] = []
    for text in texts { patterns.append(try TablePattern(text, kind, option: option)) }
    return patterns
  }
}

// MARK: Deciding

extension ObjectPatterns {
  /// Whether only some tables were asked for, so that what is no table is not wanted.
  package var selectsTables: Bool { !tables.isEmpty }

  package func takesDatabase(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    return (databases.isEmpty || databases.contains { $0.matches(bytes) })
      && !excludedDatabases.contains { $0.matches(bytes) }
  }

  /// What of a table is wanted; leaving out wins over taking.
  package func decide(on table: Table) -> TableDecision {
    guard takesDatabase(table.database) else { return .leftOut }
    let names = TableNames(table)
    guard tables.isEmpty || tables.contains(where: { $0.matches(names) }) else { return .leftOut }
    guard !excludedTables.contains(where: { $0.matches(names) }) else { return .leftOut }
    let hasRows = !excludedTableData.contains { $0.matches(names) }
    return switch content {
    case .everything: hasRows ? .everything : .structureOnly
    case .structureOnly: .structureOnly
    case .dataOnly: hasRows ? .dataOnly : .leftOut
    }
  }

  /// The patterns that none of these matches, in the order of the options: a misspelt one would leave out, or take,
  /// something else than was meant.
  package func unmatched(databases names: [String], tables list: [Table]) -> [Unmatched] {
    let names = names.map { Array($0.utf8) }
    let list = list.map { TableNames($0) }
    var unmatched: [Unmatched] = []
    for (option, patterns) in [(Self.databaseOption, databases), (Self.excludedDatabaseOption, excludedDatabases)] {
      for pattern in patterns where !names.contains(where: { pattern.matches($0) }) {
        unmatched.append(Unmatched(option: option, pattern: pattern.text))
      }
    }
    let tablePatterns = [
      (Self.tableOption, tables), (Self.excludedTableOption, excludedTables),
      (Self.excludedDataOption, excludedTableData),
    ]
    for (option, patterns) in tablePatterns {
      for pattern in patterns where !list.contains(where: { pattern.matches($0) }) {
        unmatched.append(Unmatched(option: option, pattern: pattern.text))
      }
    }
    return unmatched
  }

  /// Where what was asked for is not there, a backup of something else would be no answer.
  func checkMatches(databases names: [String], tables: [Table], in folder: PathBytes) throws(SourceError) {
    guard let first = unmatched(databases: names, tables: tables).first(where: \.isForTaking) else { return }
    throw SourceError(
      .notWhole, "back up", folder, because: "the pattern '\(first.pattern)' of \(first.option) matches nothing",
      advice: "Look for a misspelt name; capitals count.")
  }

  /// What is said of patterns that match nothing, where that is no error.
  func unmatchedNotes(databases names: [String], tables: [Table]) -> [SourceNote] {
    unmatched(databases: names, tables: tables).map {
      SourceNote(subject: $0.option, message: "the pattern '\($0.pattern)' matches nothing")
    }
  }
}

/// A pattern that cannot be read.
package struct ObjectPatternError: Error, Sendable, Hashable, Explained {
  package let option: String
  package let pattern: String
  package let problem: Message

  package var explanation: Explanation {
    Explanation(
      "cannot read the pattern '\(pattern)' of \(option)", because: problem,
      advice: "Write database.schema.table, schema.table or table, with * and ? for what may be anything; "
        + "a backslash before a dot makes it part of a name.")
  }

  package var exitCode: ExitCode { .usage }
}
