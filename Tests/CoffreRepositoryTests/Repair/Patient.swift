import CoffreCore
import CoffreTestKit
import Synchronization
import Testing

@testable import CoffreRepository

/// A repository of two snapshots in several small packs, what it restores to, and everything that repairs it.
struct Patient {
  let store: MemoryStore
  /// What the snapshots restore to when nothing is wrong, oldest first.
  let healthy: [[PathBytes: MemoryRestore.Item]]

  private static let made = Result {
    let store = try BackupSample.store()
    try BackupSample.backUpSecond(in: store)
    return (store.contents, try Repository.opened(store).restoredWhole())
  }

  init() throws {
    let (contents, healthy) = try Self.made.get()
    store = MemoryStore(contents)
    self.healthy = healthy
  }

  /// Paths of packs that hold blobs of a kind, the largest first: how blobs are spread over packs is a matter of chance.
  func packs(_ kind: BlobKind) throws -> [String] {
    let index = try Repository.opened(store).loadIndex(cancellation: Cancellation()).index
    let packs = index.packs.filter { kind == .data ? $0.hasData : $0.hasTrees }.map {
      ObjectKind.pack.storeKey(of: $0.id).path
    }
    return packs.sorted { (store[$0]?.count ?? 0, $0) > (store[$1]?.count ?? 0, $1) }
  }

  /// The largest pack of a kind, the second…
  func packs(_ kind: BlobKind, _ number: Int) throws -> String {
    let packs = try packs(kind)
    return packs[number % min(packs.count, 3)]
  }

  /// The pack with a snapshot's root.
  func packOfRoot(_ number: Int) throws -> String {
    let repository = try Repository.opened(store)
    let index = try repository.loadIndex(cancellation: Cancellation()).index
    let location = try #require(index.location(of: try repository.soundSnapshots()[number].snapshot.tree, .tree))
    return ObjectKind.pack.storeKey(of: location.pack).path
  }

  /// Changes one byte of a blob in a pack; not of the empty tree, which is no loss.
  func flipByte(inBlobOf path: String) throws {
    let index = try Repository.opened(store).loadIndex(cancellation: Cancellation()).index
    let number = try #require(index.packs.firstIndex { ObjectKind.pack.storeKey(of: $0.id).path == path })
    let entry = try #require(
      index.entriesByOffset(ofPack: number).map { index.entry($0) }.max { $0.length < $1.length })
    store.edit(path) { $0[Int(entry.offset) + 20] ^= 1 }
  }
}

// MARK: Repairing

/// What a repair said and did.
struct Treatment<Value> {
  let result: Value
  let events: EventLog

  /// Paths whose content was called lost, without their snapshots.
  var lostPaths: Set<String> {
    Set(
      events.warnings.filter { $0.code == "lost" }.compactMap { $0.subject.split(separator: ":").last.map(String.init) }
    )
  }
}

enum Repairs {
  static func index(
    _ store: any Store, readsAll: Bool = false, isDryRun: Bool = false, confirm: () throws -> Void = {}
  ) throws -> Treatment<IndexRepair.Result> {
    let events = EventLog()
    var request = IndexRepair.Request(threadCount: 2)
    request.readsAllPacks = readsAll
    request.isDryRun = isDryRun
    let result = try IndexRepair(
      repository: .opened(store), request: request, progress: RepairProgress(events: events),
      cancellation: Cancellation()
    ).run(confirm: confirm)
    return Treatment(result: result, events: events)
  }

  /// Keeps what it was given to keep.
  final class Copies: Sendable {
    private let kept = Mutex<[PackID: [UInt8]]>([:])
    var all: [PackID: [UInt8]] { kept.withLock { $0 } }
    func keep(_ pack: PackID, _ bytes: [UInt8]) { kept.withLock { $0[pack] = bytes } }
  }

