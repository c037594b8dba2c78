import CoffreCore
import CoffreTestKit
import OpenSSLKit
import Testing

@testable import CoffreRepository

/// Each kind of damage, found by the check and mended by what the user is told to do.
@Suite("Repairing each kind of damage")
struct DamageTests {
  /// What is done to a repository, and whether content is lost by it.
  enum Damage: String, CaseIterable, Sendable {
    case lostDataPack, lostTreePack, truncatedDataPack, truncatedTreePack, emptyPack
    case flippedByteInBlob, flippedByteInTree, flippedByteInHeader, flippedLengthField, grownPack
    case lostIndex, damagedIndex, indexNamesMissingPack, repeatedListing, contradictoryIndex, shortListing
    case allPacksLost, damagedSnapshot

    /// Damage that costs nothing: everything is still there somewhere.
    var isHarmless: Bool {
      switch self {
      case .flippedByteInHeader, .flippedLengthField, .grownPack, .lostIndex, .damagedIndex, .indexNamesMissingPack,
        .repeatedListing, .contradictoryIndex, .shortListing:
        true
      default: false
      }
    }

    func `do`(to patient: Patient, _ number: Int) throws {
      let store = patient.store
      let data = try patient.packs(.data, number)
      let trees = try patient.packs(.tree, number)
      switch self {
      case .lostDataPack: store[data] = nil
      case .lostTreePack: store[trees] = nil
      case .truncatedDataPack: store.edit(data) { $0.removeLast($0.count / 2) }
      case .truncatedTreePack: store.edit(trees) { $0.removeLast($0.count / 2) }
      case .emptyPack: store[data] = []
      case .flippedByteInBlob: try patient.flipByte(inBlobOf: data)
      case .flippedByteInTree: try patient.flipByte(inBlobOf: trees)
      case .flippedByteInHeader: store.edit(data) { $0[$0.count - 10] ^= 1 }
      case .flippedLengthField: store.edit(data) { $0[$0.count - 1] ^= 1 }
      case .grownPack: store.edit(data) { $0 += [1, 2, 3] }
      case .lostIndex: for path in store.paths(in: "index") { store[path] = nil }
      case .damagedIndex:
        let paths = store.paths(in: "index")
        store.edit(paths[number % paths.count]) { $0[$0.count / 2] ^= 1 }
      case .indexNamesMissingPack:
        let forger = try Forger(in: store)
        try forger.index([(forger.codec.hashed([1]), [forger.indexed()[0].blobs[0]])])
      case .repeatedListing:
        let forger = try Forger(in: store)
        try forger.index([forger.indexed()[number % 2]])
      case .contradictoryIndex:
        let forger = try Forger(in: store)
        let pack = try forger.indexed()[0]
        try forger.index([(pack.id, pack.blobs.map { $0.telling(id: forger.codec.hashed([9])) })])
      case .shortListing: try Forger(in: store).rewriteIndex { $0[0].blobs.removeLast() }
      case .allPacksLost: for path in store.paths(in: "data") { store[path] = nil }
      case .damagedSnapshot:
        let paths = store.paths(in: "snapshots")
        store.edit(paths[number % paths.count]) { $0[20] ^= 1 }
      }
    }
  }

