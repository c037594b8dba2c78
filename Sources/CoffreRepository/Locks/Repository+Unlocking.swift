package import CoffreCore
import CoffreSystem

/// A lock in a repository, with what is known of it.
package struct FoundLock: Sendable {
  package let id: LockID
  /// `nil` if it cannot be read.
  package let file: LockFile?
  package let isStale: Bool
  package var holder: Message { file?.holder ?? "nobody knows whom: it cannot be read" }
}

extension Repository {
  /// Removes locks that nobody holds any more: restic's rules, and our own record of dead processes.
  ///
  /// - Parameter all: also those that somebody may still hold.
  /// - Returns: what was removed, and what was left.
  package func unlock(all: Bool, machine: MachineIdentity, record: LockRecord) throws -> (
    removed: [FoundLock], left: [FoundLock]
  ) {
    let codec = makeCodec()
    var removed: [FoundLock] = []
    var left: [FoundLock] = []
    for object in try store.listObjects(.lock) {
      let lock: FoundLock
      do {
        let file = try object.sizeInBytes == 0 ? nil : LockFile(decoding: loadUnpacked(.lock, object, with: codec))
        let isStale = file.map { $0.isStale(on: machine) } ?? true
        lock = FoundLock(
          id: object.id, file: file, isStale: isStale || file.map { record.isDead(object.id, $0) } ?? false)
      } catch let error as StoreError {
        guard error.reason == .notFound else { throw error }  // released since it was listed
        continue
      } catch {
        lock = FoundLock(id: object.id, file: nil, isStale: false)
      }
      guard all || lock.isStale else {
        left.append(lock)
        continue
      }
      try store.remove(ObjectKind.lock.storeKey(of: lock.id))
      record.forget(lock.id)
      removed.append(lock)
    }
    return (removed, left)
  }
}

extension LockFile {
  /// Half an hour without a refresh is longer than any living process lets pass.
  static let staleAge: Int64 = 30 * 60

  /// Restic's rules: too old, or of this machine and its process is gone.
  func isStale(on machine: MachineIdentity) -> Bool { isOld || isGone(on: machine) }

  var isOld: Bool { Clock.now().seconds - time.seconds > Self.staleAge }

  func isGone(on machine: MachineIdentity) -> Bool {
    hostname == machine.hostName && !isProcessPresent(Int32(clamping: processID))
  }
}
