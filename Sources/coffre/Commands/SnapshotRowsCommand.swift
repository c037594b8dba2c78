import CoffreCore
import CoffreRepository
import CoffreSources

enum SnapshotRowsCommand: RunnableCommand {
  private static let condition = OptionSpec(
    "where", nil, .text("column=value"), help: "only rows with this value, as COPY writes it", isRepeatable: true)
  private static let limit = OptionSpec(
    "limit", nil, .integer("count", 0...Int.max), help: "stop after so many rows; 0 for all", defaultValue: "20")
  private static let format = OptionSpec(
    "format", nil, .choice("format", RowOutput.Format.allCases.map(\.rawValue)), help: "how rows are printed",
    defaultValue: RowOutput.Format.table.rawValue)
  private static let columns = OptionSpec(
    "columns", nil, .text("names"), help: "only these columns, joined by commas", defaultText: "all")

  static let spec = CommandSpec(
    "snapshot rows", "print rows of a table from a database's backup",
    arguments: [
      ArgumentSpec("snapshot", help: "an id, its beginning, or 'latest'"),
      ArgumentSpec("table", help: "table, schema.table or database.schema.table"),
    ],
    options: [condition, limit, format, columns, SnapshotTablesCommand.name] + SnapshotOptions.all,
    details:
      "Only what is needed of the repository is read: it ends with the last row that is wanted. A value is compared with "
      + "the text that the server gave for it; '\\N' stands for NULL. Where the whole key is given, it ends with the first "
      + "row.\n\n"
      + "In csv NULL is nothing and an empty text is \"\"; in json NULL is null and all values are strings. Bytes that are "
      + "not UTF-8 appear as \\xHH. In a table long values are cut.",
    exits: [
      ExitSpec(.done), ExitSpec(.failed, "damaged, or the reader went away"),
      ExitSpec(.usage, "also: the table or a column is not there"), ExitSpec(.noRepository), ExitSpec(.wrongPassword),
      ExitSpec(.toolMissing, "documents of MongoDB are printed by libmongoc"),
    ],
    examples: [
      ExampleSpec("coffre snapshot rows latest public.orders --where id=4711 -r /srv/backups"),
      ExampleSpec("coffre snapshot rows 3fa2c1d0 customers --limit 0 --format csv -r /srv/backups > customers.csv"),
    ])

  static func run(_ arguments: ParsedArguments, _ console: Console) async throws -> ExitCode {
    try RepositoryComposition(arguments, console).reading(console) { repository in
      let view = try RepositoryView(of: repository, cancellation: console.cancellation)
      let loader = BlobLoader(repository: repository, index: view.index)
      let backup = try DatabaseBackup(
        arguments.bytes(argument: "snapshot") ?? [], filter: SnapshotOptions.filter(arguments),
        named: arguments.text(SnapshotTablesCommand.name), in: repository, with: loader
      ) { console.note("warning: \($0.text)") }
      var table = try chosenTable(arguments.text(argument: "table") ?? "", in: backup)
      if backup.manifest.kind == .mongodb { table.columns = [StoredDocuments.column] }
      let query = try RowQuery(
        table, where: arguments.allBytes(condition), columns: arguments.text(columns))
      let given = arguments.integer(limit) ?? 0
      let most = query.namesOneRow ? 1 : given == 0 ? Int.max : given
      let form = RowOutput.Format(rawValue: arguments.text(format) ?? "") ?? .table
      let output = RowOutput(query.columns, as: console.isJSON ? .json : form, console)
      if backup.manifest.kind == .sqlite {
        let limit = given == 0 ? Int.max : given
        return try printRows(ofImage: backup, table, query, limit: limit, in: view, to: output, console)
      }
      // A few rows are in the first blob, as a rule.
      let isShort = query.isOpen && most <= 1000
      try FolderContents.reading(
        backup.folder.path, of: backup.stored, in: view,
        bytesAhead: isShort ? 0 : FolderContents.usualBytesAhead, cancellation: console.cancellation
      ) { contents in
        if backup.manifest.kind == .mongodb {
          if let log = backup.manifest.instants.first?.log {
            console.note("warning: documents are shown as they were copied, without the changes in '\(log)'")
          }
          try printDocuments(of: table, query, limit: most, from: contents, to: output, console)
        } else {
          try printRows(of: table, query, limit: most, from: contents, to: output, console)
        }
      }
      try output.finish()
    }
    return .done
  }

