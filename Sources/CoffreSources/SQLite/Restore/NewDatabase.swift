import CoffreCore
import CoffreSystem
import SQLiteKit

/// A database that SQLite makes anew of parts of a snapshot: written beside, and given its name when it is whole.
struct NewDatabase {
  private let snapshot: SQLiteSnapshot
  private let target: SQLiteTarget
  private let cancellation: Cancellation

  init(_ snapshot: SQLiteSnapshot, _ target: SQLiteTarget, _ cancellation: Cancellation) {
    self.snapshot = snapshot
    self.target = target
    self.cancellation = cancellation
  }

  /// - Parameter body: fills it, over a connection to which the snapshot's image is attached as `backup`.
  /// - Returns: what people should know.
  func make(
    _ progress: @escaping @Sendable (Int64) -> Void, _ body: (SQLiteConnection) throws -> [SourceNote]
  ) throws(SourceError) -> [SourceNote] {
    let aside = target.asideName()
    do throws(SourceError) {
      let notes = try fill(aside, progress, body)
      return try notes + target.install(aside)
    } catch {
      for ending in [""] + SQLiteTarget.companions { try? removeFile(aside + Array(ending.utf8)) }
      throw error
    }
  }

  private func fill(
    _ aside: PathBytes, _ progress: @escaping @Sendable (Int64) -> Void,
    _ body: (SQLiteConnection) throws -> [SourceNote]
  ) throws(SourceError) -> [SourceNote] {
    let image = ImageInSnapshot(try snapshot.contents.open(snapshot.image), progress)
    var attached: SQLiteConnection.Attached?
    do {
      let facts = try SQLiteFacts(of: try SQLiteConnection(reading: image, cancellation: cancellation))
      _ = try target.create(aside)
      let connection = try SQLiteConnection(aside, for: .writing, cancellation: cancellation)
      for setting in [
        #"journal_mode = MEMORY"#, #"synchronous = OFF"#, #"page_size = \#(facts.pageSize)"#,
        #"encoding = '\#(facts.encoding)'"#, #"auto_vacuum = \#(facts.autoVacuum)"#,
      ] { try connection.run(#"PRAGMA \#(setting)"#) }
      attached = try connection.attach(image, as: "backup")
      connection.forbidOtherFiles()
      try connection.run(#"BEGIN IMMEDIATE"#)
      try connection.run(#"PRAGMA main.user_version = \#(facts.userVersion)"#)
      try connection.run(#"PRAGMA main.application_id = \#(facts.applicationID)"#)
      let notes = try body(connection)
      try connection.run("COMMIT")
      try FileDescriptor.open(aside, for: .readingAndWriting).synchronize()
      return notes
    } catch {
      throw target.failure(error, reading: attached)
    }
  }
}
