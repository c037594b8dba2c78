import CoffreCore
import CoffreSystem
import MongoKit

/// What becomes of a database whose replacement fails, though the run may be cancelled.
///
/// An answer that did not come says nothing of what the server did. Its list of collections does: no name that a swap makes
/// is anybody else's.
extension CollectionSwap {
  private func connect() throws(SourceError) -> MongoConnection { try target.with(Cancellation()).connect() }

  /// Drops what was loaded.
  func withoutLoaded(after error: SourceError) -> Failure {
    var left = contents.collections.indices.map(loadedName)
    if let connection = try? connect() {
      left.removeAll { name in
        do throws(MongoError) {
          try connection.run(["drop": .string(name)], in: self.name)
          return true
        } catch {
          return error.code == MongoError.noSuchCollection
        }
      }
    }
    let outcome: Message =
      left.isEmpty
      ? "the database '\(name)' is as it was"
      : "what the restore had made could not be removed: \(left.joined(separator: ", "))"
    let cause = SourceError(
      left.isEmpty ? error.reason : Self.reason(of: error), error.action, error.path,
      because: "\(error.cause); \(outcome)",
      advice: left.isEmpty ? error.explanation.advice : "Drop them by hand once the server answers again.")
    return Failure(cause: cause, isUndone: left.isEmpty)
  }

  /// Whoever cancels a run is told no more than that, unless it is no longer all.
  private static func reason(of error: SourceError) -> SourceError.Reason {
    error.reason == .cancelled ? .failed : error.reason
  }

  // MARK: Before the former collections are gone

  /// Makes everything as it was.
  func putBack(_ progress: Progress, after error: SourceError) -> Failure {
    do throws(SourceError) {
      let connection = try connect()
      let now = try collections(on: connection)
      if progress.hasBegunViews { try dropOwnViews(progress, among: now, on: connection) }
      let names = Set(now.map(\.name))
      for (number, item) in contents.collections.enumerated()
      where isEarly(item, progress) && hasItsName(number, item, progress, names) {
        try Self.rename(item.definition.name, to: loadedName(number), in: name, on: connection)
      }
      for (number, one) in progress.former.enumerated()
      where Self.isMovable(one) && names.contains(formerName(number)) {
        try Self.rename(formerName(number), to: one.name, in: name, on: connection)
      }
      let left = Set(try collections(on: connection).map(\.name))
      for view in progress.former where view.kind == .view && !left.contains(view.name) {
        try DatabaseContents.makeView(view, in: name, on: connection)
      }
    } catch {
      let cause = SourceError(
        .failed, "put back", Array(name.utf8),
        because: "\(error.cause); its former collections are called coffre_\(token)_old_… now",
        advice: "Restore the safety backup that was made first, or rename them with renameCollection.")
      return Failure(cause: cause, isUndone: false)
    }
    return withoutLoaded(after: error)
  }

  /// Whether a loaded collection has the name that it shall have, and not the former one still.
  private func hasItsName(
    _ number: Int, _ item: DatabaseContents.Item, _ progress: Progress, _ names: Set<String>
  ) -> Bool {
    guard !names.contains(loadedName(number)), names.contains(item.definition.name) else { return false }
    let stays = progress.former.enumerated().contains { number, one in
      Self.isMovable(one) && one.name.hasSameBytes(as: item.definition.name) && !names.contains(formerName(number))
    }
    return !stays
  }

  /// By then all former ones were dropped. One whose answer was lost is known by its definition.
  private func dropOwnViews(
    _ progress: Progress, among now: [CollectionMetadata], on connection: MongoConnection
  ) throws(SourceError) {
    let known = made.all.flatMap(\.names)
    for view in contents.views where !progress.late.contains(view.definition.name) {
      let found = now.first { $0.kind == .view && $0.name.hasSameBytes(as: view.definition.name) }
      guard let found, known.contains(found.name) || found.options == view.definition.options else { continue }
      try drop(found.name, on: connection)
    }
  }

  // MARK: Behind the point of no return

  /// There is no way back any more: what is in place stays, and what is not is told, with everything that lies about.
  func unfinished(_ progress: Progress, after error: SourceError) -> Failure {
    var missing = progress.waiting
    var aside = ["coffre_\(token)_…"]
    if let connection = try? connect(), let now = try? collections(on: connection) {
      let names = Set(now.map(\.name))
      for (number, item) in contents.collections.enumerated()
      where Self.isMovable(item.definition) && !names.contains(loadedName(number)) {
        missing.removeAll { $0.hasSameBytes(as: item.definition.name) }
      }
      aside = now.map(\.name).filter { $0.hasPrefix("coffre_\(token)_") }
    }
    let state: Message =
      missing.isEmpty
      ? "the database '\(name)' has all that the snapshot has"
      : "these could not be put in place: \(conjunctionOfSome(missing))"
    let cause: Message =
      aside.isEmpty
      ? "\(error.cause); \(state)"
      : "\(error.cause); \(state); these names are left over in '\(name)': \(aside.joined(separator: ", "))"
    return Failure(
      cause: SourceError(
        Self.reason(of: error), "replace", Array(name.utf8), because: cause,
        advice: missing.isEmpty
          ? "Drop by hand what is left over once the server answers again."
          : "Run the command again: it replaces all of the database. What was there at first is in the safety backup."),
      isUndone: false)
  }
}
