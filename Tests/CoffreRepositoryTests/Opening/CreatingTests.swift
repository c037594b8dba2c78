import CoffreCore
import CoffreStores
import CoffreSystem
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreRepository

@Suite("Making repositories")
struct CreatingTests {
  private func create(in store: any Store, password: Secret = .ofTests) throws -> Repository {
    try Repository.create(store: store, password: password, cost: .ofTests, machine: .ofTests)
  }

  /// Several threads begin at the same moment. Each has its own password, so that a key that opens nothing shows.
  private func race(in store: any Store, threads: Int) throws -> (winners: [Int], losers: [any Error]) {
    let results = Mutex<[Int: Result<RepositoryConfig, any Error>]>([:])
    let isStarted = Monitor(0)
    try runThreads(count: threads, named: "init") { number in
      isStarted.withLock { $0 += 1 }
      isStarted.wait(until: { $0 == threads })
      let result = Result { try create(in: store, password: Secret("number \(number)")).config }
      results.withLock { $0[number] = result }
    }
    var winners: [Int] = []
    var losers: [any Error] = []
    for (number, result) in results.withLock({ $0 }) {
      do {
        let config = try result.get()
        winners.append(number)
        // What the winner was told is what stands there.
        #expect(try Repository.open(store: store, password: Secret("number \(number)")).config == config)
      } catch {
        losers.append(error)
      }
    }
    return (winners, losers)
  }

  @Test func `of several that begin at once one wins, and nothing of the others stays`() throws {
    for round in 0..<30 {
      let memory = MemoryStore(listsAtOnce: true)
      let slow = FaultyStore(memory)
      // A list or save that takes its time opens the window in which two could meet.
      slow.add(FaultyStore.Rule([.save], calls: (round % 4)...(round % 4 + 2), .delay(.milliseconds(round % 7))))
      let (winners, losers) = try race(in: slow, threads: 2 + round % 3)
      #expect(winners.count == 1, "round \(round): \(winners), \(losers)")
      for error in losers { #expect(error as? RepositoryError == .alreadyExists(location: "memory"), "\(error)") }
      #expect(memory.paths().count == 2, "\(memory.paths())")
    }
  }

  @Test func `so it is in a folder`() throws {
    for _ in 0..<5 {
      let folder = try TestFolder()
      let store = try LocalStore(folder: folder.path)
      let (winners, losers) = try race(in: store, threads: 4)
      #expect(winners.count == 1, "\(winners), \(losers)")
      for error in losers {
        guard case .alreadyExists? = error as? RepositoryError else {
          Issue.record("\(error)")
          continue
        }
      }
      #expect(try store.listObjects(.key).count == 1)
    }
  }

  /// Restic looks at nothing but the configuration: it may write its own between our look and our write.
  @Test func `a configuration that appears meanwhile is never overwritten or removed`() throws {
    let foreign = MemoryStore()
    let theirs = try create(in: foreign, password: Secret("theirs"))
    // Their key may not be listed yet when their configuration is there.
    for isKeyListed in [true, false] {
      let memory = MemoryStore()
      let store = AfterFirstSave(memory) {
        for (path, bytes) in foreign.contents where isKeyListed || path == "config" { memory[path] = bytes }
      }
      #expect(throws: RepositoryError.alreadyExists(location: "memory")) { try create(in: store) }
      #expect(memory.contents == foreign.contents.filter { isKeyListed || $0.key == "config" })
      guard isKeyListed else { continue }
      #expect(try Repository.open(store: memory, password: Secret("theirs")).config == theirs.config)
    }
  }

  @Test func `a configuration that somebody put over ours is not removed with our key`() throws {
    let foreign = MemoryStore()
    _ = try create(in: foreign, password: Secret("theirs"))
    let memory = MemoryStore()
    let faulty = FaultyStore(memory)
    faulty.add(
      FaultyStore.Rule([.load], below: "config", calls: 2...2, .corrupt { _ in memory["config"] = foreign["config"] }))
    faulty.add(FaultyStore.Rule([.load], below: "keys", .fail(.failed)))
    #expect(throws: (any Error).self) { try create(in: faulty) }
    #expect(memory["config"] == foreign["config"])
    #expect(memory.paths(in: "keys").isEmpty)
  }

  @Test func `a failed init leaves an empty place, whichever call fails`() throws {
    for action in FaultyStore.Action.allCases where action != .remove {
      for call in 1...30 {
        let memory = MemoryStore()
        let store = FaultyStore(memory)
        store.fail(action, calls: call...call)
        do {
          _ = try create(in: store)
          #expect(try Repository.opened(memory).config.version == 2)
          if call > 8 { break }
        } catch {
          #expect(memory.paths().isEmpty, "\(action) \(call): \(memory.paths())")
          _ = try create(in: memory)
        }
      }
    }
  }

  @Test func `a key without configuration is told once it has stood there for a while`() throws {
    let memory = MemoryStore()
    _ = try create(in: memory)
    memory["config"] = nil
    let before = memory.contents
    #expect(throws: RepositoryError.halfMade(location: "memory")) { try create(in: memory) }
    #expect(memory.contents == before)
  }

  @Test func `a repository is made with the version and polynomial that were asked for`() throws {
    let model = try create(in: MemoryStore())
    let made = try Repository.create(
      store: MemoryStore(), password: .ofTests, cost: .ofTests, version: 1, polynomial: model.polynomial,
      machine: .ofTests)
    #expect(made.config.version == 1)
    #expect(made.config.chunkerPolynomial == model.config.chunkerPolynomial)
    #expect(made.config.id != model.config.id)
  }
}

/// A store on which something happens just after the first save.
private final class AfterFirstSave: Store {
  private let base: any Store
  private let action: Mutex<(@Sendable () -> Void)?>

  init(_ base: any Store, _ action: @escaping @Sendable () -> Void) {
    self.base = base
    self.action = Mutex(action)
  }

  var traits: StoreTraits { base.traits }

  func save(_ bytes: Span<UInt8>, at key: StoreKey) throws(StoreError) {
    let action = action.withLock { action in
      defer { action = nil }
      return action
    }
    try base.save(bytes, at: key)
    action?()
  }

  func load(_ key: StoreKey, range: Range<Int64>?, into buffer: inout MutableSpan<UInt8>) throws(StoreError) -> Int {
    try base.load(key, range: range, into: &buffer)
  }

  func list(_ prefix: StoreKey, _ each: (StoredObject) throws(StoreError) -> Void) throws(StoreError) {
    try base.list(prefix, each)
  }

  func remove(_ key: StoreKey) throws(StoreError) { try base.remove(key) }
}
