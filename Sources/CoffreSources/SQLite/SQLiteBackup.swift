import CoffreCore
import CoffreSystem
import OpenSSLKit
import SQLiteKit
import Synchronization

/// One SQLite database as a file in a folder: the image of one instant.
///
/// All of it is copied aside before anything is stored: a writer waits at most for the local copy, never for the store.
final class SQLiteBackup: DatabaseBackup {
  let time: Timestamp
  private let place: SQLitePlace
  private let journalMode: String
  private let copy: PrivateCopy
  private let checks: SQLiteChecks
  private let cancellation: Cancellation
  /// Of the parts that were read, by number.
  private let read = Mutex<[Int: Digest]>([:])
  let manifests = ManifestPair()

  init(_ settings: DatabaseSettings, _ cancellation: Cancellation) throws {
    guard settings.patterns == ObjectPatterns() else {
      throw SQLiteRefusal(
        "a SQLite database is taken whole, as the image of its pages",
        advice: "Leave out the options that choose databases, tables or rows: `coffre restore` takes them.")
    }
    self.cancellation = cancellation
    place = try SQLitePlace(settings.location, named: settings.name)
    checks = SQLiteChecks(integrity: settings.checksIntegrity, foreignKeys: settings.checksForeignKeys)
    let source = try SQLiteSource(place, patience: settings.lockTimeout, cancellation: cancellation)
    (time, journalMode) = (source.takenAt, source.journalMode)
    copy = try PrivateCopy(of: source, cancellation: cancellation)
    if checks != SQLiteChecks() { try checks.run(on: try open(), of: place.path) }
  }

  var folder: PathBytes { place.snapshotFolder }
  var paths: [PathBytes] { [folder] }
  /// Of this machine.
  var hostName: String? { nil }

  private func open() throws(SourceError) -> SQLiteConnection {
    do throws(SQLiteError) {
      return try SQLiteConnection(reading: copy, cancellation: cancellation)
    } catch {
      throw SourceError(error, "read the copy of", place.path)
    }
  }

  func entries() -> [MadeFolder.Entry] {
    let path = joined(place.snapshotFolder, place.imageName)
    return [
      MadeFolder.Entry(
        place.imageName, size: copy.size,
        .file(parts: ImageChunks.partCount(of: copy.size)) { [self] part throws(SourceError) in
          ImageReader(copy, ImageChunks.range(ofPart: part, of: copy.size), path: path) { [self] digest in
            read.withLock { $0[part] = digest }
          }
        }),
      MadeFolder.Entry(
        Array(DatabaseManifest.fileName.utf8),
        .lastFile { [self] () throws(SourceError) in TextReader(try manifest()) }),
    ]
  }

  // MARK: The end

  private func manifest() throws(SourceError) -> [UInt8] {
    let connection = try open()
    let facts: SQLiteFacts
    let contents: TableContents
    do throws(SQLiteError) {
      facts = try SQLiteFacts(of: connection)
      contents = try TableContents(of: copy, facts.schema, on: connection)
    } catch {
      throw SourceError(error, "read the copy of", place.path)
    }
    let sums: ImageSums
    do throws(SystemError) {
      sums = try ImageSums(of: copy, cancellation)
    } catch {
      throw SourceError(.notWhole, "prove", place.path, because: error.cause)
    }
    guard !cancellation.isCancelled else {
      throw SourceError(.cancelled, "prove", place.path, because: "the run was cancelled")
    }
    let read = read.withLock { $0 }
    guard read.count == sums.parts.count, sums.parts.indices.allSatisfy({ read[$0] == sums.parts[$0] }) else {
      throw SourceError(.notWhole, "prove", place.path, because: "what was stored is not what the copy holds")
    }
    let made = DatabaseManifest(
      place, at: time, facts, contents, size: copy.size, sum: sums.whole, journalMode: journalMode, checks)
    return manifests.keep(made)
  }

  func finish() throws(SourceError) -> [SourceNote] {
    try manifests.notes(of: place.path)
  }

  func close() {}
}

/// What SQLite's databases cannot be asked for.
struct SQLiteRefusal: Error, Sendable, Explained {
  let explanation: Explanation

  init(_ problem: Message, advice: Message) { explanation = Explanation(problem, advice: advice) }

  var exitCode: ExitCode { .usage }
}
