package import CoffreCore
import CoffreSystem
import OpenSSLKit

/// An opened repository in the restic format: its store, its configuration and the key to it.
package final class Repository: Sendable {
  package let store: any Store
  package let config: RepositoryConfig
  /// The key file that the password opened.
  package let keyID: KeyID
  /// The other key files that were there when it was opened.
  let otherKeys: [ListedObject]
  let masterKey: MasterKey
  /// Where parts of the repository are kept on this machine; `nil` if nowhere.
  package let cache: RepositoryCache?
  /// The `store`, if files of it are cached.
  let cachingStore: CachingStore?

  package var location: String { store.traits.location }

  init(
    store: any Store, config: RepositoryConfig, keyID: KeyID, otherKeys: [ListedObject] = [], masterKey: MasterKey,
    cache settings: RepositoryCache.Settings? = nil
  ) {
    let id = Digest(hex: config.id)  // a foreign one must not lead out of the cache's folder
    cache = id.flatMap { id in settings.map { RepositoryCache($0, repositoryID: id) } }
    // What lies in a folder of this machine is read as quickly from there.
    cachingStore = store.traits.localFolder == nil ? cache.map { CachingStore(store, cache: $0) } : nil
    self.store = cachingStore ?? store
    self.config = config
    self.keyID = keyID
    self.otherKeys = otherKeys
    self.masterKey = masterKey
  }

  /// Contexts for one thread.
  package func makeCodec(compression: CompressionMode = .auto) -> BlobCodec {
    BlobCodec(key: masterKey, version: config.version, compression: compression)
  }

  package var polynomial: RabinPolynomial { RabinPolynomial(config.chunkerPolynomial) }
}

// MARK: Opening

extension Repository {
  /// Reads the key files until the password fits one, then the configuration.
  ///
  /// A key file whose name is not its hash is damaged: it is never tried, and if no other key opens, the damage is the
  /// error, not the password.
  ///
  /// - Parameters:
  ///   - keyHint: the beginning of a key's id, tried before all others: each try costs a good part of a second.
  ///   - cache: where to keep parts of it; `nil` for nowhere: for who must know what the store itself holds.
  package static func open(
    store: any Store, password: Secret, keyHint: String? = nil, cache: RepositoryCache.Settings? = nil
  ) throws -> Repository {
    let location = store.traits.location
    let sealedConfig = try loadConfig(from: store)
    let keys = try keys(in: store, first: keyHint)
    var damage: (any Error)?
    for object in keys {
      let key: KeyFile
      do {
        key = try loadKey(object, from: store)
      } catch let error as RepositoryError {
        damage = damage ?? error
        continue
      } catch let error as StoreError where error.reason == .notFound {
        continue  // removed since it was listed
      } catch let error as StoreError where error.concernsOneObject {
        damage = damage ?? error
        continue
      }
      let master: MasterKey?
      do throws(RepositoryError) {
        master = try key.masterKey(openedWith: password)
      } catch {
        damage = damage ?? error.named(ObjectKind.key.storeKey(of: object.id).path)
        continue
      }
      guard let master else { continue }
      return try open(
        store: store, sealedConfig: sealedConfig, opened: object.id, among: keys, master: master, cache: cache)
    }
    if let damage { throw damage }
    guard !keys.isEmpty else {
      throw RepositoryError.damaged(object: "keys", problem: "there is no key file in \(location)")
    }
    throw RepositoryError.wrongPassword(location: location)
  }

  static func open(
    store: any Store, sealedConfig: [UInt8], opened keyID: KeyID, among keys: [ListedObject], master: MasterKey,
    cache: RepositoryCache.Settings?
  ) throws -> Repository {
    let codec = BlobCodec(key: master, version: 1)
    let config: RepositoryConfig
    do {
      config = try RepositoryConfig(decoding: try codec.openConfig(sealedConfig.span))
    } catch let problem as BlobProblem {
      throw RepositoryError.damaged(object: "config", problem: problem.text)
    } catch RepositoryConfigError.unsupportedVersion(let version) {
      throw RepositoryError.versionNotSupported(location: store.traits.location, version: version)
    } catch let error as RepositoryConfigError {
      throw RepositoryError.damaged(object: "config", problem: error.text)
    }
    guard RabinPolynomial(config.chunkerPolynomial).isFitForChunking else {
      throw RepositoryError.damaged(object: "config", problem: "its chunker polynomial is not irreducible")
    }
    return Repository(
      store: store, config: config, keyID: keyID, otherKeys: keys.filter { $0.id != keyID }, masterKey: master,
      cache: cache)
  }

