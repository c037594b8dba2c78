import CoffreCore
import CoffreSystem
import PostgresKit
import Synchronization

/// One database at one instant: what lies in its folder of the snapshot, and what became of each of its tables.
final class PostgresDump: Sendable {
  let database: PostgresDatabase
  let contents: DumpContents
  let shared: SharedInstant
  let settings: DatabaseSettings
  let folder: PathBytes
  private let tools: PgDump
  private let cancellation: Cancellation
  private let read = Mutex(Outcome())

  /// In bytes. What is said before the first rows of such a table costs nothing beside them.
  private static let largeTable: Int64 = 16 << 20

  /// What was read so far.
  private struct Outcome {
    var parts: [Int: [Int: TablePart]] = [:]
    /// Tables that could not be read, by their numbers, and why.
    var lost: [Int: Message] = [:]
    /// Started, and not read yet.
    var children: [String: ChildProcess] = [:]
    /// Files of the vendor's tool, and those of them that are whole.
    var expectedTexts: Set<String> = []
    var texts: Set<String> = []
    /// What a server or a tool said beside, which is no failure.
    var remarks: [PostgresMissing] = []
    /// All of it was read, and the instant held to the end.
    var isProved = false
  }

  /// Takes the instant, reads the catalogs, locks the tables.
  ///
  /// - Parameters:
  ///   - workers: connections that read rows, at most.
  ///   - folder: where the database lies in the snapshot.
  ///   - early: the instant, if it was taken before, or why there is none.
  init(
    _ database: PostgresDatabase, on server: PostgresServer, workers: Int, tools: PgDump, folder: PathBytes,
    after early: Result<Begun, any Error>?
  ) throws(SourceError) {
    self.database = database
    self.tools = tools
    self.folder = folder
    settings = server.settings
    cancellation = server.cancellation
    let taken = try Self.take(database, on: server, workers: workers, tools: tools, folder: folder, after: early)
    shared = taken.shared
    contents = taken.contents
    read.withLock { outcome in
      outcome.expectedTexts = Set(taken.children.keys)
      // Not in the entries: these live longer than the processes and their pipes need to.
      outcome.children = taken.children
    }
  }

  func close() {
    shared.close()
    let left = read.withLock { outcome in
      defer { outcome.children = [:] }
      return Array(outcome.children.values)
    }
    for child in left { child.kill() }
  }
}

// MARK: What lies in the folder

extension PostgresDump {
  private var takesSchema: Bool { settings.patterns.content != .dataOnly && contents.toolChoice != nil }
  private var takesRows: Bool { settings.patterns.content != .structureOnly }

  func entries(time: Timestamp) throws(SourceError) -> [MadeFolder.Entry] {
    var entries: [MadeFolder.Entry] = []
    if takesSchema {
      entries.append(toolFile(.preData))
      entries.append(toolFile(.postData))
    }
    if takesRows {
      if contents.takesLargeObjects { entries.append(toolFile(.largeObjects)) }
      entries.append(MadeFolder.Entry(Array("data".utf8), .folder(dataFolder(time: time))))
      entries.append(try textFile("sequences.sql") { () throws(PostgresError) in try sequencesText() })
    }
    // It must not name what could not be read, and the instant ends with it.
    let name = Array("restore.sql".utf8)
    entries.append(
      MadeFolder.Entry(
        name,
        .lastFile { [self] () throws(SourceError) in
          do throws(PostgresError) {
            let text = try restoreScript().text()
            try prove()
            return TextReader(text)
          } catch {
            throw SourceError(error, "prove", joined(folder, name))
          }
        }))
    return entries
  }

  private func textFile(_ name: String, _ text: () throws(PostgresError) -> String) throws(SourceError)
    -> MadeFolder.Entry
  {
    let path = Array(name.utf8)
    do throws(PostgresError) {
      let text = try text()
      return MadeFolder.Entry(
        path, size: Int64(text.utf8.count), .file(parts: 1) { _ throws(SourceError) in TextReader(text) })
    } catch {
      throw SourceError(error, "write", joined(folder, path))
    }
  }

  private func toolFile(_ part: PgDump.Part) -> MadeFolder.Entry {
    let name = part.fileName
    let path = joined(folder, Array(name.utf8))
    return MadeFolder.Entry(
      Array(name.utf8),
      .file(parts: 1) { [self] _ throws(SourceError) in try toolReader(of: name, at: path) })
  }

