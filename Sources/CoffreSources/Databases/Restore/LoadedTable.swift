import CoffreCore

/// What became of a table's rows: what the manifest says, what was sent, and what the server took.
struct LoadedTable: Sendable, Hashable {
  let table: DatabaseManifest.Table
  let sent: SentRows
  /// As the server counted them.
  let taken: Int64

  /// Why it is not what was backed up; `nil` if it is.
  var difference: Message? {
    if sent.rows != table.rows {
      return "the snapshot has \(counted(Int(sent.rows), "row")), its manifest says \(table.rows)"
    }
    if let sum = table.rowSum, sum != sent.sum { return "the checksum of the rows is not that in the manifest" }
    if taken != sent.rows { return "of \(counted(Int(sent.rows), "row")) the server took \(taken)" }
    return nil
  }

  /// The failures, table by table.
  ///
  /// - Throws: if there are any.
  static func check(_ loaded: [LoadedTable], of expected: [DatabaseManifest.Table], in database: String)
    throws(SourceError)
  {
    var failures: [Message] = []
    for table in loaded {
      if let difference = table.difference { failures.append("table \(table.table.name.text): \(difference)") }
    }
    let found = Set(loaded.map(\.table.name))
    for table in expected where !found.contains(table.name) {
      failures.append("table \(table.name.text): it was not loaded")
    }
    guard let first = failures.first else { return }
    throw SourceError(
      .failed, "prove", Array(database.utf8),
      because: joined(first, Array(failures.dropFirst())),
      advice: "Check the repository with `coffre repo check --read-data`, or restore another snapshot.")
  }

  /// The first ones in their own words, the others by their number.
  private static func joined(_ first: Message, _ others: [Message]) -> Message {
    let limit = 19
    let shown = others.prefix(limit).reduce(first) { "\($0); \($1)" }
    return others.count > limit ? "\(shown) and \(others.count - limit) more" : shown
  }

  /// `3 tables with 1500 rows, all as they were backed up`.
  static func summary(_ loaded: [LoadedTable]) -> Message {
    let rows = loaded.reduce(Int64(0)) { $0 + $1.taken }
    return "\(counted(loaded.count, "table")) with \(counted(Int(rows), "row")) restored, compared with the manifest"
  }
}