  static func packs(
    _ ids: [String], _ store: any Store, isDryRun: Bool = false, copies: Copies = Copies()
  ) throws -> Treatment<PackRepair.Result> {
    let events = EventLog()
    var request = PackRepair.Request { copies.keep($0, $1) }
    request.isDryRun = isDryRun
    let result = try PackRepair(
      repository: .opened(store), request: request, progress: RepairProgress(events: events),
      cancellation: Cancellation()
    ).run(ids, confirm: {})
    return Treatment(result: result, events: events)
  }

  static func snapshots(
    _ store: any Store, forgets: Bool = true, isDryRun: Bool = false, suffix: String = SnapshotRepair.defaultSuffix
  ) throws -> Treatment<[SnapshotOutcome]> {
    let events = EventLog()
    let repository = try Repository.opened(store)
    var change = SnapshotEdit(tag: "repaired")
    change.forgets = forgets
    change.isDryRun = isDryRun
    let all = try repository.snapshots().found
    let (index, unlistedPacks) = try repository.indexForRepair(cancellation: Cancellation())
    let repair = SnapshotRepair(
      repository: repository, index: index, unlistedPacks: unlistedPacks, change: change,
      suffix: Array(suffix.utf8), progress: RewriteProgress(events: events),
      cancellation: Cancellation())
    let saved = try repair.save(try repair.run(on: all, among: all), confirm: {})
    let outcomes = try repair.forget(saved, confirm: {})
    if forgets, !isDryRun {
      for file in try repository.damagedSnapshotFiles() { try repository.removeSnapshot(file.id) }
    }
    return Treatment(result: outcomes, events: events)
  }

  /// Everything a user is told to do, in that order, until the check finds nothing.
  ///
  /// - Returns: the paths that were called lost on the way.
  static func all(_ store: any Store) throws -> Set<String> {
    var lost: Set<String> = []
    let index = try index(store)
    lost.formUnion(index.lostPaths)
    var damaged = Set(index.result.damaged)
    damaged.formUnion(try Repository.opened(store).examined().counters.brokenPacks)
    if !damaged.isEmpty { lost.formUnion(try packs(damaged.map(\.description), store).lostPaths) }
    lost.formUnion(try snapshots(store).lostPaths)
    return lost
  }
}

// MARK: Judging

extension Patient {
  /// Sound again; all that was not called lost restores exactly; nothing that was called lost is there whole.
  func expectMended(lost: Set<String>, location: SourceLocation = #_sourceLocation) throws {
    let repository = try Repository.opened(store)
    let examination = try repository.examined()
    #expect(examination.isSound, "\(examination.text)", sourceLocation: location)
    for snapshot in try repository.soundSnapshots() {
      let events = EventLog()
      let items = try repository.restored(snapshot, events: events)
      #expect(events.losses.isEmpty, "\(events.text)", sourceLocation: location)
      let original = healthy[snapshot.snapshot.time.seconds == BackupSample.firstTime ? 0 : 1]
      for (path, item) in original where !isLost(path, lost) {
        #expect(items[path] == item, "\(displayed(path)) is not what it was", sourceLocation: location)
      }
      for (path, item) in items where original[path] != item {
        let name = displayed(path)
        #expect(
          name.hasSuffix(SnapshotRepair.defaultSuffix), "\(name) is there, but never was", sourceLocation: location)
      }
    }
  }

  private func isLost(_ path: PathBytes, _ lost: Set<String>) -> Bool {
    let name = displayed(path)
    return lost.contains { name == $0 || name.hasPrefix($0 + "/") || $0 == "/" }
  }

  /// What can be restored of every snapshot now, whatever is wrong: by snapshot time.
  static func restorable(_ store: any Store) -> [Int64: [PathBytes: MemoryRestore.Item]] {
    var found: [Int64: [PathBytes: MemoryRestore.Item]] = [:]
    guard let repository = try? Repository.opened(store), let snapshots = try? repository.snapshots().found else {
      return [:]
    }
    for snapshot in snapshots {
      let items = (try? repository.restored(snapshot, threads: 1)) ?? [:]
      found[snapshot.snapshot.time.seconds, default: [:]].merge(items) { first, _ in first }
    }
    return found
  }
}