  private func toolReader(of name: String, at path: PathBytes) throws(SourceError) -> any ByteReader {
    guard let child = read.withLock({ $0.children.removeValue(forKey: name) }) else {
      throw SourceError(.notWhole, "read", path, because: "it was read before")
    }
    let text = ToolReader(
      child, tool: "pg_dump", subject: path, marks: PgDump.marks, cancellation: cancellation
    ) { [self] said throws(SourceError) in
      let remark = PgDump.remark(in: said)
      try checkDefinitions(path)
      read.withLock { outcome in
        outcome.texts.insert(name)
        if let remark { outcome.remarks.append(PostgresMissing(name, .verbatim(remark), isLoss: false)) }
      }
    }
    return ScriptHeader.filtered(text, tool: tools.tools.version.major, server: contents.serverMajor)
  }

  /// - Throws: if what pg_dump just wrote may not be what the instant shows.
  private func checkDefinitions(_ path: PathBytes) throws(SourceError) {
    let changed: String?
    do {
      let taken = try shared.withLeader { leader in try DefinitionWatch(on: leader) }
      let now = try shared.withPresent { connection throws(PostgresError) in try DefinitionWatch(on: connection) }
      changed = taken.firstMissing(in: now)
    } catch let error as PostgresError {
      throw SourceError(error, "describe", path)
    } catch {
      throw SourceError(.notWhole, "describe", path, because: shortText(of: error))
    }
    guard let changed else { return }
    throw SourceError(
      .notWhole, "read", path, because: "\(.verbatim(changed)) was changed or dropped while it was read",
      advice: "Run the backup again when nobody changes functions, views and the like.")
  }

  private func dataFolder(time: Timestamp) -> MadeFolder {
    MadeFolder(time: time) { [self] () throws(SourceError) in
      // By bytes: two spellings of one letter are two schemas.
      let bySchema = Dictionary(grouping: contents.tables.indices) { contents.tables[$0].schemaFolder }
      return bySchema.map { name, numbers in
        MadeFolder.Entry(name, .folder(schemaFolder(of: numbers, time: time)))
      }
    }
  }

  private func schemaFolder(of numbers: [Int], time: Timestamp) -> MadeFolder {
    MadeFolder(time: time) { [self] () throws(SourceError) in
      numbers.map { number in
        let table = contents.tables[number]
        return MadeFolder.Entry(
          table.fileName, size: table.sizeInBytes,
          .file(parts: table.partStarts.count) { [self] part throws(SourceError) in
            try reader(of: number, part: part)
          })
      }
    }
  }
}

// MARK: Rows

extension PostgresDump {
  private func reader(of number: Int, part: Int) throws(SourceError) -> any ByteReader {
    let table = contents.tables[number]
    let path = joined(folder, Array(table.path.utf8))
    let lease: PostgresLease
    do throws(PostgresError) {
      lease = try shared.lease(locking: table.relation.quotedName())
    } catch {
      throw failure(error, of: number, path)
    }
    do throws(PostgresError) {
      let command = try table.copyCommand(part: part, encoding: database.encoding)
      // What was said before is not of this table.
      _ = lease.connection.takeNotices()
      let copy = try CopyOut(command, on: lease.connection, isLarge: table.sizeInBytes >= Self.largeTable)
      return TableReader(copy, on: lease, chunks: RowChunks()) { [self] error, rows in
        failure(error, of: number, path, row: failedRow(error, of: number, part: part, after: rows, on: lease))
      } finish: { [self] result, notices throws(SourceError) in
        read.withLock { outcome in
          outcome.parts[number, default: [:]][part] = result
          // It may say that the rows are to be found elsewhere.
          for notice in notices {
            outcome.remarks.append(PostgresMissing(table.subject, .verbatim(notice.text), isLoss: false))
          }
        }
      }
    } catch {
      throw failure(error, of: number, path, row: failedRow(error, of: number, part: part, after: 0, on: lease))
    }
  }

  /// The row that the server could not send; then the connection is of use again.
  private func failedRow(
    _ error: PostgresError, of number: Int, part: Int, after rows: Int64, on lease: PostgresLease
  ) -> FailedRow? {
    guard error.reason == .refused else { return nil }
    do throws(PostgresError) {
      try lease.recover()
      var row: FailedRow?
      if FailedRow.mayHaveCaused(error) {
        row = FailedRow.find(of: contents.tables[number], part: part, after: rows, on: lease)
        try lease.recover()
      }
      lease.giveBack()
      return row
    } catch {
      // It is thrown away.
      return nil
    }
  }

