import CoffreCore
import CoffreTestKit
import Testing

@testable import CoffreRepository

/// A repair that dies at any of its writes leaves nothing worse than it found, and can be done again.
@Suite("Repairs that are interrupted")
struct RepairCrashTests {
  /// What is broken, and which repair is at work when the process dies.
  enum Scene: String, CaseIterable, Sendable {
    case indexOfLostPack, indexGone, indexContradictory, packFlipped, packTruncated, snapshots, snapshotsForgetting

    func prepare(_ patient: Patient) throws {
      let store = patient.store
      switch self {
      case .indexOfLostPack: store[try patient.packs(.data, 0)] = nil
      case .indexGone: for path in store.paths(in: "index") { store[path] = nil }
      case .indexContradictory: try DamageTests.Damage.contradictoryIndex.do(to: patient, 0)
      case .packFlipped: try patient.flipByte(inBlobOf: try patient.packs(.data, 0))
      case .packTruncated: store.edit(try patient.packs(.data, 0)) { $0.removeLast($0.count / 2) }
      case .snapshots, .snapshotsForgetting:
        let lost = try [patient.packs(.data, 0), patient.packOfRoot(0)]
        for path in lost { store[path] = nil }
        _ = try Repairs.index(store)
      }
    }

    func repair(_ store: any Store, packs: [String]) throws {
      switch self {
      case .indexOfLostPack, .indexGone, .indexContradictory: _ = try Repairs.index(store)
      case .packFlipped, .packTruncated: _ = try Repairs.packs(packs, store)
      case .snapshots: _ = try Repairs.snapshots(store, forgets: false)
      case .snapshotsForgetting: _ = try Repairs.snapshots(store)
      }
    }
  }

  @Test(arguments: Scene.allCases, [FaultyStore.Remains.nothing, .whole, .leftover(5)])
  func `nothing is worse at any write, and the next run ends the work`(_ scene: Scene, _ remains: FaultyStore.Remains)
    throws
  {
    let template = try Patient()
    let packs = [StoreKey(try template.packs(.data, 0)).name]
    try scene.prepare(template)
    let start = template.store.contents
    let before = Patient.restorable(template.store)
    for call in 1...60 {
      let memory = MemoryStore(start)
      let store = FaultyStore(memory)
      store.crash(at: call, leaving: remains)
      let result = Result { try scene.repair(store, packs: packs) }
      guard store.isDead else {
        #expect(call > 1, "a repair writes something")
        try result.get()
        return
      }
      #expect(throws: (any Error).self, "write \(call)") { try result.get() }
      expectNothingWorse(memory, than: before, "dead at write \(call)")
      // Done again, by a process that lives. What is gone already needs no repair.
      if memory.paths(in: "data").contains(where: { StoreKey($0).name == packs[0] }) || scene.isAboutIndex {
        try scene.repair(memory, packs: packs)
      }
      let lost = try Repairs.all(memory)
      expectNothingWorse(memory, than: before, "repaired after a death at write \(call)", lost: lost)
      let examination = try Repository.opened(memory).examined()
      #expect(examination.isSound, "dead at write \(call)\n\(examination.text)")
    }
    Issue.record("it never came to its end")
  }

  /// All that could be restored still can; in a repaired snapshot, but for what was called lost. A folder whose content was
  /// lost already may have got its mark.
  private func expectNothingWorse(
    _ store: MemoryStore, than before: [Int64: [PathBytes: MemoryRestore.Item]], _ what: String, lost: Set<String> = []
  ) {
    let now = Patient.restorable(store)
    for (time, items) in before {
      for (path, item) in items where !lost.contains(displayed(path)) {
        let marked = path + Array(SnapshotRepair.defaultSuffix.utf8)
        if item.kind == .directory, now[time]?[marked]?.kind == .directory { continue }
        #expect(now[time]?[path] == item, "\(what): \(displayed(path)) of \(time)")
      }
    }
  }

