import CoffreCore
import CoffreTestKit
import OpenSSLKit
import Testing

@testable import CoffreRepository

@Suite("Keys of a repository")
struct RepositoryKeysTests {
  private let store = MemoryStore()
  private let repository: Repository
  private let second = Secret("the second password")
  private let deputy = MachineIdentity(hostName: "office", userName: "deputy", userID: 1, groupID: 1)

  init() throws { repository = try Repository.forTest(in: store) }

  private func opened(_ password: Secret) throws -> Repository { try Repository.open(store: store, password: password) }

  // MARK: Listing

  @Test func `keys are listed with what they tell, oldest first`() throws {
    let added = try repository.addKey(password: second, cost: .ofTests, machine: deputy)
    let (found, unreadable) = try repository.keys()
    #expect(found.map(\.id) == [repository.keyID, added] && unreadable.isEmpty)
    #expect(found.map(\.file.username) == ["tester", "deputy"])
    #expect(found.map(\.file.hostname) == ["machine", "office"])
    #expect(!found[1].file.created.isBefore(found[0].file.created))
  }

  @Test func `a damaged key hides no other and is named`() throws {
    let added = try repository.addKey(password: second, cost: .ofTests, machine: deputy)
    let damages: [(inout [UInt8]) -> Void] = [
      { $0[$0.count / 2] ^= 1 }, { $0.removeLast() }, { $0 = [] }, { $0 = Array("{}".utf8) },
    ]
    for damage in damages {
      let path = "keys/\(added)"
      let whole = store[path]
      store.edit(path, damage)
      let (found, unreadable) = try repository.keys()
      #expect(found.map(\.id) == [repository.keyID])
      #expect(unreadable.count == 1 && unreadable[0].text.description.contains(path))
      store[path] = whole
    }
  }