  /// A table that cannot be read ends the run, unless a partial backup is better than none.
  private func failure(
    _ error: PostgresError, of number: Int, _ path: PathBytes, row: FailedRow? = nil
  ) -> SourceError {
    let cause: Message =
      if let row {
        "\(error.message): in the row \(.verbatim(row.name)), whose text takes about \(byteText(row.sizeInBytes))"
      } else {
        error.message
      }
    guard settings.allowsPartial, error.reason == .refused else {
      guard let row else { return SourceError(error, "read the rows of", path) }
      return SourceError(
        .notWhole, "read the rows of", path, because: cause, advice: row.advice(for: error))
    }
    read.withLock { outcome in
      if outcome.lost[number] == nil { outcome.lost[number] = cause }
    }
    return SourceError(.failed, "read the rows of", path, because: cause)
  }

  /// What was read of a table; `nil` if it is known to be lost.
  ///
  /// - Throws: if some of it was not read and nobody said so.
  func parts(of number: Int) throws(SourceError) -> [TablePart]? {
    let table = contents.tables[number]
    let (found, isLost) = read.withLock { ($0.parts[number] ?? [:], $0.lost[number] != nil) }
    if isLost { return nil }
    guard found.count == table.partStarts.count else {
      throw SourceError(.notWhole, "prove", joined(folder, Array(table.path.utf8)), because: "not all of it was read")
    }
    return found.sorted { $0.key < $1.key }.map(\.value)
  }
}

// MARK: The end

extension PostgresDump {
  /// Everything was read: the leader must have held its locks and its snapshot until now. Then nothing is wanted of the
  /// server any more, and other databases need the connections.
  private func prove() throws(PostgresError) {
    try shared.confirm()
    shared.close()
    read.withLock { $0.isProved = true }
  }

  /// - Throws: unless all that the vendor's tool was asked for is whole, and the instant held to the end.
  func checkProof() throws(SourceError) {
    let (missing, isProved) = read.withLock { outcome in
      (outcome.expectedTexts.subtracting(outcome.texts).sorted().first, outcome.isProved)
    }
    if let missing {
      throw SourceError(.notWhole, "prove", joined(folder, Array(missing.utf8)), because: "not all of it was read")
    }
    guard isProved else {
      throw SourceError(.notWhole, "prove", folder, because: "nothing shows that its instant held to the end")
    }
  }

  /// What is not in the snapshot, and remarks.
  var missed: [PostgresMissing] { found + lost }

  /// What nobody told of yet: the failure of a table is told when it happens.
  var untold: [PostgresMissing] { found }

  private var found: [PostgresMissing] { contents.missed + read.withLock { $0.remarks } }

  private var lost: [PostgresMissing] {
    let lost = read.withLock { $0.lost }
    return lost.sorted { $0.key < $1.key }.map { PostgresMissing(contents.tables[$0.key].subject, $0.value) }
  }
}

// MARK: Texts

extension PostgresDump {
  private func sequencesText() throws(PostgresError) -> String {
    var lines = ["SET client_encoding = 'UTF8';", "SET search_path = '';"]  // not for people
    for sequence in contents.sequences { lines.append(try sequence.command()) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func restoreScript() throws(PostgresError) -> RestoreScript {
    let lost = read.withLock { $0.lost }
    let isWhole = takesSchema && !settings.patterns.selectsTables
    let commands = try isWhole ? contents.commands.text() : []
    return RestoreScript(
      database: database.name, instant: "\(shared.instant.takenAt)", encoding: database.encoding,
      locale: database.locale, majorVersion: Int(contents.facts.versionText.prefix { $0.isNumber }) ?? 0,
      commands: commands,
      rows: contents.tables.indices.filter { lost[$0] == nil }.map { number in
        let table = contents.tables[number]
        let target = table.root ?? table.relation
        return RestoreScript.Rows(
          schema: target.schema, table: target.name, columns: table.columns.map(\.name), path: table.path)
      },
      hasLargeObjects: contents.takesLargeObjects, hasRows: takesRows, hasSchema: takesSchema)
  }
}
