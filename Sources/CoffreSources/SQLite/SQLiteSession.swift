package import CoffreCore
import CoffreSystem
import OpenSSLKit
import SQLiteKit
import Synchronization

/// One SQLite database as a file in a folder: the image of one instant.
///
/// All of it is copied aside before anything is stored: a writer waits at most for the local copy, never for the store.
package final class SQLiteSession: SourceSession {
  package let top: any UnopenedDirectory
  package let paths: [PathBytes]
  private let state: State

  package init(_ settings: DatabaseSettings, cancellation: Cancellation) throws {
    let state = try State(settings, cancellation)
    self.state = state
    paths = [state.place.snapshotFolder]
    var folder = MadeFolder(time: state.time) { () throws(SourceError) in state.entries() }
    for name in ([Array(DatabaseKind.sqlite.folder.utf8)] + state.place.folder).reversed() {
      let inner = folder
      folder = MadeFolder(time: state.time) { () throws(SourceError) in [MadeFolder.Entry(name, .folder(inner))] }
    }
    top = folder
  }

  package func follow(_ read: (PathBytes) -> [UInt8]?) { state.follow(read) }

  package func userName(of id: UInt32) -> String { state.names.userName(of: id) }
  package func groupName(of id: UInt32) -> String { state.names.groupName(of: id) }

  package func finish() throws(SourceError) -> [SourceNote] { try state.finish() }

  package func close() {}
}

/// What all folders of one session share.
private final class State: Sendable {
  let names = AccountNames()
  let time: Timestamp
  let place: SQLitePlace
  private let journalMode: String
  private let copy: PrivateCopy
  private let checks: SQLiteChecks
  private let cancellation: Cancellation
  /// Of the parts that were read, by number.
  private let read = Mutex<[Int: Digest]>([:])
  private let manifests = Mutex<(former: DatabaseManifest?, made: DatabaseManifest?)>((nil, nil))

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
    manifests.withLock { $0.made = made }
    return made.encoded()
  }

  func finish() throws(SourceError) -> [SourceNote] {
    let (former, made) = manifests.withLock { $0 }
    guard let made else {
      throw SourceError(.notWhole, "prove", place.path, because: "its manifest was not made")
    }
    return former.map { ManifestComparison($0, made).emptiedTables } ?? []
  }

  /// A manifest that cannot be read warns of nothing.
  func follow(_ read: (PathBytes) -> [UInt8]?) {
    let name = Array(DatabaseManifest.fileName.utf8)
    guard let bytes = read(joined(place.snapshotFolder, name)), let former = try? DatabaseManifest(decoding: bytes)
    else { return }
    manifests.withLock { $0.former = former }
  }
}

/// What SQLite's databases cannot be asked for.
struct SQLiteRefusal: Error, Sendable, Explained {
  let explanation: Explanation

  init(_ problem: Message, advice: Message) { explanation = Explanation(problem, advice: advice) }

  var exitCode: ExitCode { .usage }
}
