import CoffreCore
import CoffreSystem
import MongoKit

/// The changes that lie in a snapshot beside its collections. They are kept in memory: what a log holds of a few hours.
struct LoggedChanges: Sendable {
  /// By the bytes of their names: for servers, two spellings of one letter are two letters.
  private var collections: [[UInt8]: CollectionChanges] = [:]

  /// - Parameter databases: whose changes are wanted.
  init(
    in source: RestoreSource, of databases: [DatabaseManifest.Database], _ cancellation: Cancellation
  ) throws(SourceError) {
    guard source.manifest.instants.contains(where: { $0.log != nil }) else { return }
    let path = Array(MongoLog.fileName.utf8)
    let names = databases.map { "\($0.name)." }
    var feed = DocumentFeed(try source.contents.read(path), of: path, progress: source.progress)
    var bytes: [UInt8] = []
    var ends: [Int] = []
    while try feed.next(into: &bytes, ends: &ends, upTo: 0, count: 1) {
      if cancellation.isCancelled {
        throw SourceError(.cancelled, "read", path, because: "the run was cancelled")
      }
      let change: LoggedChange
      do throws(LoggedChange.Failure) {
        guard let entry = try? BSONDocument(bytes) else { throw LoggedChange.Failure(what: "BSON") }
        change = try LoggedChange(entry)
      } catch {
        throw SourceError(
          .hostile, "read", path, because: "the log of changes has one that is not known: \(error.what)",
          advice: "Use the version of Coffre that made the backup, or a later one.")
      }
      guard names.contains(where: { change.place.utf8.starts(with: $0.utf8) }) else { continue }
      collections[Array(change.place.utf8), default: CollectionChanges()].add(change)
    }
  }

  /// - Parameter rows: what the collection is called in which the documents lie.
  func changes(of rows: String, in database: String) -> CollectionChanges? {
    collections[Array("\(database).\(rows)".utf8)]
  }
}