  // MARK: Order

  @Test func `a new index stands before an old one goes, and a pack goes last`() throws {
    let patient = try Patient()
    let pack = try patient.packs(.data, 0)
    patient.store.edit(pack) { $0[20] ^= 1 }
    let store = RecordingStore(patient.store)
    _ = try Repairs.packs([StoreKey(pack).name], store)
    let writes = store.calls.filter { $0.action == .save || $0.action == .remove }
    #expect(writes.last?.action == .remove && writes.last?.path == pack)
    let order = writes.map { "\($0.action) \($0.folder)" }
    let phases = order.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
    #expect(phases == ["save data", "save index", "remove index", "remove data"])
  }

  @Test func `a new snapshot stands before the old one goes`() throws {
    let patient = try Patient()
    patient.store[try patient.packs(.data, 0)] = nil
    _ = try Repairs.index(patient.store)
    let store = RecordingStore(patient.store)
    _ = try Repairs.snapshots(store)
    let order = store.calls.filter { $0.action == .save || $0.action == .remove }.map { "\($0.action) \($0.folder)" }
    let phases = order.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
    #expect(phases == ["save data", "save index", "save snapshots", "remove snapshots"])
  }

  /// A lock that somebody took away protects nothing.
  @Test func `without the lock nothing is removed`() throws {
    let patient = try Patient()
    patient.store[try patient.packs(.data, 0)] = nil
    let old = Set(patient.store.paths(in: "index"))
    #expect(throws: RepositoryError.lockLost(location: "memory")) {
      try Repairs.index(patient.store) { throw RepositoryError.lockLost(location: "memory") }
    }
    #expect(old.isSubset(of: patient.store.paths(in: "index")))
  }

  // MARK: A store in trouble

  /// A server that answers with an error today is no reason to call anything lost.
  @Test(arguments: [StoreError.Reason.failed, .unreachable, .noPermission])
  func `what the store does not give is not called lost`(_ reason: StoreError.Reason) throws {
    let patient = try Patient()
    let start = patient.store.contents
    let store = FaultyStore(patient.store)
    store.fail(.load, below: "data", with: reason)
    let treatment = Result { try Repairs.snapshots(store) }
    if case .success(let treatment) = treatment {
      #expect(treatment.lostPaths.isEmpty && treatment.result.allSatisfy { $0.kind == .refused })
    }
    #expect(patient.store.contents == start)
  }

  @Test(arguments: ["data", "index", "snapshots"])
  func `a list that fails ends the repair`(_ folder: String) throws {
    let patient = try Patient()
    let start = patient.store.contents
    for reason in [StoreError.Reason.failed, .unreachable] {
      let store = FaultyStore(patient.store)
      store.add(FaultyStore.Rule([.list], below: folder, .failAfterListing(1, reason)))
      #expect(throws: StoreError.self) { try Repairs.index(store) }
      if folder != "snapshots" { #expect(throws: StoreError.self) { try Repairs.snapshots(store) } }
      #expect(patient.store.contents == start)
    }
  }

  /// A disk that gives part of a pack no more.
  @Test func `the readable part of a pack on a failing disk is saved`() throws {
    let patient = try Patient()
    let pack = try patient.packs(.data, 0)
    let store = FaultyStore(patient.store)
    // The whole at once fails, twice; its pieces do not.
    store.add(FaultyStore.Rule([.load], below: pack, calls: 1...1, .fail(.failed)))
    let copies = Repairs.Copies()
    let treatment = try Repairs.packs([StoreKey(pack).name], store, copies: copies)
    #expect(treatment.result.lostBlobs == 0)
    #expect(try Repository.opened(patient.store).restoredWhole() == patient.healthy)
  }
}

extension RepairCrashTests.Scene {
  var isAboutIndex: Bool { self == .indexOfLostPack || self == .indexGone || self == .indexContradictory }
}
