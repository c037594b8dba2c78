import CoffreCore
import CoffreTestKit

@testable import CoffreRepository

/// Copies between repositories in memory, as the job does, without locks.
enum CopyBench {
  struct Outcome {
    let copied: [CopiedSnapshot]
    let counters: CopyCounters
    let events: EventLog
  }

  /// A repository whose polynomial is not that of `Repository.forTest`.
  static func differing(in store: any Store, version: Int = 2) throws -> Repository {
    try Repository.create(
      store: store, password: .ofTests, cost: .ofTests, version: version, machine: .ofTests)
  }

  /// A source of two snapshots that share most of their content, in several packs.
  static func source(version: Int = 2) throws -> MemoryStore {
    let store = MemoryStore(location: "source")
    let repository = try Repository.forTest(in: store, version: version)
    for (number, entries) in [BackupSample.first, BackupSample.second].enumerated() {
      try repository.backUp(MemorySession(entries), time: 1_700_001_000 + Int64(number) * 1000) { request in
        request.packSize = BackupSample.packSize
      }
    }
    return store
  }

  /// Copies all snapshots that the destination has not got.
  @discardableResult
  static func copy(
    from source: any Store, to destination: any Store, cancellation: Cancellation = Cancellation(),
    only chosen: [SnapshotID]? = nil, _ change: (inout CopyRequest) -> Void = { _ in }
  ) throws -> Outcome {
    let (source, destination) = (try Repository.opened(source), try Repository.opened(destination))
    let known = KnownCopies(try destination.soundSnapshots())
    let snapshots = try source.soundSnapshots().filter { stored in
      known.copy(of: stored) == nil && chosen?.contains(stored.id) != false
    }
    var request = CopyRequest(threadCount: 2)
    request.packSize = BackupSample.packSize
    change(&request)
    let events = EventLog()
    let progress = CopyProgress(events: events)
    let copier = Copier(
      from: source, try source.loadIndex(cancellation: cancellation).index, to: destination,
      try destination.trustworthy(try destination.loadIndex(cancellation: cancellation).index, report: { _ in }),
      request: request, progress: progress, cancellation: cancellation)
    return Outcome(copied: try copier.run(snapshots), counters: progress.snapshot, events: events)
  }
}
