import CoffreCore
import CoffreSystem
import MongoKit

/// Loads collections of one database of a snapshot, and compares all of them.
struct MongoDatabaseLoading {
  let source: RestoreSource
  /// `nil` in a snapshot that shows one instant.
  let log: RestoreLog?
  /// What the database is called in the log.
  let origin: String
  let target: MongoTarget
  /// What it is called here.
  let database: String
  /// Told what was made.
  let made: MadeCollections

  /// A collection that was loaded as it was copied.
  private struct Waiting: Sendable {
    let loading: CollectionLoading
    var loaded: CollectionLoading.Loaded
  }

  /// With several connections, the largest first. A log is laid over them by one, when all of them are there.
  ///
  /// - Parameter name: what each is called here.
  func load(
    _ items: [DatabaseContents.Item], named name: @Sendable @escaping (CollectionMetadata) -> String
  ) throws(SourceError) -> [LoadedTable] {
    let done = Monitor([LoadedTable]())
    let waiting = Monitor([Waiting]())
    try target.work(items.count, on: database) { number, connection, ended throws(SourceError) in
      let item = items[number]
      let loading = CollectionLoading(
        source: source, table: item.table, hasLog: log != nil, definition: item.definition, target: target,
        database: database, name: name(item.definition), made: made)
      let loaded = try loading.load(on: connection, ended)
      if log != nil, let loaded {
        waiting.withLock { $0.append(Waiting(loading: loading, loaded: loaded)) }
      } else if let result = try loading.finish(loaded, on: connection) {
        done.withLock { $0.append(result) }
      }
    }
    guard let log else { return done.withLock { $0 } }
    let copied = waiting.withLock { $0 }
    let whole = Monitor(copied)
    try target.work(copied.isEmpty ? 0 : 1, on: database) { _, connection, ended throws(SourceError) in
      let changed = try replay(log, over: copied, on: connection, ended)
      whole.withLock { $0 = changed }
    }
    let changed = whole.withLock { $0 }
    try target.work(changed.count, on: database) { number, connection, _ throws(SourceError) in
      guard let result = try changed[number].loading.finish(changed[number].loaded, on: connection) else { return }
      done.withLock { $0.append(result) }
    }
    return done.withLock { $0 }
  }

  /// - Returns: the same, with what their collections must hold now.
  private func replay(
    _ log: RestoreLog, over copied: [Waiting], on connection: MongoConnection, _ cancellation: Cancellation
  ) throws(SourceError) -> [Waiting] {
    var collections: [[UInt8]: CollectionReplay] = [:]
    for one in copied {
      collections[place(of: one)] = CollectionReplay(one.loaded.writer, after: one.loaded.expected)
    }
    try LogReplay().run(over: collections, on: connection) { take throws(SourceError) in
      try log.read(of: origin, cancellation, take)
    }
    return copied.map { one in
      var one = one
      if let collection = collections[place(of: one)] { one.loaded.expected = collection.expected }
      return one
    }
  }

  private func place(of one: Waiting) -> [UInt8] { Array("\(origin).\(one.loading.definition.rowsName)".utf8) }
}