  @Test func `a key is found by the beginning of its id`() throws {
    let added = try repository.addKey(password: second, cost: .ofTests, machine: deputy)
    #expect(try repository.findKey(added.description) == added)
    #expect(try repository.findKey(String(added.description.prefix(12))) == added)
    #expect(throws: KeyError.noSuchKey("")) { try repository.findKey("") }
    #expect(throws: KeyError.noSuchKey("zz")) { try repository.findKey("zz") }
    store["keys/\(repository.keyID.description.prefix(63))\(repository.keyID.description.last == "0" ? "1" : "0")"] = [
      1
    ]
    let error = #expect(throws: KeyError.self) { try repository.findKey(repository.keyID.short) }
    guard case .ambiguousKey = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.exitCode == .usage)
  }

  // MARK: Adding

  @Test func `either password opens the same repository`() throws {
    let added = try repository.addKey(password: second, cost: .ofTests, machine: deputy)
    let other = try opened(second)
    #expect(other.keyID == added && other.config == repository.config)
    #expect(try opened(.ofTests).keyID == repository.keyID)
    try other.backUp(BackupSample.first)
    #expect(try opened(.ofTests).restoredWhole().count == 1)
    #expect(throws: RepositoryError.wrongPassword(location: "memory")) { try opened(Secret("a third")) }
  }

  @Test func `the twenty-first key is refused`() throws {
    for number in 2...20 {
      _ = try repository.addKey(password: Secret("number \(number)"), cost: .ofTests, machine: deputy)
    }
    let before = store.contents
    #expect(throws: KeyError.tooMany(limit: 20)) {
      try repository.addKey(password: second, cost: .ofTests, machine: deputy)
    }
    #expect(store.contents == before)
    #expect(try opened(Secret("number 20")).config == repository.config)
  }

  @Test func `a key that cannot be read back is taken away again`() throws {
    let before = store.contents
    for effect in [
      FaultyStore.Effect.corrupt { $0[$0.count / 2] ^= 1 }, .fail(.failed), .fail(.notFound), .fail(.unreachable),
    ] {
      let faulty = FaultyStore(store)
      let repository = try Repository.opened(faulty)
      // The new key's file is the first that is read from now on.
      faulty.add(FaultyStore.Rule([.load], below: "keys", calls: 1...1, effect))
      #expect(throws: (any Error).self) {
        try repository.addKey(password: second, cost: .ofTests, machine: deputy)
      }
      #expect(store.contents == before)
    }
  }

  /// The old key opens then, and proves nothing of the new one.
  @Test func `a key that cannot be read back is taken away though its password is an old one`() throws {
    let before = store.contents
    let faulty = FaultyStore(store)
    let repository = try Repository.opened(faulty)
    faulty.add(FaultyStore.Rule([.load], below: "keys", calls: 1...1, .corrupt { $0[$0.count / 2] ^= 1 }))
    #expect(throws: KeyError.notProved) {
      try repository.addKey(password: .ofTests, cost: .ofTests, machine: deputy)
    }
    #expect(store.contents == before)
  }

  // MARK: Removing

  @Test func `a removed key opens nothing any more`() throws {
    let added = try repository.addKey(password: second, cost: .ofTests, machine: deputy)
    try repository.removeKey(added, isDryRun: true)
    #expect(try opened(second).keyID == added)
    try repository.removeKey(added)
    #expect(throws: RepositoryError.wrongPassword(location: "memory")) { try opened(second) }
    #expect(try opened(.ofTests).keyID == repository.keyID)
  }

  @Test func `the key in use stays`() throws {
    _ = try repository.addKey(password: second, cost: .ofTests, machine: deputy)
    let before = store.contents
    #expect(throws: KeyError.inUse(repository.keyID.short)) { try repository.removeKey(repository.keyID) }
    #expect(store.contents == before)
  }

  @Test func `the last key that can be read stays, though another opened the repository`() throws {
    let added = try repository.addKey(password: second, cost: .ofTests, machine: deputy)
    store["keys/\(repository.keyID)"] = nil
    #expect(throws: KeyError.lastKey(added.short)) { try repository.removeKey(added) }
    #expect(try opened(second).keyID == added)
    // A damaged one beside it does not count.
    store["keys/\(repository.keyID)"] = [1, 2, 3]
    #expect(throws: KeyError.lastKey(added.short)) { try repository.removeKey(added) }
  }

  @Test func `a damaged key can be removed`() throws {
    let added = try repository.addKey(password: second, cost: .ofTests, machine: deputy)
    store.edit("keys/\(added)") { $0.removeLast() }
    try repository.removeKey(try repository.findKey(added.short))
    #expect(store.paths(in: "keys") == ["keys/\(repository.keyID)"])
  }

  @Test func `a list of keys that fails removes nothing`() throws {
    let added = try repository.addKey(password: second, cost: .ofTests, machine: deputy)
    let faulty = FaultyStore(store)
    let blind = try Repository.opened(faulty)
    faulty.add(FaultyStore.Rule([.list], below: "keys", .failAfterListing(1, .unreachable)))
    #expect(throws: StoreError.self) { try blind.removeKey(added) }
    #expect(store.paths(in: "keys").count == 2)
  }

  // MARK: Changing the password

  @Test func `the new password opens, the old one no more, others as before`() throws {
    let other = try repository.addKey(password: second, cost: .ofTests, machine: deputy)
    let new = try repository.changeKey(password: Secret("new"), cost: .ofTests, machine: deputy)
    #expect(try opened(Secret("new")).keyID == new)
    #expect(try opened(second).keyID == other)
    #expect(throws: RepositoryError.wrongPassword(location: "memory")) { try opened(.ofTests) }
    #expect(store.paths(in: "keys") == [new, other].map { "keys/\($0)" }.sorted())
  }

  @Test func `the old key goes last, and only after the new one was read back`() throws {
    let recording = RecordingStore(store)
    let watched = try Repository.opened(recording)
    recording.forget()
    let new = try watched.changeKey(password: Secret("new"), cost: .ofTests, machine: deputy)
    let keys = recording.calls.filter { $0.folder == "keys" && $0.action != .list }
    #expect(keys.map(\.action) == [.save, .load, .remove])
    #expect(keys.map(\.path) == [new, new, watched.keyID].map { "keys/\($0)" })
  }

  @Test func `whatever fails on the way, a password opens and the message says which`() throws {
    for call in 1...6 {
      for remains in [FaultyStore.Remains.nothing, .whole] {
        let memory = store.copied()
        let faulty = FaultyStore(memory)
        let fragile = try Repository.opened(faulty)
        faulty.crash(at: call, leaving: remains)
        let result = Result { try fragile.changeKey(password: Secret("new"), cost: .ofTests, machine: deputy) }
        let opens = [Secret.ofTests, Secret("new")].map { password in
          (try? Repository.open(store: memory, password: password)) != nil
        }
        #expect(opens.contains(true), "nobody can open the repository any more: call \(call), \(remains)")
        switch result {
        case .success: #expect(opens == [false, true])
        case .failure(KeyError.oldKeyStays): #expect(opens[1])
        case .failure: #expect(opens[0])
        }
      }
    }
  }

  // MARK: Opening

  @Test func `the hinted key is tried first, and a wrong hint does no harm`() throws {
    for number in 2...6 {
      _ = try repository.addKey(password: Secret("number \(number)"), cost: .ofTests, machine: deputy)
    }
    for key in try repository.keys().found.map(\.id) {
      let recording = RecordingStore(store)
      let hint = String(key.description.prefix(10))
      _ = try? Repository.open(store: recording, password: .ofTests, keyHint: hint)
      #expect(recording.calls.first { $0.action == .load && $0.folder == "keys" }?.path == "keys/\(key)")
    }
    for hint in ["", "zz", "0000", repository.keyID.description + "1"] {
      #expect(try Repository.open(store: store, password: .ofTests, keyHint: hint).keyID == repository.keyID)
    }
    #expect(throws: RepositoryError.wrongPassword(location: "memory")) {
      try Repository.open(store: store, password: Secret("none of them"), keyHint: repository.keyID.short)
    }
  }
}
