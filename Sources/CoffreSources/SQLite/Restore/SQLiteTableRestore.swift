import CoffreCore
import CoffreSystem
import SQLiteKit

/// Puts tables of a snapshot into a database that exists, each under a name that is free there, all in one transaction.
/// Nothing of what is there changes.
struct SQLiteTableRestore {
  private let snapshot: SQLiteSnapshot
  private let target: SQLiteTarget
  private let cancellation: Cancellation
  private let choice: SQLiteTableChoice
  private let patience: Duration = .seconds(60)

  init(
    _ snapshot: SQLiteSnapshot, _ settings: DatabaseRestoreSettings, _ target: SQLiteTarget,
    _ cancellation: Cancellation
  ) throws(SourceError) {
    self.snapshot = snapshot
    self.target = target
    self.cancellation = cancellation
    guard target.existing != nil else {
      throw SourceError(
        .failed, "restore to", target.path, because: "there is no database to put tables into",
        advice: "Name one that exists, or leave out --table to restore all of it.")
    }
    choice = try SQLiteTableChoice(settings.tables, in: snapshot.database)
  }

  func run(_ progress: @escaping @Sendable (Int64) -> Void) throws(SourceError) -> [SourceNote] {
    let image = ImageInSnapshot(try snapshot.contents.open(snapshot.image), progress)
    var attached: SQLiteConnection.Attached?
    do {
      let connection = try SQLiteConnection(
        target.path, for: .writing, patience: patience, cancellation: cancellation)
      attached = try connection.attach(image, as: "backup")
      try connection.run(#"BEGIN IMMEDIATE"#)
      var notes: [SourceNote] = []
      for wish in choice.wishes { notes += try restore(wish, on: connection) }
      try connection.run("COMMIT")
      return notes
    } catch let error as SQLiteError {
      if let failure = attached?.failure as? SourceError { throw failure }
      throw SourceError(restoring: error, target.path)
    } catch {
      throw error as? SourceError ?? SourceError(.failed, "restore to", target.path, because: shortText(of: error))
    }
  }
}

// MARK: One table

extension SQLiteTableRestore {
  private func restore(_ wish: SQLiteTableChoice.Wish, on connection: SQLiteConnection) throws -> [SourceNote] {
    let taken = try connection.run(#"SELECT name FROM main.sqlite_master"#).compactMap { $0.first?.string }
    guard !taken.contains(where: { $0.lowercased() == wish.newName.lowercased() }) else {
      throw SourceError(
        .exists, "restore to", target.path, because: "the database has a table '\(wish.newName)'",
        advice: "Choose a name that is free: --table \(wish.oldName)=NEW.")
    }
    try refuseVirtual(wish, on: connection)
    let definition = try TableDefinition(of: wish, on: connection, cancellation: cancellation)
    try connection.run(definition.table)
    let rows = try copyRows(wish, on: connection)
    guard rows == wish.table.rows else {
      throw SourceError(
        .failed, "restore to", target.path,
        because:
          "the table '\(wish.oldName)' has \(counted(Int(clamping: rows), "row")), and \(wish.table.rows) in the manifest",
        advice: "Check the repository with `coffre repo check --read-data`, and restore another snapshot.")
    }
    var names = Set(taken)
    names.insert(wish.newName)
    for part in definition.indexes + definition.triggers {
      let name = RestoreNames.renamed(part.name, of: wish.oldName, to: wish.newName, taken: names)
      names.insert(name)
      guard let command = SchemaCommand(part.sql) else {
        throw SQLiteError(code: 1, text: "the definition of \(part.name) is not to be understood")  // not for people
      }
      try connection.run(command.text(named: name))
    }
    return try [
      SourceNote(
        subject: "table \(wish.newName)",  // not for people
        message: "\(counted(Int(clamping: rows), "row")) as in the manifest", isGood: true)
    ] + remarks(wish, definition, on: connection)
  }

  /// What such a table is made of has names that the target's own may use.
  private func refuseVirtual(_ wish: SQLiteTableChoice.Wish, on connection: SQLiteConnection) throws {
    let found = try connection.value(
      #"SELECT 1 FROM backup.sqlite_master WHERE name = ?1 AND sql LIKE 'CREATE VIRTUAL TABLE%'"#,
      [SQLiteValue(wish.oldName)])
    guard found != .null else { return }
    throw SourceError(
      .failed, "restore to", target.path, because: "the table '\(wish.oldName)' is a virtual one",
      advice: "Restore the whole database beside, and copy its rows from there.")
  }

  private func copyRows(
    _ wish: SQLiteTableChoice.Wish, on connection: SQLiteConnection
  ) throws(SQLiteError) -> Int64 {
    guard
      let table = try SQLiteSchema(of: connection, in: "backup").tables.first(where: {
        $0.name.hasSameBytes(as: wish.oldName)
      })
    else { throw SQLiteError(code: 1, text: "there is no table \(wish.oldName)") }  // not for people
    var names = table.columns.filter { !$0.isGenerated }.map { quoted($0.name) }
    // The rows' numbers stay: programs may have noted them. A key that is the number itself comes by its own name.
    let isNumbered = table.key.count == 1 && table.columns.contains { $0.keyPlace == 1 && $0.type == "INTEGER" }
    if let number = table.rowNumber, !isNumbered { names.insert(number, at: 0) }
    let list = names.joined(separator: ", ")
    let (old, new) = (quoted(wish.oldName), quoted(wish.newName))
    try connection.run("INSERT INTO main.\(new)(\(list)) SELECT \(list) FROM backup.\(old)")  // not for people
    let counters = try connection.value(#"SELECT count(*) FROM backup.sqlite_master WHERE name = 'sqlite_sequence'"#)
    if counters.integer == 1 {
      let found = try connection.value(
        #"SELECT seq FROM backup.sqlite_sequence WHERE name = ?1"#, [SQLiteValue(wish.oldName)])
      if found != .null {
        try connection.run(#"DELETE FROM main.sqlite_sequence WHERE name = ?1"#, [SQLiteValue(wish.newName)])
        try connection.run(
          #"INSERT INTO main.sqlite_sequence(name, seq) VALUES(?1, ?2)"#, [SQLiteValue(wish.newName), found])
      }
    }
    return try connection.value("SELECT count(*) FROM main.\(new)").integer ?? 0  // not for people
  }

  private func remarks(
    _ wish: SQLiteTableChoice.Wish, _ definition: TableDefinition, on connection: SQLiteConnection
  ) throws(SQLiteError) -> [SourceNote] {
    var notes: [SourceNote] = []
    let subject = "table \(wish.newName)"  // not for people
    if definition.lacksTriggers {
      notes.append(
        SourceNote(subject: subject, message: "its triggers are left behind: they speak of what is not in the snapshot")
      )
    }
    do throws(SQLiteError) {
      let broken = try connection.run("PRAGMA main.foreign_key_check(\(quoted(wish.newName)))")  // not for people
      if !broken.isEmpty {
        notes.append(
          SourceNote(subject: subject, message: "\(counted(broken.count, "row")) refer to rows that are not there"))
      }
    } catch {
      // The table that is referred to is not there at all.
      guard error.reason == .failed else { throw error }
      notes.append(SourceNote(subject: subject, message: "it refers to a table that is not there"))
    }
    return notes
  }
}
