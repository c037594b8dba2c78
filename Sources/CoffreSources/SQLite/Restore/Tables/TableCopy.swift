import CoffreCore
import SQLiteKit

/// Puts an ordinary table of a snapshot into a database, under a name that is free there, with its indexes and triggers.
struct TableCopy {
  let wish: SQLiteTableChoice.Wish
  let content: ObjectPatterns.Content
  let target: SQLiteTarget
  /// With the snapshot's image attached as `backup`.
  let connection: SQLiteConnection
  let cancellation: Cancellation

  /// - Parameter taken: the names that the database uses already.
  /// - Returns: what people should know.
  func run(_ taken: [String]) throws -> [SourceNote] {
    let definition = try TableDefinition(of: wish, on: connection, cancellation: cancellation)
    try connection.run(definition.table)
    var rows: Int64?
    if content == .everything {
      let copied = try TableRows(named: wish.oldName, on: connection).copy(to: wish.newName)
      try Self.check(copied, of: wish, target)
      rows = copied
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
    return try [Self.done(wish, rows)] + remarks(definition)
  }

  /// - Throws: unless so many rows were taken as the manifest names.
  static func check(_ rows: Int64, of wish: SQLiteTableChoice.Wish, _ target: SQLiteTarget) throws(SourceError) {
    guard rows != wish.table.rows else { return }
    throw SourceError(
      .failed, "restore to", target.path,
      because:
        "the table '\(wish.oldName)' has \(counted(Int(clamping: rows), "row")), and \(wish.table.rows) in the manifest",
      advice: "Check the repository with `coffre repo check --read-data`, and restore another snapshot.")
  }

  /// - Parameter rows: `nil` if none were wanted.
  static func done(_ wish: SQLiteTableChoice.Wish, _ rows: Int64?) -> SourceNote {
    let message: Message =
      if let rows {
        wish.isCounted
          ? "\(counted(Int(clamping: rows), "row")) as in the manifest" : "restored with all that it holds"
      } else {
        "restored without rows"
      }
    return SourceNote(subject: subject(wish.newName), message: message, isGood: true)
  }

  static func subject(_ name: String) -> String { "table \(name)" }  // not for people

  private func remarks(_ definition: TableDefinition) throws(SQLiteError) -> [SourceNote] {
    var notes: [SourceNote] = []
    if definition.lacksTriggers {
      notes.append(
        SourceNote(
          subject: Self.subject(wish.newName),
          message: "its triggers are left behind: they speak of what is not in the snapshot"))
    }
    return try notes + Self.lostReferences(of: wish.newName, on: connection)
  }

  /// What is said of rows that refer to others that are not there.
  static func lostReferences(of name: String, on connection: SQLiteConnection) throws(SQLiteError) -> [SourceNote] {
    do throws(SQLiteError) {
      let broken = try BrokenReferences(in: name, on: connection)
      return broken.count == 0
        ? []
        : [
          SourceNote(
            subject: subject(name), message: "\(counted(broken.count, "row")) refer to rows that are not there")
        ]
    } catch {
      // The table that is referred to is not there at all.
      guard error.reason == .failed else { throw error }
      return [SourceNote(subject: subject(name), message: "it refers to a table that is not there")]
    }
  }
}
