import CoffreCore
import SQLiteKit

/// What a database is put to before it counts as good, if that is wanted.
struct SQLiteChecks: Sendable, Hashable {
  /// `PRAGMA integrity_check`: reads everything, and compares indexes with tables.
  var integrity = false
  /// `PRAGMA foreign_key_check`: whether every row that is referred to is there.
  var foreignKeys = false

  /// For the manifest.
  var text: String {
    [integrity ? "integrity" : nil, foreignKeys ? "foreignKeys" : nil].compactMap { $0 }.joined(separator: " ")
  }

  /// - Throws: for what does not pass.
  func run(on connection: SQLiteConnection, of path: PathBytes) throws(SourceError) {
    do throws(SQLiteError) {
      if integrity {
        let found = try connection.run(#"PRAGMA integrity_check(5)"#).compactMap { $0.first?.string }
        guard found == ["ok"] else {
          throw SQLiteError(code: 11, text: found.joined(separator: "; "))
        }
      }
    } catch {
      throw SourceError(error, "check", path)
    }
    guard foreignKeys else { return }
    let broken: BrokenReferences
    do throws(SQLiteError) {
      broken = try BrokenReferences(on: connection)
    } catch {
      throw SourceError(error, "check", path)
    }
    guard broken.count > 0 else { return }
    throw SourceError(
      .notWhole, "check", path,
      because:
        "\(counted(broken.count, "row")) of '\(broken.firstTable)' and others refer to rows that are not there",
      advice: "See `PRAGMA foreign_key_check` in sqlite3, or leave out --foreign-key-check.")
  }
}
