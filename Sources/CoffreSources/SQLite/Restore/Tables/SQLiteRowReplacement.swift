import CoffreCore
import CoffreSystem
import SQLiteKit

/// Puts the rows of a snapshot in place of those that the tables of a database have, in one transaction: if it fails, the
/// old rows are there again. Triggers do not run, and foreign keys do nothing meanwhile.
struct SQLiteRowReplacement {
  private let snapshot: SQLiteSnapshot
  private let settings: DatabaseRestoreSettings
  private let target: SQLiteTarget
  private let cancellation: Cancellation

  init(
    _ snapshot: SQLiteSnapshot, _ settings: DatabaseRestoreSettings, _ target: SQLiteTarget,
    _ cancellation: Cancellation
  ) {
    self.snapshot = snapshot
    self.settings = settings
    self.target = target
    self.cancellation = cancellation
  }

  func run(_ progress: @escaping @Sendable (Int64) -> Void) throws(SourceError) -> [SourceNote] {
    guard target.existing != nil else {
      throw SourceError(
        .failed, "restore to", target.path, because: "there is no such database to put rows into",
        advice: "Name a database that has the tables, or leave out --data-only.")
    }
    try target.demandConfirmation(because: "the database exists and would be changed")
    let image = ImageInSnapshot(try snapshot.contents.open(snapshot.image), progress)
    var attached: SQLiteConnection.Attached?
    do {
      let connection = try SQLiteConnection(
        target.path, for: .writing, patience: SQLiteTableRestore.patience, cancellation: cancellation)
      try connection.run(#"PRAGMA foreign_keys = OFF"#)
      connection.disableTriggers()
      let version = try connection.value(#"PRAGMA main.data_version"#)
      try target.backUp()
      attached = try connection.attach(image, as: "backup")
      try connection.run(#"BEGIN IMMEDIATE"#)
      guard try connection.value(#"PRAGMA main.data_version"#) == version else {
        throw SourceError(
          .exists, "restore to", target.path, because: "somebody changed it after it was backed up",
          advice: "Stop the programs that use it, then run the command again.")
      }
      let notes = try replace(on: connection)
      try connection.run("COMMIT")
      return notes
    } catch {
      throw target.failure(error, reading: attached)
    }
  }

  private func replace(on connection: SQLiteConnection) throws -> [SourceNote] {
    let virtual = try VirtualTables(of: connection, in: "backup")
    let own = try VirtualTables(of: connection, in: "main")
    let existing = try SQLiteSchema(of: connection).tables
    var notes: [SourceNote] = []
    for wish in try wishes(virtual) {
      if let table = virtual.table(named: wish.oldName) {
        guard own.table(named: table.name) == table else {
          throw refusal(wish, "the database has no such table, or one of another definition")
        }
        // Without a table of its own, it only shows what others hold.
        guard !table.parts.isEmpty else { continue }
        let remarks = try VirtualTableCopy(table: table, target: target, connection: connection).replaceRows()
        notes += [TableCopy.done(wish, wish.table.rows)] + remarks
        continue
      }
      guard let found = existing.first(where: { $0.name.hasSameBytes(as: wish.oldName) }), !found.isVirtual else {
        throw refusal(wish, "the database has no such table, or one of another definition")
      }
      let rows = try TableRows(named: wish.oldName, on: connection)
      guard rows.fit(found) else { throw refusal(wish, "its columns are others than in the snapshot") }
      try connection.run(#"DELETE FROM main.\#(quoted(wish.oldName))"#)
      let copied = try rows.copy(to: wish.oldName)
      try TableCopy.check(copied, of: wish, target)
      guard try rows.areEqual(in: wish.oldName) else {
        throw refusal(wish, "the table makes other values of what the snapshot has")
      }
      notes.append(TableCopy.done(wish, copied))
    }
    return try notes + remarks(notes, on: connection)
  }

  private func wishes(_ virtual: VirtualTables) throws -> [SQLiteTableChoice.Wish] {
    guard !settings.tables.isEmpty else {
      return SQLiteTableChoice.all(snapshot.database, virtual).filter { virtual.owner(of: $0.oldName) == nil }
    }
    let choice = try SQLiteTableChoice(settings.tables, in: snapshot.database, virtual)
    for wish in choice.wishes {
      if wish.isRenamed {
        throw SourceError(
          .failed, "load the rows of", Array(wish.oldName.utf8),
          because: "rows alone go into the table they were taken from",
          advice: "Leave out the new name, or --data-only.")
      }
      if let owner = virtual.owner(of: wish.oldName) {
        throw SourceError(
          .failed, "load the rows of", Array(wish.oldName.utf8), because: "it belongs to the table '\(owner.name)'",
          advice: "Choose that one.")
      }
    }
    return choice.wishes
  }

  private func refusal(_ wish: SQLiteTableChoice.Wish, _ cause: Message) -> SourceError {
    SourceError(
      .failed, "load the rows of", Array(wish.oldName.utf8), because: cause,
      advice: "Restore the structure, too, by leaving out --data-only.")
  }

  /// When all tables have their rows: what refers to nothing, and what did not happen.
  private func remarks(_ done: [SourceNote], on connection: SQLiteConnection) throws -> [SourceNote] {
    var notes: [SourceNote] = []
    let triggers = Set(
      try connection.run(#"SELECT DISTINCT tbl_name FROM main.sqlite_master WHERE type = 'trigger'"#)
        .compactMap { $0.first?.string?.nameKey })
    let tables = try SQLiteSchema(of: connection).tables.filter { !$0.isVirtual }.map(\.name)
    let replaced = tables.filter { table in done.contains { $0.subject == TableCopy.subject(table) } }
    for table in replaced where triggers.contains(table.nameKey) {
      notes.append(SourceNote(subject: TableCopy.subject(table), message: "its triggers did not run"))
    }
    // Rows that stayed may refer to some that are gone now.
    let referring = try BrokenReferences.tables(referringTo: replaced, on: connection)
    for table in tables where replaced.contains(table) || referring.contains(table) {
      notes += try TableCopy.lostReferences(of: table, on: connection)
    }
    return notes
  }
}
