package import CoffreCore
import OpenSSLKit

/// A snapshot that somebody named by its id. It may be named although it cannot be read: to get rid of it.
package struct NamedSnapshot: Sendable {
  package let id: SnapshotID
  /// `nil` if it cannot be read.
  package let snapshot: Snapshot?
  /// Why not.
  package let damage: RepositoryError?

  /// One that was read.
  package init(_ stored: StoredSnapshot) {
    id = stored.id
    snapshot = stored.snapshot
    damage = nil
  }

  fileprivate init(_ id: SnapshotID, damage: RepositoryError) {
    self.id = id
    snapshot = nil
    self.damage = damage
  }
}

extension Repository {
  /// The ids of all snapshot files, read or not: what a decision rests on is compared with this before it is carried out.
  package func snapshotIDs() throws(StoreError) -> Set<SnapshotID> {
    Set(try store.listObjects(.snapshot).map(\.id))
  }

  /// Finds snapshots by id or unique beginning among those listed, each once, in the order named.
  package func namedSnapshots(_ texts: [String], among objects: [ListedObject]) throws -> [NamedSnapshot] {
    let codec = makeCodec()
    var seen: Set<SnapshotID> = []
    var found: [NamedSnapshot] = []
    for text in texts {
      let object = try snapshotObject(named: text, among: objects)
      guard seen.insert(object.id).inserted else { continue }
      do {
        let snapshot = try loadSnapshot(object, with: codec)
        found.append(NamedSnapshot(StoredSnapshot(id: object.id, snapshot: snapshot)))
      } catch let error as RepositoryError {
        found.append(NamedSnapshot(object.id, damage: error))
      } catch let error as StoreError {
        guard error.concernsOneObject else { throw error }
        let path = ObjectKind.snapshot.storeKey(of: object.id).path
        found.append(NamedSnapshot(object.id, damage: .damaged(object: path, problem: error.cause)))
      }
    }
    return found
  }

  /// Throws where nothing may ever be removed, such as on a server that takes additions only: asked before half of a plan
  /// is done, or once a removal was refused.
  ///
  /// Such a server refuses the removal of a snapshot that is not there like that of any other; all others have nothing
  /// to do. In a folder of this machine the lock, which goes again, has shown it already.
  package func confirmRemoval() throws(RepositoryError) {
    guard store.traits.localFolder == nil else { return }
    do throws(StoreError) {
      try store.remove(ObjectKind.snapshot.storeKey(of: Digest(bytes: randomBytes(32).span)))
    } catch {
      // Any other trouble is for the removal itself to tell.
      guard error.reason == .refused || error.reason == .noPermission else { return }
      throw .keepsEverything(location: location, cause: error.cause, advice: error.explanation.advice)
    }
  }

  /// Removes a snapshot's file; what only it needed is left for a prune.
  ///
  /// Needs an exclusive lock.
  package func removeSnapshot(_ id: SnapshotID) throws(StoreError) {
    try store.remove(ObjectKind.snapshot.storeKey(of: id))
  }

  /// Saves a changed snapshot under a new id; `original` names the first of the chain from then on. The old file stays:
  /// the caller removes it once the new one is there.
  package func saveRewritten(_ snapshot: Snapshot, of old: SnapshotID) throws -> SnapshotID {
    var snapshot = snapshot
    snapshot.original = snapshot.original ?? old
    return try save(snapshot, with: makeCodec())
  }
}
