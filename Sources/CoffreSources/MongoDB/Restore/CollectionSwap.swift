import CoffreCore
import CoffreSystem
import MongoKit

/// Puts the collections of a snapshot in the place of those that a database has.
///
/// No server renames a database, but a collection within one, at once. All are loaded aside and compared; then the former
/// ones go aside and the new ones take their names. What cannot be renamed (time series, stored functions) is loaded
/// aside, too, to see that it can be; it is replaced last.
struct CollectionSwap: Sendable {
  let source: RestoreSource
  let target: MongoTarget
  let name: String
  let contents: DatabaseContents
  let log: RestoreLog?
  let token = RestoreNames.token()
  let made = MadeCollections()

  init(
    source: RestoreSource, target: MongoTarget, name: String, contents: DatabaseContents, log: RestoreLog?
  ) {
    self.source = source
    self.target = target
    self.name = name
    self.contents = contents
    self.log = log
  }

  /// What ended a replacement.
  struct Failure: Error {
    /// With what became of the database.
    let cause: SourceError
    /// Whether all of the server is as it was.
    let isUndone: Bool
  }

  /// What the database had, and how far its replacement has come.
  struct Progress {
    let former: [CollectionMetadata]
    /// Names that are free only when what cannot be renamed is gone.
    let late: Set<String>
    var hasBegunViews = false
    /// What of the snapshot is not in place yet, of what comes last.
    var waiting: [String] = []

    init(_ former: [CollectionMetadata]) {
      self.former = former
      late = Set(former.filter { $0.kind != .view && !CollectionSwap.isMovable($0) }.map(\.name))
    }
  }

  static func isMovable(_ definition: CollectionMetadata) -> Bool {
    definition.kind == .collection && !definition.name.hasPrefix("system.")
  }

  /// Within one database, at once.
  static func rename(
    _ old: String, to new: String, in database: String, on connection: MongoConnection
  ) throws(SourceError) {
    try MongoTarget.run(
      ["renameCollection": .string("\(database).\(old)"), "to": .string("\(database).\(new)")], in: "admin",
      on: connection, "rename collections of")
  }

  private var loading: MongoDatabaseLoading {
    MongoDatabaseLoading(
      source: source, log: log, origin: contents.name, target: target, database: name, made: made)
  }

  func loadedName(_ number: Int) -> String { "coffre_\(token)_new_\(number)" }
  func formerName(_ number: Int) -> String { "coffre_\(token)_old_\(number)" }
  /// Those that take the name of their own at once.
  func isEarly(_ item: DatabaseContents.Item, _ progress: Progress) -> Bool {
    Self.isMovable(item.definition) && !progress.late.contains(item.definition.name)
  }

  func run(on connection: MongoConnection) throws(Failure) -> [LoadedTable] {
    var progress: Progress
    do throws(SourceError) {
      progress = Progress(try collections(on: connection))
    } catch {
      throw Failure(cause: error, isUndone: true)
    }
    var places: [String: String] = [:]
    for (number, item) in contents.collections.enumerated() { places[item.definition.name] = loadedName(number) }
    let names = places
    let loaded: [LoadedTable]
    do throws(SourceError) {
      loaded = try loading.load(contents.collections) { names[$0.name] ?? $0.name }
    } catch {
      throw withoutLoaded(after: error)
    }
    do throws(SourceError) {
      try exchange(&progress, on: connection)
    } catch {
      throw putBack(progress, after: error)
    }
    do throws(SourceError) {
      try replaceTheRest(&progress, on: connection)
      for (number, one) in progress.former.enumerated() where Self.isMovable(one) {
        try drop(formerName(number), on: connection)
      }
    } catch {
      throw unfinished(progress, after: error)
    }
    return loaded
  }

  /// What can be renamed, and views: all of it can be put back.
  private func exchange(_ progress: inout Progress, on connection: MongoConnection) throws(SourceError) {
    for (number, one) in progress.former.enumerated() {
      if one.kind == .view {
        try drop(one.name, on: connection)
      } else if Self.isMovable(one) {
        try Self.rename(one.name, to: formerName(number), in: name, on: connection)
      }
    }
    for (number, item) in contents.collections.enumerated() where isEarly(item, progress) {
      try Self.rename(loadedName(number), to: item.definition.name, in: name, on: connection)
    }
    progress.hasBegunViews = true
    let views = contents.views.filter { !progress.late.contains($0.definition.name) }
    try DatabaseContents.makeViews(views, in: name, on: connection, made: made)
  }

  /// What cannot be renamed; what it replaces is in the safety backup from here on.
  private func replaceTheRest(_ progress: inout Progress, on connection: MongoConnection) throws(SourceError) {
    let early = progress
    let views = contents.views.filter { early.late.contains($0.definition.name) }
    progress.waiting =
      contents.collections.filter { !isEarly($0, early) }.map(\.definition.name) + views.map(\.definition.name)
    for one in progress.former where one.kind != .view && !Self.isMovable(one) {
      if one.name == MongoCollection.functions {
        try MongoTarget.run(
          ["delete": .string(one.name), "deletes": [["q": [:], "limit": 0]]], in: name, on: connection,
          "replace collections of")
      } else {
        try drop(one.name, on: connection)
      }
    }
    var again: [DatabaseContents.Item] = []
    for (number, item) in contents.collections.enumerated() where !isEarly(item, early) {
      guard Self.isMovable(item.definition) else {
        try drop(loadedName(number), on: connection)
        again.append(item)
        continue
      }
      try Self.rename(loadedName(number), to: item.definition.name, in: name, on: connection)
      progress.waiting.removeAll { $0.hasSameBytes(as: item.definition.name) }
    }
    try DatabaseContents.makeViews(views, in: name, on: connection, made: made)
    progress.waiting = again.map(\.definition.name)
    guard !again.isEmpty else { return }
    _ = try loading.load(again) { $0.name }
    progress.waiting = []
  }

  func drop(_ collection: String, on connection: MongoConnection) throws(SourceError) {
    try MongoTarget.run(["drop": .string(collection)], in: name, on: connection, "replace collections of")
  }

  func collections(on connection: MongoConnection) throws(SourceError) -> [CollectionMetadata] {
    try MongoTarget.asked("ask about", name) { () throws(MongoError) in
      try MongoCollection.all(of: name, on: connection).map(CollectionMetadata.init)
    }
  }
}
