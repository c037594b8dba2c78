import CoffreCore

/// Which tables of a snapshot are wanted, and what they are called afterwards.
struct SQLiteTableChoice: Sendable, Hashable {
  struct Wish: Sendable, Hashable {
    let table: DatabaseManifest.Table
    let newName: String

    var oldName: String { table.name.name }
    var isRenamed: Bool { !newName.hasSameBytes(as: oldName) }
  }

  let wishes: [Wish]

  /// - Throws: for a wish that no table fits, and for a new name for several tables.
  init(_ given: [DatabaseRestoreSettings.TableWish], in database: DatabaseManifest.Database) throws(SourceError) {
    var wishes: [Wish] = []
    for wish in given {
      let exact = database.tables.filter { $0.name.name.hasSameBytes(as: wish.pattern) }
      let fitting = try exact.isEmpty ? Self.tables(fitting: wish.pattern, in: database) : exact
      guard !fitting.isEmpty else {
        throw SourceError(
          .failed, "bring back", Array(wish.pattern.utf8), because: "no table in the snapshot fits it",
          advice: "List them with `coffre snapshot tables`.")
      }
      guard wish.newName == nil || fitting.count == 1 else {
        throw SourceError(
          .failed, "bring back", Array(wish.pattern.utf8),
          because: "\(counted(fitting.count, "table")) cannot have one new name",
          advice: "Name one table, as in --table orders=orders_old.")
      }
      for table in fitting where !wishes.contains(where: { $0.table.name == table.name }) {
        wishes.append(Wish(table: table, newName: wish.newName ?? table.name.name))
      }
    }
    self.wishes = wishes
  }

  private static func tables(
    fitting text: String, in database: DatabaseManifest.Database
  ) throws(SourceError) -> [DatabaseManifest.Table] {
    do throws(ObjectPatternError) {
      let pattern = try TablePattern(text, .sqlite, option: "--table")
      return database.tables.filter { table in
        pattern.matches(
          TableNames(ObjectPatterns.Table(database: database.name, schema: nil, name: table.name.name)))
      }
    } catch {
      throw SourceError(
        .failed, "bring back", Array(text.utf8), because: error.explanation.problem,
        advice: error.explanation.advice)
    }
  }
}
