import CoffreCore
import CoffreTestKit
import OpenSSLKit
import SodiumKit
import Testing

@testable import CoffreRepository

@Suite("Opening what is not in order")
struct OpeningFaultTests {
  private func openingError(_ store: any Store, _ password: Secret = .ofTests) -> RepositoryError? {
    #expect(throws: RepositoryError.self) { try Repository.open(store: store, password: password) }
  }

  /// Saves a key file under its right name.
  @discardableResult
  private func add(key: [UInt8], to store: MemoryStore) -> String {
    let path = ObjectKind.key.storeKey(of: SHA256Hasher().hash(key.span)).path
    store[path] = key
    return path
  }

  private func key(in store: MemoryStore) throws -> KeyFile {
    let path = try #require(store.paths(in: "keys").first)
    let bytes = try #require(store[path])
    return try KeyFile(decoding: bytes)
  }

  // MARK: Passwords and keys

  @Test func `a wrong password is told with its exit code`() throws {
    let tiny = try TinyRepository.make()
    let error = openingError(tiny.store(), Secret("wrong"))
    #expect(error == .wrongPassword(location: "memory"))
    #expect(error?.exitCode == .wrongPassword)
  }

  @Test func `a damaged key beside a good one does not keep it from opening, and the check names it`() throws {
    let tiny = try TinyRepository.make()
    // Before and after the good one in the order of names.
    let good = try #require(tiny.contents[try tiny.path(in: "keys")])
    for id in [Digest(words: 0, 0, 0, 1), Digest(words: .max, 0, 0, 1)] {
      for content in [[], [1, 2, 3], Array(#"{"kdf":"scrypt"}"#.utf8), good] {
        let store = tiny.store()
        let path = ObjectKind.key.storeKey(of: id).path
        store[path] = content
        #expect(try Repository.opened(store).examined().names(path))
      }
    }
  }

  @Test func `a damaged key and a password that opens no other: the damage is the error`() throws {
    let tiny = try TinyRepository.make()
    let store = tiny.store()
    let path = ObjectKind.key.storeKey(of: digest(1)).path
    store[path] = [1, 2, 3]
    let error = openingError(store, Secret("wrong"))
    guard case .damaged(path, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.exitCode == .failed)
  }

  @Test func `keys that ask for what cannot be done are damage, told at once`() throws {
    let tiny = try TinyRepository.make()
    let changes: [(inout KeyFile) -> Void] = [
      { $0.cost = 1 << 40 }, { $0.cost = 1 << 62 }, { $0.cost = .max }, { $0.cost = 0 }, { $0.cost = 1 },
      { $0.cost = 15 }, { $0.blockSize = 1 << 40 }, { $0.blockSize = 0 }, { $0.parallelism = .max },
      { $0.parallelism = 0 }, { $0.derivation = "argon2" }, { $0.salt = [] }, { $0.salt.removeLast() },
      { $0.sealedMasterKey = [] }, { $0.sealedMasterKey.removeLast(100) },
    ]
    for (number, change) in changes.enumerated() {
      let store = tiny.store()
      var changed = try key(in: store)
      change(&changed)
      for path in store.paths(in: "keys") { store[path] = nil }
      let path = add(key: changed.encoded(), to: store)
      let error = openingError(store)
      if case .damaged(path, _)? = error { continue }
      // What merely does not authenticate cannot be told from a wrong password.
      #expect(number == 14 && error == .wrongPassword(location: "memory"), "\(number): \(String(describing: error))")
    }
  }

  @Test func `a key whose content is no master key is damage, not a wrong password`() throws {
    let tiny = try TinyRepository.make()
    let store = tiny.store()
    var changed = try key(in: store)
    let derived = try scrypt(
      password: Secret.ofTests.exposedBytes, salt: changed.salt, n: Int(changed.cost), r: Int(changed.blockSize),
      p: Int(changed.parallelism), count: 64)
    let cipher = BlobCipher(
      encryption: Array(derived[..<32]), macKey: Array(derived[32..<48]), macR: Array(derived[48...]))
    var sealed: [UInt8] = []
    cipher.seal(Array(#"{"mac":{"k":"AA==","r":"AA=="},"encrypt":"AA=="}"#.utf8).span, into: &sealed)
    changed.sealedMasterKey = sealed
    for path in store.paths(in: "keys") { store[path] = nil }
    let path = add(key: changed.encoded(), to: store)
    guard case .damaged(path, _)? = openingError(store) else {
      Issue.record("not told as damage of \(path)")
      return
    }
  }

  @Test func `an enormous key file is not read`() throws {
    let tiny = try TinyRepository.make()
    let store = tiny.store()
    let path = ObjectKind.key.storeKey(of: digest(1)).path
    store[path] = [UInt8](repeating: 0, count: 3 << 20)
    let repository = try Repository.opened(store)
    #expect(try repository.examined().names(path))
  }

  // MARK: Configurations

  private func store(config json: String) throws -> MemoryStore {
    let store = MemoryStore()
    let repository = try Repository.forTest(in: store)
    store["config"] = repository.makeCodec().sealConfig(Array(json.utf8).span)
    return store
  }

  @Test(arguments: [0, 3, 4, 1_000_000, UInt64.max])
  func `another version is told as such`(_ version: UInt64) throws {
    let store = try store(
      config: #"{"version":\#(version),"id":"\#(digest(1))","chunker_polynomial":"3da3358b4dc173"}"#)
    let error = openingError(store)
    #expect(error == .versionNotSupported(location: "memory", version: version))
    #expect(error?.exitCode == .versionNotSupported)
  }

  @Test func `configurations that make no sense are damage`() throws {
    let texts = [
      "", "{}", "[]", "null", #"{"version":2}"#, #"{"version":2,"id":"x"}"#,
      #"{"version":2,"id":"x","chunker_polynomial":""}"#, #"{"version":2,"id":"x","chunker_polynomial":"xyz"}"#,
      #"{"version":2,"id":"x","chunker_polynomial":"0"}"#,
      // Reducible, and far too small.
      #"{"version":2,"id":"x","chunker_polynomial":"3da3358b4dc172"}"#,
      #"{"version":2,"id":"x","chunker_polynomial":"3"}"#,
      #"{"version":-2,"id":"x","chunker_polynomial":"3da3358b4dc173"}"#,
      #"{"version":2,"version":2,"id":"x","chunker_polynomial":"3da3358b4dc173"}"#,
    ]
    for text in texts.dropLast() {
      guard case .damaged("config", _)? = openingError(try store(config: text)) else {
        Issue.record("\(text)")
        continue
      }
    }
  }

  @Test func `a configuration of megabytes is damage`() throws {
    let store = try TinyRepository.make().store()
    store["config"] = [UInt8](repeating: 1, count: 3 << 20)
    guard case .damaged("config", _)? = openingError(store) else {
      Issue.record("not told")
      return
    }
  }

  @Test func `compressed objects in a repository of version 1 are damage`() throws {
    let two = try TinyRepository.make()
    let store = two.store()
    let repository = try Repository.opened(store)
    var config = String(decoding: repository.config.encoded(), as: UTF8.self)
    config = "{\"version\":1" + config.dropFirst(12)
    store["config"] = repository.makeCodec().sealConfig(Array(config.utf8).span)
    guard case .detected = two.judge(store) else {
      Issue.record("not told")
      return
    }
  }

  @Test func `settings of rustic's chunker are refused by a backup, not by a restore`() throws {
    let tiny = try TinyRepository.make()
    let store = tiny.store()
    let repository = try Repository.opened(store)
    let config = String(decoding: repository.config.encoded().dropLast(), as: UTF8.self) + #","chunk_size":65536}"#
    store["config"] = repository.makeCodec().sealConfig(Array(config.utf8).span)
    #expect(throws: RepositoryError.foreignChunking(location: "memory")) {
      try Repository.opened(store).backUp(TinyRepository.secondEntries)
    }
    #expect(tiny.judge(store) == .harmless)
  }

  // MARK: Making

  @Test func `a repository is never made over another`() throws {
    let tiny = try TinyRepository.make()
    let whole = tiny.store()
    #expect(throws: RepositoryError.alreadyExists(location: "memory")) { try Repository.forTest(in: whole) }
    #expect(whole.contents == tiny.contents)
    for folder in ["config", "keys", "snapshots", "index"] {
      let store = MemoryStore(tiny.contents.filter { $0.key.hasPrefix(folder) })
      #expect(throws: RepositoryError.self, "\(folder)") { try Repository.forTest(in: store) }
    }
  }

  @Test func `a place whose list fails is not taken for empty`() throws {
    for folder in ["keys", "snapshots", "index"] {
      let store = FaultyStore(MemoryStore())
      store.fail(.list, below: folder)
      #expect(throws: StoreError.self) { try Repository.forTest(in: store) }
    }
    let store = FaultyStore(MemoryStore())
    store.fail(.load, below: "config", with: .noPermission)
    #expect(throws: StoreError.self) { try Repository.forTest(in: store) }
  }

  @Test func `a making that fails leaves nothing, and the next one goes well`() throws {
    for call in 1...2 {
      let memory = MemoryStore()
      let store = FaultyStore(memory)
      store.add(FaultyStore.Rule([.save], calls: call...call, .fail(.noSpace)))
      #expect(throws: StoreError.self) { try Repository.forTest(in: store) }
      #expect(memory.contents.isEmpty)
      _ = try Repository.forTest(in: memory)
    }
  }
}
