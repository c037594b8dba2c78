import CoffreCore
import CoffreSystem
import OpenSSLKit
import SQLiteKit

/// How many rows each table of an image has, and a sum over the pages that hold them: every page of every table and index
/// is looked at for it, which finds most damage.
struct TableContents: Sendable {
  struct Table: Sendable, Hashable {
    let table: SQLiteTable
    let rows: Int64
    var bytes: Int64 = 0
    /// Of its own pages, in the order of the tree; `nil` where SQLite does not tell which they are.
    var sum: Digest?
  }

  let tables: [Table]

  init(of copy: PrivateCopy, _ schema: SQLiteSchema, on connection: SQLiteConnection) throws(SQLiteError) {
    let pages = try Self.sums(of: copy, on: connection)
    var tables: [Table] = []
    for table in schema.tables {
      guard let rows = try Self.rowCount(of: table, on: connection) else { continue }
      let own = pages[Array(table.name.utf8)]
      tables.append(Table(table: table, rows: rows, bytes: own?.bytes ?? 0, sum: own?.sum))
    }
    self.tables = tables
  }

  /// - Returns: `nil` for a virtual table that cannot be read without its program.
  private static func rowCount(of table: SQLiteTable, on connection: SQLiteConnection) throws(SQLiteError) -> Int64? {
    do throws(SQLiteError) {
      return try connection.value(#"SELECT count(*) FROM \#(quoted(table.name))"#).integer ?? 0
    } catch {
      guard table.isVirtual, error.reason == .failed else { throw error }
      return nil
    }
  }

  /// By the names of tables and indexes.
  private static func sums(
    of copy: PrivateCopy, on connection: SQLiteConnection
  ) throws(SQLiteError) -> [[UInt8]: (bytes: Int64, sum: Digest)] {
    let statement: SQLiteStatement
    do throws(SQLiteError) {
      statement = try SQLiteStatement(#"SELECT name, pageno FROM dbstat"#, on: connection)
    } catch {
      // A library that was built without it.
      guard error.reason == .failed else { throw error }
      return [:]
    }
    var found: [[UInt8]: (bytes: Int64, sum: Digest)] = [:]
    let hasher = SHA256Hasher()
    var current: (name: [UInt8], bytes: Int64)?
    var page = makeBuffer(Int(copy.pageSize))
    while try statement.step() {
      let name = statement.text(of: 0) ?? []
      if current?.name != name {
        if let current { found[current.name] = (current.bytes, hasher.finish()) }
        current = (name, 0)
        hasher.begin()
      }
      guard let number = statement[column: 1].integer else { continue }
      var span = page.mutableSpan
      let count = (try? copy.read(at: (number - 1) * copy.pageSize, into: &span)) ?? 0
      guard count == Int(copy.pageSize) else {
        throw SQLiteError(code: 11, text: #"a page lies outside of the database"#)
      }
      hasher.update(page.span)
      current?.bytes += copy.pageSize
    }
    if let current { found[current.name] = (current.bytes, hasher.finish()) }
    return found
  }
}
