package import CoffreCore
import CoffreSystem
import Synchronization

/// Copies snapshots from one repository into another: every blob that the destination lacks is read from the source's
/// packs, opened, checked against its hash and sealed anew with the destination's key and compression.
///
/// Order of truth: packs, index, snapshots. A snapshot of which anything is lost is not copied; it is named, and the
/// others go on. A copy that was cut off finds what it had brought when it is run again.
package final class Copier: Sendable {
  let source: Repository
  let sourceIndex: BlobIndex
  let destination: Repository
  let destinationIndex: BlobIndex
  let request: CopyRequest
  let progress: CopyProgress
  let cancellation: Cancellation
  let lost: LostBlobs

  /// - Parameters:
  ///   - sourceIndex: loaded after the snapshots to be copied.
  ///   - destinationIndex: must know no blob that is not there.
  package init(
    from source: Repository, _ sourceIndex: BlobIndex, to destination: Repository, _ destinationIndex: BlobIndex,
    request: CopyRequest, progress: CopyProgress, cancellation: Cancellation
  ) {
    self.source = source
    self.sourceIndex = sourceIndex
    self.destination = destination
    self.destinationIndex = destinationIndex
    self.request = request
    self.progress = progress
    self.cancellation = cancellation
    lost = LostBlobs(progress: progress)
  }

  /// Blocks until all is copied that can be.
  ///
  /// - Returns: what stands in the destination now, in the order given; in a dry run nothing.
  package func run(_ snapshots: [StoredSnapshot]) throws -> [CopiedSnapshot] {
    progress.count { $0.snapshotsTotal = snapshots.count }
    let walk = CopyWalk(self)
    var verdict = CopyVerdict(self)
    var copied: [CopiedSnapshot] = []
    var group: [StoredSnapshot] = []
    for (number, snapshot) in snapshots.enumerated() {
      try cancellation.check()
      try walk.add(snapshot)
      group.append(snapshot)
      guard walk.plannedBytes >= request.groupSize || number == snapshots.count - 1 else { continue }
      try copy(walk.takeGroup())
      for snapshot in group {
        if let copy = try save(snapshot, &verdict) { copied.append(copy) }
      }
      group = []
      progress.count { $0.phase = .trees }
    }
    return copied
  }

  /// The last step, once all that the snapshot needs is durable.
  private func save(_ stored: StoredSnapshot, _ verdict: inout CopyVerdict) throws -> CopiedSnapshot? {
    if let loss = try verdict.loss(in: stored) {
      progress.count { $0.snapshotsFailed += 1 }
      progress.warn(
        "not-copied", "snapshot \(stored.id.short)",
        "it is not copied: '\(displayed(loss.path))' cannot be had: \(loss.problem)", isLoss: true)
      return nil
    }
    progress.count { $0.snapshotsCopied += 1 }
    guard !request.isDryRun else { return nil }
    try cancellation.check()
    try request.confirmLock()
    let id = try destination.save(stored.snapshot.copied(from: stored.id), with: destination.makeCodec())
    progress.events.take(
      .note("snapshot \(stored.id.short) of \(stored.snapshot.time.forPeople) is copied as \(id.short)"))
    return CopiedSnapshot(source: stored.id, copy: id)
  }
}

// MARK: Blobs

extension Copier {
  /// Brings a group's blobs; when it returns, they and the index about them are durable.
  private func copy(_ entries: [Int]) throws {
    let runs = BlobRun.runs(of: entries, in: sourceIndex)
    progress.count { counters in
      counters.phase = .data
      counters.blobsTotal += entries.count
      counters.bytesTotal += entries.reduce(Int64(0)) { $0 + Int64(sourceIndex.entry($1).length) }
    }
    guard !request.isDryRun, !runs.isEmpty else { return }
    let saver = BlobSaver(
      repository: destination, index: destinationIndex, packSize: request.packSize,
      rhythm: request.rhythm, cancellation: cancellation)
    defer {
      progress.count { counters in
        counters.bytesAdded += saver.saved.plainBytes
        counters.bytesAddedPacked += saver.saved.packedBytes
      }
    }
    try saver.run {
      let cursor = Atomic<Int>(0)
      let failure = FirstFailure()
      try runThreads(count: min(request.threadCount, runs.count), named: "copy") { [self] _ in
        let worker = CopyWorker(self, saver: saver)
        while true {
          let next = cursor.add(1, ordering: .relaxed).oldValue
          guard next < runs.count, failure.error == nil else { return }
          do {
            try worker.copy(runs[next])
          } catch {
            failure.note(error)
            return
          }
        }
      }
      if let error = failure.error { throw error }
    }
  }
}

private final class FirstFailure: Sendable {
  private let state = Mutex<(any Error)?>(nil)
  var error: (any Error)? { state.withLock { $0 } }
  func note(_ error: any Error) { state.withLock { $0 = $0 ?? error } }
}