  /// SQLite finds them itself in the image.
  private static func printRows(
    ofImage backup: DatabaseBackup, _ table: DatabaseManifest.Table, _ query: RowQuery, limit: Int,
    in view: RepositoryView, to output: RowOutput, _ console: Console
  ) throws {
    let path = Array(table.path.utf8)
    try FolderContents.reading(
      backup.folder.path, of: backup.stored, in: view, bytesAhead: 0, cancellation: console.cancellation
    ) { contents in
      do {
        let image = try SQLiteImage(try contents.open(path), named: path, cancellation: console.cancellation)
        let conditions = query.comparisons.map { SQLiteImage.Condition(column: $0.column, value: $0.value) }
        var count = 0
        try image.rows(of: table.name.name, query.columns, where: conditions) { values in
          try output.add(values)
          count += 1
          return count < limit
        }
      } catch {
        throw contents.failure ?? error
      }
    }
    try output.finish()
  }

  private static func chosenTable(_ name: String, in backup: DatabaseBackup) throws -> DatabaseManifest.Table {
    let found = try backup.manifest.tables(named: name)
    guard let first = found.first else {
      throw UsageError(
        "snapshot \(backup.stored.id.short) has no rows of a table '\(name)'",
        advice: "See `coffre snapshot tables \(backup.stored.id.short)`.")
    }
    guard found.count == 1 else {
      let names = found.prefix(10).map { "\($0.database).\($0.table.name.text)" }
      throw UsageError(
        "'\(name)' means \(counted(found.count, "table")), among them \(conjunction(names))",
        advice: "Write it as schema.table or database.schema.table.")
    }
    return first.table
  }

  private static func printRows(
    of table: DatabaseManifest.Table, _ query: RowQuery, limit: Int, from contents: FolderContents,
    to output: RowOutput, _ console: Console
  ) throws {
    let path = Array(table.path.utf8)
    let reader = try contents.read(try contents.blobs(of: path), of: path)
    var lines = RowLines()
    var count = 0
    while let blob = try reader.nextBlob() {
      try console.cancellation.check()
      let wantsMore = try lines.take(blob.span) { (line: Span<UInt8>) throws -> Bool in
        count += try printRow(line, of: table, query, to: output)
        return count < limit
      }
      guard wantsMore else { return }
    }
    try lines.end { (line: Span<UInt8>) throws -> Void in
      _ = try printRow(line, of: table, query, to: output)
    }
  }

  private static func printDocuments(
    of table: DatabaseManifest.Table, _ query: RowQuery, limit: Int, from contents: FolderContents,
    to output: RowOutput, _ console: Console
  ) throws {
    let path = Array(table.path.utf8)
    let reader = try contents.read(try contents.blobs(of: path), of: path)
    var documents = try StoredDocuments(of: path)
    var count = 0
    do {
      while let blob = try reader.nextBlob() {
        try console.cancellation.check()
        let wantsMore = try documents.take(blob.span) { line in
          count += try printRow(line, of: table, query, to: output)
          return count < limit
        }
        guard wantsMore else { return }
      }
      try documents.end()
    } catch is StoredDocuments.Malformed {
      throw RepositoryError.damaged(object: table.path, problem: "it holds something that is no document")
    }
  }

  /// - Returns: how many rows were printed.
  private static func printRow(
    _ line: Span<UInt8>, of table: DatabaseManifest.Table, _ query: RowQuery, to output: RowOutput
  ) throws -> Int {
    let values: [[UInt8]?]?
    do throws(RowQuery.MalformedRow) {
      values = try query.selected(from: line)
    } catch {
      throw RepositoryError.damaged(
        object: table.path, problem: "a row has other columns than the manifest says")
    }
    guard let found = values else { return 0 }
    try output.add(found)
    return 1
  }
}