  @Test(arguments: Damage.allCases, 0..<3)
  func `check finds it, the repairs mend it, and what is lost is named`(_ damage: Damage, _ number: Int) throws {
    let patient = try Patient()
    try damage.do(to: patient, number)
    let before = try Repository.opened(patient.store).examined()
    #expect(!before.isSound || (damage == .repeatedListing && !before.hints.isEmpty))
    let lost = try Repairs.all(patient.store)
    #expect(lost.isEmpty == (damage.isHarmless || damage == .damagedSnapshot), "\(lost)")
    try patient.expectMended(lost: lost)
    if damage.isHarmless { #expect(try Repository.opened(patient.store).restoredWhole() == patient.healthy) }
    if damage == .damagedSnapshot { #expect(patient.store.paths(in: "snapshots").count == 1) }
    if damage == .repeatedListing { #expect(try Repository.opened(patient.store).examined().hints.isEmpty) }
  }

  @Test(arguments: Damage.allCases)
  func `a dry run changes nothing and names the same losses`(_ damage: Damage) throws {
    let patient = try Patient()
    try damage.do(to: patient, 0)
    let start = patient.store.contents
    let planned = try Repairs.index(patient.store, isDryRun: true)
    #expect(patient.store.contents == start)
    let done = try Repairs.index(patient.store)
    #expect(planned.lostPaths == done.lostPaths)
    #expect(planned.result.damaged == done.result.damaged && planned.result.dropped == done.result.dropped)
    #expect(planned.result.adopted == done.result.adopted && planned.result.lostBlobs == done.result.lostBlobs)

    let broken = try Repository.opened(patient.store).examined().counters.brokenPacks.map(\.description)
    if !broken.isEmpty {
      let middle = patient.store.contents
      let copies = Repairs.Copies()
      let plannedPacks = try Repairs.packs(broken, patient.store, isDryRun: true, copies: copies)
      #expect(patient.store.contents == middle && copies.all.isEmpty)
      let donePacks = try Repairs.packs(broken, patient.store)
      #expect(plannedPacks.lostPaths == donePacks.lostPaths)
      #expect(plannedPacks.result.savedBlobs == donePacks.result.savedBlobs)
      #expect(plannedPacks.result.lostBlobs == donePacks.result.lostBlobs)
    }
    let late = patient.store.contents
    let plannedSnapshots = try Repairs.snapshots(patient.store, isDryRun: true)
    #expect(patient.store.contents == late)
    #expect(try Repairs.snapshots(patient.store).lostPaths == plannedSnapshots.lostPaths)
  }

  @Test func `a sound repository is left as it is, byte for byte`() throws {
    let patient = try Patient()
    let start = patient.store.contents
    for readsAll in [false, true] {
      let treatment = try Repairs.index(patient.store, readsAll: readsAll)
      #expect(treatment.result.isUnchanged && treatment.events.warnings.isEmpty)
      #expect(treatment.result.packsRead == (readsAll ? patient.store.paths(in: "data").count : 0))
    }
    let ids = patient.store.paths(in: "data").map { StoreKey($0).name }
    let packs = try Repairs.packs(ids, patient.store)
    #expect(packs.result.sound.count == ids.count && packs.result.removed.isEmpty)
    let snapshots = try Repairs.snapshots(patient.store)
    #expect(snapshots.result.allSatisfy { $0.kind == .unchanged } && snapshots.events.warnings.isEmpty)
    #expect(patient.store.contents == start)
  }

  @Test func `with every index gone, all packs are verified and listed again`() throws {
    let patient = try Patient()
    for path in patient.store.paths(in: "index") { patient.store[path] = nil }
    let treatment = try Repairs.index(patient.store)
    #expect(treatment.result.adopted.count == patient.store.paths(in: "data").count)
    #expect(treatment.result.lostBlobs == 0 && treatment.events.losses.isEmpty)
    #expect(try Repository.opened(patient.store).restoredWhole() == patient.healthy)
  }

  /// A pack whose bytes are not those of its name may come from anywhere.
  @Test func `a pack that no index names is not listed unless every blob in it is good`() throws {
    let patient = try Patient()
    let pack = try patient.packs(.data, 0)
    for path in patient.store.paths(in: "index") { patient.store[path] = nil }
    patient.store.edit(pack) { $0[20] ^= 1 }
    let treatment = try Repairs.index(patient.store)
    #expect(treatment.result.damaged.map(\.description) == [StoreKey(pack).name])
    let index = try Repository.opened(patient.store).loadIndex(cancellation: Cancellation()).index
    #expect(!index.packs.contains { $0.id.description == StoreKey(pack).name })
    // What is good in it is saved all the same.
    let saved = try Repairs.packs([StoreKey(pack).name], patient.store)
    #expect(saved.result.savedBlobs > 0 && saved.result.lostBlobs == 1)
  }

  @Test func `a truncated pack keeps its place in the index until its good blobs are saved`() throws {
    let patient = try Patient()
    let pack = try patient.packs(.data, 0)
    patient.store.edit(pack) { $0.removeLast(60) }
    let copies = Repairs.Copies()
    let index = try Repairs.index(patient.store)
    #expect(index.result.isUnchanged && index.result.damaged.count == 1)
    let bytes = try #require(patient.store[pack])
    let packs = try Repairs.packs([String(StoreKey(pack).name.prefix(12))], patient.store, copies: copies)
    // Only the header was cut off.
    #expect(packs.result.lostBlobs == 0 && packs.result.savedBlobs > 0)
    #expect(copies.all.values.map { $0 } == [bytes])
    #expect(patient.store[pack] == nil)
    #expect(try Repository.opened(patient.store).examined().isSound)
    #expect(try Repository.opened(patient.store).restoredWhole() == patient.healthy)
  }

  /// The other copy of a blob must be good too before one is given up.
  @Test func `a blob whose other copy is damaged is saved from the pack that is taken out`() throws {
    let patient = try Patient()
    let forger = try Forger(in: patient.store)
    let pack = try #require(try forger.indexed().first { $0.blobs[0].kind == .data })
    let path = ObjectKind.pack.storeKey(of: pack.id).path
    let bytes = try #require(patient.store[path])
    let blob = pack.blobs[0]
    var plain: [UInt8] = []
    let sealed = Array(bytes[Int(blob.offset)..<Int(blob.offset + blob.length)])
    try forger.codec.open(sealed.span, id: blob.id, at: blob.location(in: pack.id), into: &plain)
    let twin = try forger.pack([(plain, .data)])
    try forger.index([(twin.id, twin.blobs)])
    // The twin is ruined, and in the first pack the header only.
    patient.store.edit(ObjectKind.pack.storeKey(of: twin.id).path) { $0[18] ^= 1 }
    patient.store.edit(path) { $0[$0.count - 1] ^= 1 }
    let repaired = try Repairs.packs([pack.id.description], patient.store)
    #expect(repaired.result.savedBlobs == pack.blobs.count && repaired.result.lostBlobs == 0)
    _ = try Repairs.packs([twin.id.description], patient.store)
    #expect(try Repository.opened(patient.store).restoredWhole() == patient.healthy)
  }

  @Test func `packs cannot be repaired before the index, nor snapshots before the packs`() throws {
    let patient = try Patient()
    let pack = try patient.packs(.data, 0)
    patient.store.edit(pack) { $0.removeLast() }
    let snapshots = #expect(throws: RepairError.self) { try Repairs.snapshots(patient.store) }
    #expect(snapshots?.explanation.advice?.description.contains("coffre repo repair index") == true)
    patient.store.edit(patient.store.paths(in: "index")[0]) { $0[30] ^= 1 }
    let start = patient.store.contents
    let packs = #expect(throws: RepairError.self) { try Repairs.packs([StoreKey(pack).name], patient.store) }
    #expect(packs?.explanation.advice?.description.contains("coffre repo repair index") == true)
    #expect(patient.store.contents == start)
  }

  /// An index that is gone leaves packs that nobody names: prune must not be what the check says, nor may snapshots be cut.
  @Test func `while packs are in no index, nothing is called lost`() throws {
    let patient = try Patient()
    for path in patient.store.paths(in: "index") { patient.store[path] = nil }
    let start = patient.store.contents
    let examination = try Repository.opened(patient.store).examined()
    #expect(examination.counters.remedies.repairsIndex && !examination.counters.remedies.prunes)
    #expect(!examination.text.contains("harmless"), "\(examination.text)")
    let error = #expect(throws: RepairError.self) { try Repairs.snapshots(patient.store) }
    #expect(error?.explanation.advice?.description.contains("coffre repo repair index") == true)
    #expect(patient.store.paths(in: "snapshots") == MemoryStore(start).paths(in: "snapshots"))
  }

  @Test func `ids of packs may be shortened, but not be wrong`() throws {
    let patient = try Patient()
    #expect(throws: RepairError.noSuchPack("xyz")) { try Repairs.packs(["xyz"], patient.store) }
    #expect(throws: RepairError.noSuchPack("")) { try Repairs.packs([""], patient.store) }
    let many = Array(Set(patient.store.paths(in: "data").map { StoreKey($0).name.prefix(1) }))
    for first in many where patient.store.paths(in: "data").count(where: { StoreKey($0).name.hasPrefix(first) }) > 1 {
      #expect(throws: RepairError.self) { try Repairs.packs([String(first)], patient.store) }
    }
  }
}
