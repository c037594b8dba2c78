package import CoffreCore
import CoffreSystem
import OpenSSLKit

/// A key file with its id.
package struct StoredKey: Sendable {
  package let id: KeyID
  package let file: KeyFile
}

// MARK: Looking

extension Repository {
  /// Restic tries so many and no more, in whichever order a list gives them.
  package static let largestKeyCount = 20

  /// All key files, oldest first, and which could not be read: one that is damaged must not hide the others.
  package func keys() throws -> (found: [StoredKey], unreadable: [RepositoryError]) {
    var found: [StoredKey] = []
    var unreadable: [RepositoryError] = []
    for object in try store.listObjects(.key) {
      let name = ObjectKind.key.storeKey(of: object.id).path
      do {
        let file = try Self.loadKey(object, from: store)
        if let obstacle = file.obstacle {
          unreadable.append(.damaged(object: name, problem: obstacle))
        } else {
          found.append(StoredKey(id: object.id, file: file))
        }
      } catch let error as RepositoryError {
        unreadable.append(error)
      } catch let error as StoreError {
        if error.reason == .notFound { continue }  // removed since it was listed
        guard error.concernsOneObject else { throw error }
        unreadable.append(.damaged(object: name, problem: error.cause))
      }
    }
    found.sort { left, right in
      left.file.created.isSameInstant(as: right.file.created)
        ? left.id < right.id : left.file.created.isBefore(right.file.created)
    }
    return (found, unreadable)
  }

  /// The one key that is meant, damaged or not.
  ///
  /// - Parameter text: an id or its unique beginning.
  package func findKey(_ text: String) throws -> KeyID {
    let matches = try store.listObjects(.key).filter { !text.isEmpty && $0.id.description.hasPrefix(text) }
    guard matches.count < 2 else {
      throw KeyError.ambiguousKey(text, matches: matches.map(\.id.short).sorted())
    }
    guard let match = matches.first else { throw KeyError.noSuchKey(text) }
    return match.id
  }
}

// MARK: Changing

extension Repository {
  /// Seals the repository's master key under a further password, and proves that it opens. Under a shared lock.
  ///
  /// - Parameter machine: named in the key as who made it.
  package func addKey(password: Secret, cost: KeyCost, machine: MachineIdentity) throws -> KeyID {
    guard try store.listObjects(.key).count < Self.largestKeyCount else {
      throw KeyError.tooMany(limit: Self.largestKeyCount)
    }
    return try saveKey(password: password, cost: cost, machine: machine)
  }

  /// Removes a key: its password opens the repository no more. Under an exclusive lock.
  ///
  /// - Parameter isDryRun: only tell whether it would be done.
  package func removeKey(_ id: KeyID, isDryRun: Bool = false) throws {
    guard id != keyID else { throw KeyError.inUse(id.short) }
    guard try keys().found.contains(where: { $0.id != id }) else { throw KeyError.lastKey(id.short) }
    if !isDryRun { try store.remove(ObjectKind.key.storeKey(of: id)) }
  }

  /// Puts a new key in the place of the one that opened the repository. Under an exclusive lock.
  ///
  /// The order is the point: the old key goes once the new one was proved, so that at no moment is there none.
  package func changeKey(password: Secret, cost: KeyCost, machine: MachineIdentity) throws -> KeyID {
    let id = try saveKey(password: password, cost: cost, machine: machine)
    do {
      try store.remove(ObjectKind.key.storeKey(of: keyID))
    } catch {
      throw KeyError.oldKeyStays(old: keyID.short, new: id.short, cause: error.cause)
    }
    return id
  }

  private func saveKey(password: Secret, cost: KeyCost, machine: MachineIdentity) throws -> KeyID {
    let key = try KeyFile(sealing: masterKey, password: password, cost: cost, created: Clock.now(), machine: machine)
    let json = key.encoded()
    let id = SHA256Hasher().hash(json.span)
    let name = ObjectKind.key.storeKey(of: id)
    do {
      try store.save(json.span, at: name)
      // Through the store and the password alone, as the next command will open it.
      let proof = try Self.open(store: store, password: password, keyHint: id.description)
      guard proof.keyID == id, proof.config == config else { throw KeyError.notProved }
      return id
    } catch {
      try? store.remove(name)
      throw error
    }
  }
}
