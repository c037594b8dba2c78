import CoffreCore
import CoffreSystem
import SQLiteKit

/// Puts tables of a snapshot into a database, each under a name that is free there, all in one transaction. Nothing of what
/// is there changes; where nothing is, they become a new database.
struct SQLiteTableRestore {
  private let snapshot: SQLiteSnapshot
  private let settings: DatabaseRestoreSettings
  private let target: SQLiteTarget
  private let cancellation: Cancellation

  static let patience: Duration = .seconds(60)

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
      return try NewDatabase(snapshot, target, cancellation).make(progress) { connection in
        try restore(on: connection)
      }
    }
    let image = ImageInSnapshot(try snapshot.contents.open(snapshot.image), progress)
    var attached: SQLiteConnection.Attached?
    do {
      let connection = try SQLiteConnection(
        target.path, for: .writing, patience: Self.patience, cancellation: cancellation)
      attached = try connection.attach(image, as: "backup")
      try connection.run(#"BEGIN IMMEDIATE"#)
      let notes = try restore(on: connection)
      try connection.run("COMMIT")
      return notes
    } catch {
      throw target.failure(error, reading: attached)
    }
  }

  private func restore(on connection: SQLiteConnection) throws -> [SourceNote] {
    let virtual = try VirtualTables(of: connection, in: "backup")
    let choice = try SQLiteTableChoice(settings.tables, in: snapshot.database, virtual)
    var notes: [SourceNote] = []
    for wish in choice.wishes {
      let taken = try connection.run(#"SELECT name FROM main.sqlite_master"#).compactMap { $0.first?.string }
      guard !taken.contains(where: { $0.lowercased() == wish.newName.lowercased() }) else {
        throw SourceError(
          .exists, "restore to", target.path, because: "the database has a table '\(wish.newName)'",
          advice: "Choose a name that is free: --table \(wish.oldName)=NEW.")
      }
      if let table = virtual.table(named: wish.oldName) {
        let withRows = settings.content == .everything
        let copy = VirtualTableCopy(table: table, target: target, connection: connection)
        let remarks = try copy.make(wish.newName, taken, withRows: withRows)
        notes += [TableCopy.done(wish, withRows ? wish.table.rows : nil)] + remarks
      } else {
        let copy = TableCopy(
          wish: wish, content: settings.content, target: target, connection: connection, cancellation: cancellation)
        notes += try copy.run(taken)
      }
    }
    return notes
  }
}
