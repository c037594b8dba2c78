import CoffreCore
import PostgresKit

/// A row that the server could not send: which one it is, and how large.
///
/// The server sends rows in the order of their places in the table, and so many came before this one.
struct FailedRow {
  /// Its key, or its place in a table that has none, for people.
  let name: String
  /// Of its text, roughly: of values that are no texts, what they take on the server's disk.
  let sizeInBytes: Int64

  /// Whether an error may come of a row: too large for a message (54000, XX000 of the server's memory), no memory for it
  /// (53200), damaged (XX001, XX002), values that their type does not know (22…).
  static func mayHaveCaused(_ error: PostgresError) -> Bool {
    error.reason == .refused
      && (["54000", "53200", "XX000", "XX001", "XX002"].contains(error.state) || error.state.hasPrefix("22"))
  }

  /// What can be done about it.
  func advice(for error: PostgresError) -> Message {
    isTooLarge(error)
      ? "No row can be sent whose text takes 1 GiB, and each byte of a bytea takes two: keep such a value as a large "
        + "object, or in several rows; or leave out the table's rows with --exclude-table-data. Where only a bytea is so "
        + "large, COPY (FORMAT binary) takes them."
      : "Mend, shorten or remove that row, or leave out the table's rows with --exclude-table-data."
  }

  /// Whether it is sound, and has more text than fits into a message of the server.
  ///
  /// For one value too large, the server says that it cannot have as much memory. It may say so of a damaged row, too, but
  /// rarely of a size that may be true.
  private func isTooLarge(_ error: PostgresError) -> Bool {
    error.state == "54000"
      || (error.state == "XX000" && error.text.hasPrefix("invalid memory alloc request size")  // not for people
        && (Int64(1) << 29...Int64(1) << 33).contains(sizeInBytes))
  }

  /// - Parameters:
  ///   - count: how many rows of the part came before it.
  ///   - lease: whose transaction is sound; afterwards it need not be.
  /// - Returns: `nil` where the server does not find it, or not soon.
  static func find(
    of table: DumpedTable, part: Int, after count: Int64, on lease: PostgresLease
  ) -> FailedRow? {
    do throws(PostgresError) {
      let name = try table.relation.quotedName()
      try lease.connection.execute("SET LOCAL statement_timeout = '60s'")  // not for people
      let place = try lease.connection.execute(
        #"SELECT ctid FROM ONLY \#(name) \#(table.rowFilter(part: part)) OFFSET \#(count) LIMIT 1"#)
      guard place.count == 1, let place = place[0, 0] else { return nil }
      let sizes = try table.columns.map { column throws(PostgresError) in try size(of: column) }
      let sum = sizes.isEmpty ? "0" : sizes.joined(separator: " + ")
      let weighed = try lease.connection.query(
        #"SELECT \#(sum) FROM ONLY \#(name) WHERE ctid = $1::pg_catalog.tid"#, [place])
      guard weighed.count == 1, let bytes = weighed[0, 0].flatMap({ Int64($0) }) else { return nil }
      let key = key(of: table, at: place, on: lease)
      return FailedRow(name: key ?? "ctid \(place)", sizeInBytes: bytes)  // not for people
    } catch {
      return nil
    }
  }

  /// Without reading the value, which may be what is damaged.
  private static func size(of column: PostgresColumn) throws(PostgresError) -> String {
    let name = try quotedIdentifier(column.name)
    let measure =
      switch column.type {
      case "text": #"pg_catalog.octet_length(\#(name))"#
      // Each byte is two digits.
      case "bytea": #"2::pg_catalog.int8 * pg_catalog.octet_length(\#(name))"#
      default: #"pg_catalog.pg_column_size(\#(name))"#
      }
    return #"coalesce(\#(measure), 2)::pg_catalog.int8"#
  }

  /// `id=4711`, as far as the values can be had.
  private static func key(of table: DumpedTable, at place: String, on lease: PostgresLease) -> String? {
    guard !table.key.isEmpty else { return nil }
    do throws(PostgresError) {
      let columns = try table.key.map { name throws(PostgresError) in
        #"pg_catalog.left(\#(try quotedIdentifier(name))::pg_catalog.text, 100)"#
      }
      let values = try lease.connection.query(
        #"SELECT \#(columns.joined(separator: ", ")) FROM ONLY \#(try table.relation.quotedName())"#
          + #" WHERE ctid = $1::pg_catalog.tid"#, [place])
      guard values.count == 1 else { return nil }
      return table.key.enumerated().map { index, name in "\(name)=\(values[0, index] ?? "NULL")" }.joined(
        separator: ", ")
    } catch {
      return nil
    }
  }
}