  private static func loadConfig(from store: any Store) throws -> [UInt8] {
    do {
      return try store.load(ObjectKind.config, expectedSize: 64 << 10)
    } catch  where error.reason == .notFound {
      throw RepositoryError.notFound(location: store.traits.location)
    } catch  where error.reason == .truncated {
      throw RepositoryError.damaged(object: "config", problem: "it is far too large")
    } catch {
      // The first thing that is asked of a place: its name says more than that of a file in it.
      let location = store.traits.location
      throw error.about(location.hasSuffix("/") ? "\(location)config" : "\(location)/config")
    }
  }

  /// In an order that is always the same, those that the hint fits first.
  private static func keys(in store: any Store, first hint: String?) throws -> [ListedObject] {
    let keys: [ListedObject] = try store.listObjects(.key).sorted { $0.id < $1.id }
    guard let hint, !hint.isEmpty else { return keys }
    let fits = { (key: ListedObject) in key.id.description.hasPrefix(hint) }
    return keys.filter(fits) + keys.filter { !fits($0) }
  }

  /// Reads one key file; its name is verified.
  static func loadKey(_ object: ListedObject, from store: any Store) throws -> KeyFile {
    let name = ObjectKind.key.storeKey(of: object.id)
    guard object.sizeInBytes <= KeyFile.largestSize else {
      throw RepositoryError.damaged(object: name.path, problem: "it is far too large for a key")
    }
    let bytes = try store.load(name, expectedSize: Int(object.sizeInBytes))
    guard SHA256Hasher().hash(bytes.span) == object.id else {
      throw RepositoryError.damaged(object: name.path, problem: "its name is not the hash of its content")
    }
    do throws(MalformedKey) {
      return try KeyFile(decoding: bytes)
    } catch {
      throw RepositoryError.damaged(object: name.path, problem: error.text)
    }
  }
}

extension RepositoryError {
  /// The same damage, of the object named.
  func named(_ object: String) -> RepositoryError {
    if case .damaged(_, let problem) = self { .damaged(object: object, problem: problem) } else { self }
  }
}

// MARK: Unpacked files

extension Repository {
  /// Loads an index, snapshot or lock: name checked against the content, opened, decompressed.
  func loadUnpacked(_ kind: ObjectKind, _ object: ListedObject, with codec: BlobCodec) throws -> [UInt8] {
    let key = kind.storeKey(of: object.id)
    guard object.sizeInBytes <= kind.largestUnpackedSize else {
      throw RepositoryError.damaged(object: key.path, problem: "it is far too large")
    }
    let sealed = try store.load(key, expectedSize: Int(object.sizeInBytes))
    guard codec.hasher.hash(sealed.span) == object.id else {
      throw RepositoryError.damaged(object: key.path, problem: "its name is not the hash of its content")
    }
    do throws(BlobProblem) {
      return try codec.openUnpacked(consume sealed)
    } catch {
      throw RepositoryError.damaged(object: key.path, problem: error.text)
    }
  }

  /// Seals and saves under the hash of what is stored.
  func saveUnpacked(_ kind: ObjectKind, _ json: Span<UInt8>, with codec: BlobCodec) throws(StoreError) -> Digest {
    try save(kind, sealed: codec.sealUnpacked(json).span, with: codec).id
  }

  /// Saves what is sealed under its hash.
  ///
  /// - Returns: the file as lists will show it.
  func save(_ kind: ObjectKind, sealed: Span<UInt8>, with codec: BlobCodec) throws(StoreError) -> ListedObject {
    let id = codec.hasher.hash(sealed)
    try store.save(sealed, at: kind.storeKey(of: id))
    return ListedObject(id: id, sizeInBytes: Int64(sealed.count))
  }
}
