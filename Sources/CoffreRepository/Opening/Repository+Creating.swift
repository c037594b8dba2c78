package import CoffreCore
import CoffreSystem
import OpenSSLKit

/// How costly it is to try one password: scrypt's three numbers.
package struct KeyCost: Sendable, Hashable {
  package let n: Int
  package let r: Int
  package let p: Int

  package init(n: Int, r: Int, p: Int) {
    self.n = n
    self.r = r
    self.p = p
  }

  /// The least that users get.
  package static let floor = KeyCost(n: 1 << 15, r: 8, p: 3)

  /// As many rounds as this machine does in about 0.3 s, and never less than `floor`; 32 MiB of memory.
  package static func calibrated() throws -> KeyCost {
    let clock = ContinuousClock()
    var fastest = Duration.seconds(1)
    for _ in 0..<2 {
      let spent = try clock.measure {
        _ = try scrypt(password: [1], salt: [UInt8](repeating: 2, count: 64), n: floor.n, r: floor.r, p: 1, count: 64)
      }
      fastest = min(fastest, spent)
    }
    let rounds = Int(Duration.milliseconds(300) / max(fastest, .milliseconds(1)))
    return KeyCost(n: floor.n, r: floor.r, p: min(max(rounds, floor.p), 24))
  }
}

extension Repository {
  /// Makes a new repository: key file first, then the configuration, as restic does.
  ///
  /// - Parameters:
  ///   - store: must hold no repository; other files in it are left alone.
  ///   - version: 2; 1 serves tests and old peers.
  package static func create(
    store: any Store, password: Secret, cost: KeyCost, version: Int = 2, polynomial: RabinPolynomial? = nil,
    machine: MachineIdentity
  ) throws -> Repository {
    let location = store.traits.location
    var isTaken = try store.holds(ObjectKind.config)
    for kind in [ObjectKind.snapshot, .index] where !isTaken { isTaken = try !store.listObjects(kind).isEmpty }
    guard !isTaken else { throw RepositoryError.alreadyExists(location: location) }
    guard try store.listObjects(.key).isEmpty else { throw RepositoryError.halfMade(location: location) }
    var random = SystemRandomNumberGenerator()
    let master = MasterKey(
      encryption: randomBytes(32), macKey: randomBytes(16), macR: randomBytes(16))
    let config = RepositoryConfig(
      version: version, id: Digest(bytes: randomBytes(32).span).description,
      chunkerPolynomial: (polynomial ?? RabinPolynomial.random(using: &random)).coefficients)
    let keyID = try saveKey(for: master, password: password, cost: cost, machine: machine, in: store)
    do {
      let codec = BlobCodec(key: master, version: 1)
      try store.save(codec.sealConfig(config.encoded().span).span, at: ObjectKind.config)
      return try open(store: store, password: password, expecting: keyID)
    } catch {
      // Nothing half-made stays: the next attempt finds an empty place again.
      try? store.remove(ObjectKind.config)
      try? store.remove(ObjectKind.key.storeKey(of: keyID))
      throw error
    }
  }

  /// Seals the master key under a password and saves the key file.
  private static func saveKey(
    for master: MasterKey, password: Secret, cost: KeyCost, machine: MachineIdentity, in store: any Store
  ) throws -> KeyID {
    let key = try KeyFile(sealing: master, password: password, cost: cost, created: Clock.now(), machine: machine)
    let json = key.encoded()
    let id = SHA256Hasher().hash(json.span)
    try store.save(json.span, at: ObjectKind.key.storeKey(of: id))
    return id
  }

  /// Proves that what was written opens, before anybody relies on it.
  private static func open(store: any Store, password: Secret, expecting keyID: KeyID) throws -> Repository {
    let repository = try open(store: store, password: password)
    guard repository.keyID == keyID else {
      throw RepositoryError.damaged(object: "keys", problem: "the new key does not open the new repository")
    }
    return repository
  }
}

/// Who writes: named in keys, locks and snapshots.
package struct MachineIdentity: Sendable, Hashable {
  package let hostName: String
  package let userName: String
  package let userID: UInt32
  package let groupID: UInt32

  package init(hostName: String, userName: String, userID: UInt32, groupID: UInt32) {
    self.hostName = hostName
    self.userName = userName
    self.userID = userID
    self.groupID = groupID
  }
}
