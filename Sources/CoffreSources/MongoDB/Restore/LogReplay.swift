import CoffreCore
import MongoKit

/// Reads the log of a snapshot once, and lays it over collections in batches: what lies in memory does not depend on how
/// long the log is.
struct LogReplay {
  /// When a batch is written.
  struct Limits: Sendable {
    /// Of one collection's, in bytes: as much as is worth asking the server for.
    var batch = 2 << 20
    /// Of one collection's, in changed documents.
    var documents = 2000
    /// Of those of all collections together, in bytes.
    var all = 16 << 20
  }

  var limits = Limits()

  /// - Parameters:
  ///   - collections: by what their documents' places are called in the log.
  ///   - changes: tells the changes of the log, in their order.
  /// - Returns: how many batches were written.
  @discardableResult
  func run(
    over collections: [[UInt8]: CollectionReplay], on connection: MongoConnection,
    _ changes: ((LoggedChange) throws(SourceError) -> Void) throws(SourceError) -> Void
  ) throws(SourceError) -> Int {
    var waiting = 0
    var batches = 0
    func flush(_ collection: CollectionReplay) throws(SourceError) {
      guard !collection.batch.isEmpty else { return }
      waiting -= collection.batch.size
      batches += 1
      try collection.flush(on: connection)
    }
    try changes { change throws(SourceError) in
      guard let collection = collections[Array(change.place.utf8)] else { return }
      collection.add(change)
      waiting += change.size
      if collection.batch.size >= limits.batch || collection.batch.identities.count >= limits.documents {
        try flush(collection)
      } else if waiting >= limits.all {
        for collection in collections.values { try flush(collection) }
      }
    }
    for collection in collections.values {
      try flush(collection)
      try collection.end()
    }
    return batches
  }
}
