import CoffreCore
import CoffreSystem
import MongoKit
import Synchronization

/// The log of changes that lies in a snapshot beside its databases. It is read from the front, once for each database that
/// is restored, and never kept.
final class RestoreLog: Sendable {
  private let source: RestoreSource
  private let isTold = Mutex<Bool>(false)

  /// - Returns: `nil` for a snapshot without one.
  init?(in source: RestoreSource) {
    guard source.manifest.instants.contains(where: { $0.log != nil }) else { return nil }
    self.source = source
  }

  /// - Parameter take: told each change of a database, in their order.
  func read(
    of database: String, _ cancellation: Cancellation, _ take: (LoggedChange) throws(SourceError) -> Void
  ) throws(SourceError) {
    let path = Array(MongoLog.fileName.utf8)
    // Who looks at how much is done counts each file once.
    let isFirst = isTold.withLock { told -> Bool in
      defer { told = true }
      return !told
    }
    let untold: @Sendable (Int64) -> Void = { _ in }
    var feed = DocumentFeed(
      try source.contents.read(path), of: path, progress: isFirst ? source.progress : untold)
    let prefix = Array("\(database).".utf8)
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
      if change.place.utf8.starts(with: prefix) { try take(change) }
    }
  }

  static var damaged: SourceError {
    SourceError(
      .hostile, "read", Array(MongoLog.fileName.utf8), because: "the log of changes does not fit the documents",
      advice: "Check the repository with `coffre repo check --read-data`, or restore another snapshot.")
  }
}
