import CoffreCore
import CoffreSystem

/// For a disk that is full to the last byte, where not even a new index finds room beside the old one.
extension Pruner {
  /// Removes what the plan says in an order that needs no space, if the usual one does: index files, then packs, then the
  /// new index into what became free. For plans that move nothing.
  ///
  /// All that is written then was made before, and the old index files are kept in memory: until the first pack goes they
  /// are put back if anything fails. From there on nothing ends it, not even a cancellation, before the new index stands.
  /// Should the process die in between, the packs are all there, in no index: an index repair finds them.
  ///
  /// - Parameter confirm: throws if somebody else may be at work.
  package func removeWithoutSpace(confirm: @Sendable () throws -> Void) throws -> PruneOutcome {
    guard let removal = try lastDecision() else { return outcome }
    precondition(outcome.packsAdded == 0, "what was moved is in no index that this one would write")
    let rewriting = IndexRewriting(removal.loaded, joinsSmallFiles: false) { !removal.numbers[$0] }
    let new = try rewriting.sealed(removal.loaded.index, for: repository)
    let old = try rewriting.replaced.map { file in
      IndexFileSeries.SealedFile(id: file.id, bytes: try storedBytes(of: file.id))
    }
    try cancellation.check()
    try confirm()
    let packs = removal.unindexed + removal.old
    if try findRoom(for: new) {
      try takeAway(old, confirm)
      try delete(packs, cancellation)
      return outcome
    }
    progress.note(
      "there is no space for the new index beside the old one, which therefore goes first: do not interrupt this")
    try takeAway(old, confirm)
    let failure = Result { try delete(packs, Cancellation()) }
    do throws(StoreError) {
      for file in new { try save(file) }
    } catch {
      throw PruneError.indexIncomplete(location: repository.location, cause: error.cause)
    }
    try failure.get()
    try cancellation.check()
    return outcome
  }

  private func storedBytes(of id: IndexID) throws -> [UInt8] {
    guard let file = try repository.store.listObjects(.index).first(where: { $0.id == id }) else {
      throw RepositoryError.damaged(object: ObjectKind.index.storeKey(of: id).path, problem: "it is gone")
    }
    return try repository.wholeObject(.index, file)
  }

  /// Saves the new index files beside the old ones if there is room for all of them.
  private func findRoom(for files: [IndexFileSeries.SealedFile]) throws -> Bool {
    for (number, file) in files.enumerated() {
      do throws(StoreError) {
        try save(file)
      } catch {
        guard error.reason == .noSpace else { throw error }
        for saved in files[..<number] {
          try repository.store.remove(ObjectKind.index.storeKey(of: saved.id))
          outcome.indexFilesAdded -= 1
        }
        return false
      }
    }
    return true
  }

  private func save(_ file: IndexFileSeries.SealedFile) throws(StoreError) {
    try repository.store.save(file.bytes.span, at: ObjectKind.index.storeKey(of: file.id))
    outcome.indexFilesAdded += 1
  }

  /// Removes index files; if that fails, or somebody came meanwhile, they are put back.
  private func takeAway(_ files: [IndexFileSeries.SealedFile], _ confirm: () throws -> Void) throws {
    do {
      for file in files {
        try confirm()
        try repository.store.remove(ObjectKind.index.storeKey(of: file.id))
      }
      try confirm()
      outcome.indexFilesDeleted += files.count
    } catch {
      do throws(StoreError) {
        for file in files {
          let key = ObjectKind.index.storeKey(of: file.id)
          if try !repository.store.holds(key) { try repository.store.save(file.bytes.span, at: key) }
        }
      } catch {
        throw PruneError.indexIncomplete(location: repository.location, cause: error.cause)
      }
      throw error
    }
  }
}
