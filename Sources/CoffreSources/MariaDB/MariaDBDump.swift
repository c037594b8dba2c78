import CoffreCore
import CoffreSystem
import MariaDBKit
import Synchronization

/// One database at the server's instant: what lies in its folder of the snapshot, and what became of each of its tables.
final class MariaDBDump: Sendable {
  let definitions: DatabaseDefinitions
  let tables: [DumpedRows]
  let sequences: [String: (next: Int64, rounds: Int64)]
  private let structures: Set<String>
  private let instant: MariaDBInstant
  private let settings: DatabaseSettings
  private let facts: MariaDBFacts
  private let folder: PathBytes
  private let read = Mutex(Outcome())

  /// What was read so far.
  private struct Outcome {
    var parts: [Int: [Int: TablePart]] = [:]
    /// Tables that could not be read, by their numbers, and why.
    var lost: [Int: Message] = [:]
    /// All of it was read, and the instant held to the end.
    var isProved = false
  }

  /// - Parameter cuts: where large tables are cut, by their names.
  init(
    _ database: MariaDBChoice.Database, at instant: MariaDBInstant, _ facts: MariaDBFacts, cuts: [String: [Int64]],
    sequences: [String: (next: Int64, rounds: Int64)], settings: DatabaseSettings, folder: PathBytes
  ) {
    definitions = database.definitions
    structures = database.structures
    self.instant = instant
    self.facts = facts
    self.settings = settings
    self.folder = folder
    self.sequences = sequences
    tables = database.rows.map { table in
      DumpedRows(
        database: database.definitions.name, definition: table,
        takesHistory: table.table.kind == .versioned && facts.version.insertsHistory, cuts: cuts[table.table.name] ?? []
      )
    }
  }

  private var takesRows: Bool { settings.patterns.content != .structureOnly }
  private var takesSchema: Bool { settings.patterns.content != .dataOnly }
  private var takesObjects: Bool { takesSchema && !settings.patterns.selectsTables }
}

// MARK: What lies in the folder

extension MariaDBDump {
  func entries(time: Timestamp) -> [MadeFolder.Entry] {
    var entries: [MadeFolder.Entry] = []
    let scripts = DefinitionScripts(definitions: definitions, structures: structures, values: sequences)
    if takesSchema {
      entries.append(file("schema.sql") { scripts.schema().bytes() })
      entries.append(file("indexes.sql") { scripts.indexes().bytes() })
    }
    if takesObjects { entries.append(file("routines.sql") { scripts.routines().bytes() }) }
    if takesRows { entries.append(MadeFolder.Entry(Array("data".utf8), .folder(dataFolder(time: time)))) }
    entries.append(file("folder.sql") { [self] in Array(script().folderText().utf8) })
    // It must not name what could not be read, and the instant ends with it.
    let name = Array("restore.sql".utf8)
    entries.append(
      MadeFolder.Entry(
        name,
        .lastFile { [self] () throws(SourceError) in
          do throws(MariaDBError) {
            let text = script().text()
            try instant.confirm()
            read.withLock { $0.isProved = true }
            return TextReader(text)
          } catch {
            throw SourceError(error, "prove", joined(folder, name))
          }
        }))
    return entries
  }

  private func file(_ name: String, _ bytes: @escaping @Sendable () -> [UInt8]) -> MadeFolder.Entry {
    MadeFolder.Entry(Array(name.utf8), .file(parts: 1) { _ throws(SourceError) in TextReader(bytes()) })
  }

  private func script() -> WholeScript {
    let lost = read.withLock { $0.lost }
    let kept = tables.indices.filter { lost[$0] == nil }.map { tables[$0] }
    return WholeScript(
      definitions: definitions, instant: "\(instant.takenAt)", rows: kept, hasSchema: takesSchema,
      hasObjects: takesObjects, hasHistory: kept.contains(where: \.takesHistory),
      version: facts.version)
  }

  private func dataFolder(time: Timestamp) -> MadeFolder {
    MadeFolder(time: time) { [self] () throws(SourceError) in
      tables.indices.map { number in
        let table = tables[number]
        return MadeFolder.Entry(
          table.fileName, size: table.definition.table.sizeInBytes,
          .file(parts: table.partCount) { [self] part throws(SourceError) in try reader(of: number, part: part) })
      }
    }
  }
}

// MARK: Rows

extension MariaDBDump {
  private func reader(of number: Int, part: Int) throws(SourceError) -> any ByteReader {
    let table = tables[number]
    let path = joined(folder, Array(table.path.utf8))
    let lease: MariaDBLease
    do throws(MariaDBError) {
      lease = try instant.lease()
    } catch {
      throw failure(error, of: number, path)
    }
    do throws(MariaDBError) {
      try open(table, on: lease.connection)
      let stream = try RowStream(table.command(part: part), on: lease.connection)
      let lines = FetchedLines(stream, on: lease) { [self] error in failure(error, of: number, path) }
      return RowBatchReader(lines) { [self] result throws(SourceError) in
        read.withLock { $0.parts[number, default: [:]][part] = result }
      }
    } catch {
      lease.recover(from: error)
      throw failure(error, of: number, path)
    }
  }

  /// From here on nobody changes the table until the lease is given back; and nobody did since the instant.
  private func open(_ table: DumpedRows, on connection: MariaDBConnection) throws(MariaDBError) {
    try connection.execute(#"SELECT 1 FROM \#(table.quotedName) LIMIT 0"#)
    let answer = try connection.execute(#"SHOW CREATE TABLE \#(table.quotedName)"#)[0, 1] ?? ""
    guard CreateTable.withoutCounter(answer) == CreateTable.withoutCounter(table.definition.statement) else {
      throw MariaDBError(
        .unexpected, saying: "the table was changed while the backup ran",
        advice: "Run the backup again when nobody changes the shape of tables.")
    }
  }

  /// A table that cannot be read ends the run, unless a partial backup is better than none.
  private func failure(_ error: MariaDBError, of number: Int, _ path: PathBytes) -> SourceError {
    guard settings.allowsPartial, error.reason == .refused else {
      return SourceError(error, "read the rows of", path)
    }
    read.withLock { outcome in
      if outcome.lost[number] == nil { outcome.lost[number] = error.message }
    }
    return SourceError(.failed, "read the rows of", path, because: error.message)
  }

  /// What was read of a table; `nil` if it is known to be lost.
  ///
  /// - Throws: if some of it was not read and nobody said so.
  func parts(of number: Int) throws(SourceError) -> [TablePart]? {
    let table = tables[number]
    let (found, isLost) = read.withLock { ($0.parts[number] ?? [:], $0.lost[number] != nil) }
    if isLost { return nil }
    guard found.count == table.partCount else {
      throw SourceError(.notWhole, "prove", joined(folder, Array(table.path.utf8)), because: "not all of it was read")
    }
    return found.sorted { $0.key < $1.key }.map(\.value)
  }

  /// - Throws: unless the instant held to the end.
  func checkProof() throws(SourceError) {
    guard read.withLock({ $0.isProved }) else {
      throw SourceError(.notWhole, "prove", folder, because: "nothing shows that its instant held to the end")
    }
  }

  /// Tables that could not be read; their failures were told when they happened.
  var lost: [DatabaseProbe.Missing] {
    let lost = read.withLock { $0.lost }
    return lost.sorted { $0.key < $1.key }.map {
      DatabaseProbe.Missing(object: tables[$0.key].subject, reason: $0.value, isLoss: true)
    }
  }
}
