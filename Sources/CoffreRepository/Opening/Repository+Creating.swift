package import CoffreCore
import CoffreSystem
import OpenSSLKit
import SodiumKit

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

  /// As many rounds as this machine does in about 0.2 s, and never less than `floor`; 32 MiB of memory. Every command
  /// waits for it.
  package static func calibrated() throws -> KeyCost {
    let clock = ContinuousClock()
    var fastest = Duration.seconds(1)
    for _ in 0..<2 {
      let spent = try clock.measure {
        _ = try scrypt(password: [1], salt: [UInt8](repeating: 2, count: 64), n: floor.n, r: floor.r, p: 1, count: 64)
      }
      fastest = min(fastest, spent)
    }
    let rounds = Int(Duration.milliseconds(200) / max(fastest, .milliseconds(1)))
    return KeyCost(n: floor.n, r: floor.r, p: min(max(rounds, floor.p), 24))
  }
}

extension Repository {
  /// Makes a new repository: key file first, then the configuration, as restic does.
  ///
  /// Of several that begin in one place at the same moment, one makes it and the others throw `.alreadyExists`.
  ///
  /// - Parameters:
  ///   - store: must hold no repository; other files in it are left alone.
  ///   - version: 2; 1 serves tests and old peers.
  package static func create(
    store: any Store, password: Secret, cost: KeyCost, version: Int = 2, polynomial: RabinPolynomial? = nil,
    machine: MachineIdentity
  ) throws -> Repository {
    try requireEmpty(store)
    var random = SystemRandomNumberGenerator()
    let master = MasterKey(
      encryption: randomBytes(32), macKey: randomBytes(16), macR: randomBytes(16))
    let config = RepositoryConfig(
      version: version, id: Digest(bytes: randomBytes(32).span).description,
      chunkerPolynomial: (polynomial ?? RabinPolynomial.random(using: &random)).coefficients)
    let key = try KeyFile(sealing: master, password: password, cost: cost, created: Clock.now(), machine: machine)
    let sealedConfig = BlobCodec(key: master, version: 1).sealConfig(config.encoded().span)
    let sealedKey = key.encoded()
    let keyID = try claim(store, with: sealedKey)
    do {
      // A peer that looks at nothing but the configuration may have been quicker.
      guard try !store.holds(ObjectKind.config) else {
        throw RepositoryError.alreadyExists(location: store.traits.location)
      }
      try store.save(sealedConfig.span, at: ObjectKind.config)
      guard store.traits.listsAtOnce else {
        return try prove(sealedKey, sealedConfig, password: password, config, for: store)
      }
      return try open(store: store, password: password, expecting: keyID)
    } catch {
      withdraw(keyID, sealedConfig, from: store)
      throw error
    }
  }

  /// Proves that what was written opens, before anybody relies on it.
  private static func open(store: any Store, password: Secret, expecting keyID: KeyID) throws -> Repository {
    let repository = try open(store: store, password: password, keyHint: keyID.description)
    guard repository.keyID == keyID else {
      throw RepositoryError.damaged(object: "keys", problem: "the new key does not open the new repository")
    }
    return repository
  }

  /// The same without asking a store that is far away, which accepted just these bytes; the next command reads them.
  private static func prove(
    _ sealedKey: [UInt8], _ sealedConfig: [UInt8], password: Secret, _ config: RepositoryConfig, for store: any Store
  ) throws -> Repository {
    let keyID = SHA256Hasher().hash(sealedKey.span)
    guard let master = try KeyFile(decoding: sealedKey).masterKey(openedWith: password),
      case let repository = try open(
        store: store, sealedConfig: sealedConfig, opened: keyID, among: [], master: master, cache: nil),
      repository.config == config
    else {
      throw RepositoryError.damaged(object: "keys", problem: "the new key does not open the new repository")
    }
    return repository
  }

  /// Nothing half-made stays: the next attempt finds an empty place again. What somebody else wrote there stays.
  private static func withdraw(_ keyID: KeyID, _ sealedConfig: [UInt8], from store: any Store) {
    if (try? store.load(ObjectKind.config, expectedSize: sealedConfig.count)) == sealedConfig {
      try? store.remove(ObjectKind.config)
    }
    try? store.remove(ObjectKind.key.storeKey(of: keyID))
  }
}

// MARK: Being the only one

extension Repository {
  /// How often somebody else's key is looked at again before the place is given up, and how long that lasts at most:
  /// between key and configuration an init needs a few milliseconds.
  private static let claimAttempts = 12
  private static let longestPause = 250

  /// Throws unless there is neither a repository nor a part of one.
  private static func requireEmpty(_ store: any Store) throws {
    let location = store.traits.location
    var attempt = 0
    while try !store.listObjects(.key).isEmpty {
      // Somebody may just be making it: then the configuration is about to come.
      if try store.holds(ObjectKind.config) { throw RepositoryError.alreadyExists(location: location) }
      attempt += 1
      guard attempt < claimAttempts else { throw RepositoryError.halfMade(location: location) }
      try pauseAtRandom()
    }
    // A configuration without any key is found before the new one is written. Far away, as restic, it is enough that
    // there is no snapshot.
    for kind in store.traits.listsAtOnce ? [ObjectKind.snapshot, .index] : [.snapshot] {
      guard try store.listObjects(kind).isEmpty else { throw RepositoryError.alreadyExists(location: location) }
    }
  }

  /// Saves the key and makes sure that it is the only one: who finds another beside his own takes his away and looks
  /// again a little later. Of two, at least one sees the other, so that never both go on.
  private static func claim(_ store: any Store, with key: [UInt8]) throws -> KeyID {
    let id = SHA256Hasher().hash(key.span)
    let name = ObjectKind.key.storeKey(of: id)
    var attempt = 0
    while true {
      do {
        try store.save(key.span, at: name)
        if !store.traits.listsAtOnce { try pause(for: .milliseconds(200), unless: Cancellation()) }
        if try store.listObjects(.key).allSatisfy({ $0.id == id }) { return id }
      } catch {
        try? store.remove(name)
        throw error
      }
      try store.remove(name)
      attempt += 1
      guard attempt < claimAttempts else { throw RepositoryError.halfMade(location: store.traits.location) }
      try pauseAtRandom()
      try requireEmpty(store)
    }
  }

  private static func pauseAtRandom() throws(Cancelled) {
    try pause(for: .milliseconds(Int.random(in: 5...longestPause)), unless: Cancellation())
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
