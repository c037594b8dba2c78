import CoffreCore

/// What happened to the tables between two backups, by what their manifests say.
package struct ManifestComparison: Sendable, Hashable {
  package enum Change: Sendable, Hashable {
    case added
    case removed
    /// The rows, or what is known of them, are others.
    case changed
    case unchanged
  }

  /// A table of one of the two, or of both.
  package struct Table: Sendable, Hashable {
    package let database: String
    package let name: DatabaseManifest.TableName
    package let before: DatabaseManifest.Table?
    package let after: DatabaseManifest.Table?

    package var change: Change {
      guard let before else { return .added }
      guard let after else { return .removed }
      return Self.haveSameRows(before, after) ? .unchanged : .changed
    }

    /// How many rows more, or fewer.
    package var rowDelta: Int64 { (after?.rows ?? 0) - (before?.rows ?? 0) }

    /// Whether lines of both files can be compared one by one: equal rows are equal lines.
    package var hasSameShape: Bool {
      guard let before, let after else { return false }
      return Self.areEqual(before.columns, after.columns) && Self.areEqual(before.key, after.key)
    }

    /// `schema.name`, as people write it.
    package var text: String { name.text }

    private static func haveSameRows(_ before: DatabaseManifest.Table, _ after: DatabaseManifest.Table) -> Bool {
      guard before.rows == after.rows, before.bytes == after.bytes, areEqual(before.columns, after.columns) else {
        return false
      }
      if let sum = before.rowSum, let other = after.rowSum { return sum == other }
      // Engines without lines have no such sum, but one of each part.
      let areSummed = !before.parts.isEmpty && before.parts.allSatisfy { $0.sha256 != nil }
      return areSummed && before.parts == after.parts
    }

    private static func areEqual(_ before: [String], _ after: [String]) -> Bool {
      before.count == after.count && zip(before, after).allSatisfy { $0.hasSameBytes(as: $1) }
    }
  }

  /// By database and name.
  package let tables: [Table]

  /// - Parameter before: `nil` to list the tables of `after` alone; then nobody knows what changed.
  package init(_ before: DatabaseManifest?, _ after: DatabaseManifest) {
    var found: [Key: (before: DatabaseManifest.Table?, after: DatabaseManifest.Table?)] = [:]
    for database in before?.databases ?? [] {
      for table in database.tables { found[Key(database, table), default: (nil, nil)].before = table }
    }
    for database in after.databases {
      for table in database.tables { found[Key(database, table), default: (nil, nil)].after = table }
    }
    tables = found.map { key, sides in
      Table(database: key.database.text, name: key.name, before: sides.before, after: sides.after)
    }.sorted { $0.sortsBefore($1) }
  }

  /// Names are compared byte by byte, as servers do.
  private struct Key: Hashable {
    let database: ExactName
    let name: DatabaseManifest.TableName

    init(_ database: DatabaseManifest.Database, _ table: DatabaseManifest.Table) {
      self.database = ExactName(text: database.name)
      name = table.name
    }
  }

  private struct ExactName: Hashable {
    let text: String

    static func == (left: ExactName, right: ExactName) -> Bool { left.text.hasSameBytes(as: right.text) }
    func hash(into hasher: inout Hasher) { hasher.combine(Array(text.utf8)) }
  }
}

extension ManifestComparison.Table {
  fileprivate func sortsBefore(_ other: ManifestComparison.Table) -> Bool {
    for (own, others) in [(database, other.database), (name.schema ?? "", other.name.schema ?? "")] {
      if !own.hasSameBytes(as: others) { return own.sortsBefore(others) }
    }
    return name.name.sortsBefore(other.name.name)
  }
}

extension DatabaseManifest.TableName {
  /// `schema.name`, as people write it; not to be read again by a server.
  package var text: String { schema.map { "\($0).\(name)" } ?? name }
}

extension DatabaseManifest {
  /// The tables that a name means: `table`, `schema.table` or `database.schema.table`, with `*` and `?`.
  package func tables(named text: String) throws(ObjectPatternError) -> [(database: String, table: Table)] {
    var exact: [(database: String, table: Table)] = []
    for database in databases {
      for table in database.tables {
        let names = [table.name.name, table.name.text, "\(database.name).\(table.name.text)"]
        if names.contains(where: { $0.hasSameBytes(as: text) }) { exact.append((database.name, table)) }
      }
    }
    // A name with a star in it is not a pattern if it is there.
    if !exact.isEmpty { return exact }
    let patterns = try ObjectPatterns(for: kind, tables: [text])
    return databases.flatMap { database in
      database.tables.filter { table in
        let table = ObjectPatterns.Table(database: database.name, schema: table.name.schema, name: table.name.name)
        return patterns.decide(on: table) != .leftOut
      }.map { (database: database.name, table: $0) }
    }
  }
}
