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
  private let token = RestoreNames.token()
  private let made = MadeCollections()

  init(
    source: RestoreSource, target: MongoTarget, name: String, contents: DatabaseContents, log: RestoreLog?
  ) {
    self.source = source
    self.target = target
    self.name = name
    self.contents = contents
    self.log = log
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

  private func loadedName(_ number: Int) -> String { "coffre_\(token)_new_\(number)" }
  private func formerName(_ number: Int) -> String { "coffre_\(token)_old_\(number)" }

  func run(on connection: MongoConnection) throws(SourceError) -> [LoadedTable] {
    let former = try MongoTarget.asked("ask about", name) { () throws(MongoError) in
      try MongoCollection.all(of: name, on: connection).map(CollectionMetadata.init)
    }
    var places: [String: String] = [:]
    for (number, item) in contents.collections.enumerated() { places[item.definition.name] = loadedName(number) }
    let names = places
    let loaded: [LoadedTable]
    do throws(SourceError) {
      loaded = try loading.load(contents.collections) { names[$0.name] ?? $0.name }
    } catch {
      throw without(Array(places.values), after: error)
    }
    // Names that are free only when what cannot be renamed is gone.
    let late = Set(former.filter { $0.kind != .view && !Self.isMovable($0) }.map(\.name))
    var moved: [(old: String, new: String)] = []
    do throws(SourceError) {
      for (number, one) in former.enumerated() {
        if one.kind == .view {
          try drop(one.name, on: connection)
        } else if Self.isMovable(one) {
          try Self.rename(one.name, to: formerName(number), in: name, on: connection)
          moved.append((one.name, formerName(number)))
        }
      }
      for (number, item) in contents.collections.enumerated()
      where Self.isMovable(item.definition) && !late.contains(item.definition.name) {
        try Self.rename(loadedName(number), to: item.definition.name, in: name, on: connection)
        moved.append((loadedName(number), item.definition.name))
      }
      let views = contents.views.filter { !late.contains($0.definition.name) }
      try DatabaseContents.makeViews(views, in: name, on: connection, made: made)
    } catch {
      throw putBack(moved, former, Array(places.values), after: error)
    }
    try replaceTheRest(former, late, on: connection)
    for (number, one) in former.enumerated() where Self.isMovable(one) {
      try drop(formerName(number), on: connection)
    }
    return loaded
  }

  /// What cannot be renamed; what it replaces is in the safety backup from here on.
  ///
  /// - Parameter late: the names that are free now.
  private func replaceTheRest(
    _ former: [CollectionMetadata], _ late: Set<String>, on connection: MongoConnection
  ) throws(SourceError) {
    for one in former where one.kind != .view && !Self.isMovable(one) {
      if one.name == MongoCollection.functions {
        try MongoTarget.run(
          ["delete": .string(one.name), "deletes": [["q": [:], "limit": 0]]], in: name, on: connection,
          "replace collections of")
      } else {
        try drop(one.name, on: connection)
      }
    }
    var again: [DatabaseContents.Item] = []
    for (number, item) in contents.collections.enumerated() {
      guard !Self.isMovable(item.definition) else {
        guard late.contains(item.definition.name) else { continue }
        try Self.rename(loadedName(number), to: item.definition.name, in: name, on: connection)
        continue
      }
      try drop(loadedName(number), on: connection)
      again.append(item)
    }
    try DatabaseContents.makeViews(
      contents.views.filter { late.contains($0.definition.name) }, in: name, on: connection, made: made)
    guard !again.isEmpty else { return }
    do throws(SourceError) {
      _ = try loading.load(again) { $0.name }
    } catch {
      throw SourceError(
        .failed, "replace", Array(name.utf8),
        because: "\(error.cause); these could not be put in place: \(conjunctionOfSome(again.map(\.definition.name)))",
        advice: "Restore them with --table from the same snapshot; what was there is in the safety backup.")
    }
  }

  private func drop(_ collection: String, on connection: MongoConnection) throws(SourceError) {
    try MongoTarget.run(["drop": .string(collection)], in: name, on: connection, "replace collections of")
  }

  // MARK: Going back

  /// Drops what was loaded, though the run may be cancelled.
  private func without(_ made: [String], after error: SourceError) -> SourceError {
    var left = made
    if let connection = try? target.with(Cancellation()).connect() {
      left.removeAll { name in
        do throws(MongoError) {
          try connection.run(["drop": .string(name)], in: self.name)
          return true
        } catch {
          return error.code == 26
        }
      }
    }
    let outcome: Message =
      left.isEmpty
      ? "the database '\(name)' is as it was"
      : "what the restore had made could not be removed: \(left.joined(separator: ", "))"
    return SourceError(
      error.reason, error.action, error.path, because: "\(error.cause); \(outcome)",
      advice: left.isEmpty ? error.explanation.advice : "Drop them by hand once the server answers again.")
  }

  /// Everything as it was, though the run may be cancelled.
  private func putBack(
    _ moved: [(old: String, new: String)], _ former: [CollectionMetadata], _ made: [String], after error: SourceError
  ) -> SourceError {
    do throws(SourceError) {
      let connection = try target.with(Cancellation()).connect()
      for view in contents.views where self.made.all.contains(where: { $0.names.contains(view.definition.name) }) {
        try drop(view.definition.name, on: connection)
      }
      for (old, new) in moved.reversed() { try Self.rename(new, to: old, in: name, on: connection) }
      let now = try MongoTarget.asked("ask about", name) { () throws(MongoError) in
        Set(try MongoCollection.all(of: name, on: connection).map(\.name))
      }
      for view in former where view.kind == .view && !now.contains(view.name) {
        try DatabaseContents.makeView(view, in: name, on: connection)
      }
    } catch {
      return SourceError(
        .failed, "put back", Array(name.utf8),
        because: "\(error.cause); its former collections are called coffre_\(token)_old_… now",
        advice: "Restore the safety backup that was made first, or rename them with renameCollection.")
    }
    return without(made, after: error)
  }
}
