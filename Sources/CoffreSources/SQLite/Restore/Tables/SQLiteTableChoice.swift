import CoffreCore

/// Which tables of a snapshot are wanted, and what they are called afterwards.
struct SQLiteTableChoice: Sendable, Hashable {
  struct Wish: Sendable, Hashable {
    let table: DatabaseManifest.Table
    let newName: String
    /// Whether the manifest tells how many rows it has: some virtual tables can be asked for rows by their words alone.
    var isCounted = true

    var oldName: String { table.name.name }
    var isRenamed: Bool { !newName.hasSameBytes(as: oldName) }
  }

  let wishes: [Wish]

  /// All that can be wanted: the tables of the manifest, and the virtual ones that it could not count.
  static func all(_ database: DatabaseManifest.Database, _ virtual: VirtualTables) -> [Wish] {
    let counted = database.tables.map { Wish(table: $0, newName: $0.name.name) }
    let others = virtual.tables.filter { table in
      !database.tables.contains { $0.name.name.hasSameBytes(as: table.name) }
    }
    return counted
      + others.map { other in
        let table = DatabaseManifest.Table(
          name: DatabaseManifest.TableName(name: other.name), path: database.path, rows: 0, bytes: 0)
        return Wish(table: table, newName: other.name, isCounted: false)
      }
  }

  /// - Parameter virtual: of the image: what such tables made for themselves comes with them, and is chosen by its full
  ///   name alone.
  /// - Throws: for a wish that no table fits, and for a new name for several tables.
  init(
    _ given: [DatabaseRestoreSettings.TableWish], in database: DatabaseManifest.Database, _ virtual: VirtualTables
  ) throws(SourceError) {
    let all = Self.all(database, virtual)
    var wishes: [Wish] = []
    for wish in given {
      let exact = all.filter { $0.oldName.hasSameBytes(as: wish.pattern) }
      let fitting = try exact.isEmpty ? Self.wishes(fitting: wish.pattern, among: all, database, virtual) : exact
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
      for one in fitting where !wishes.contains(where: { $0.table.name == one.table.name }) {
        wishes.append(Wish(table: one.table, newName: wish.newName ?? one.oldName, isCounted: one.isCounted))
      }
    }
    self.wishes = wishes
  }

  private static func wishes(
    fitting text: String, among all: [Wish], _ database: DatabaseManifest.Database, _ virtual: VirtualTables
  ) throws(SourceError) -> [Wish] {
    do throws(ObjectPatternError) {
      let pattern = try TablePattern(text, .sqlite, option: "--table")
      return all.filter { wish in
        virtual.owner(of: wish.oldName) == nil
          && pattern.matches(
            TableNames(ObjectPatterns.Table(database: database.name, schema: nil, name: wish.oldName)))
      }
    } catch {
      throw SourceError(
        .failed, "bring back", Array(text.utf8), because: error.explanation.problem,
        advice: error.explanation.advice)
    }
  }
}
