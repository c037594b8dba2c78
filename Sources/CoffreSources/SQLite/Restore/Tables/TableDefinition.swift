import CoffreCore
import SQLiteKit

/// What makes a table of a snapshot anew, under the name that it will have: SQLite itself puts the name wherever it stands.
struct TableDefinition: Sendable, Hashable {
  struct Part: Sendable, Hashable {
    let name: String
    let sql: String
  }

  var table: String
  var indexes: [Part] = []
  var triggers: [Part] = []
  /// Whether there are triggers that could not be taken along.
  var lacksTriggers = false

  /// - Parameter connection: with the snapshot's image attached as `backup`.
  init(
    of wish: SQLiteTableChoice.Wish, on connection: SQLiteConnection, cancellation: Cancellation
  ) throws(SQLiteError) {
    let entries = try connection.run(
      #"SELECT type, name, tbl_name, sql FROM backup.sqlite_master WHERE sql NOT NULL ORDER BY rowid"#
    ).compactMap(Entry.init)
    // A trigger's entry has the table's name as its command wrote it.
    let own = entries.filter { $0.table.isSameName(as: wish.oldName) }
    guard let definition = own.first(where: { $0.type == "table" }) else {
      throw SQLiteError(code: 1, text: #"there is no table \#(wish.oldName)"#)
    }
    guard wish.isRenamed else {
      table = definition.sql
      take(own)
      return
    }
    table = ""
    let others = entries.filter {
      $0.type == "table" && !$0.table.isSameName(as: wish.oldName) && !$0.name.hasPrefix("sqlite_")
    }
    do throws(SQLiteError) {
      try rename(wish, own, among: others, cancellation)
    } catch {
      guard error.reason == .failed, own.contains(where: { $0.type == "trigger" }) else { throw error }
      // One of them speaks of what is not here.
      try rename(wish, own.filter { $0.type != "trigger" }, among: others, cancellation)
      lacksTriggers = true
    }
  }

  /// In a database of its own, in memory, without any row.
  private mutating func rename(
    _ wish: SQLiteTableChoice.Wish, _ own: [Entry], among others: [Entry], _ cancellation: Cancellation
  ) throws(SQLiteError) {
    let staging = try SQLiteConnection(cancellation: cancellation)
    for other in others {
      // Only so that triggers find it.
      _ = try? staging.run(other.sql)
    }
    for type in ["table", "index", "trigger"] {
      for entry in own where entry.type == type { try staging.run(entry.sql) }
    }
    try staging.run("ALTER TABLE \(quoted(wish.oldName)) RENAME TO \(quoted(wish.newName))")  // not for people
    let entries = try staging.run(
      #"SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql NOT NULL AND tbl_name = ?1 ORDER BY rowid"#,
      [SQLiteValue(wish.newName)]
    ).compactMap(Entry.init)
    table = entries.first { $0.type == "table" }?.sql ?? ""
    take(entries)
  }

  private mutating func take(_ entries: [Entry]) {
    indexes = entries.filter { $0.type == "index" }.map { Part(name: $0.name, sql: $0.sql) }
    triggers = entries.filter { $0.type == "trigger" }.map { Part(name: $0.name, sql: $0.sql) }
  }

  private struct Entry: Sendable, Hashable {
    let type: String
    let name: String
    let table: String
    let sql: String

    init?(_ row: [SQLiteValue]) {
      guard row.count == 4, let type = row[0].string, let name = row[1].string, let table = row[2].string,
        let sql = row[3].string
      else { return nil }
      (self.type, self.name, self.table, self.sql) = (type, name, table, sql)
    }
  }
}
