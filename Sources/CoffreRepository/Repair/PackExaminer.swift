import CoffreCore
import CoffreSystem
import Synchronization

/// Examines many packs with several threads, believing their headers only.
final class PackExaminer: Sendable {
  private let repository: Repository
  private let progress: RepairProgress
  private let cancellation: Cancellation
  private let cursor = Atomic<Int>(0)
  private let findings = Mutex<[(pack: PackID, examination: PackExamination)]>([])
  private let failure = Mutex<(any Error)?>(nil)

  init(repository: Repository, progress: RepairProgress, cancellation: Cancellation) {
    self.repository = repository
    self.progress = progress
    self.cancellation = cancellation
  }

  /// Blocks until all are examined. Called once.
  ///
  /// - Returns: in the order of ids.
  func examine(_ packs: [ListedObject], threadCount: Int) throws -> [(pack: PackID, examination: PackExamination)] {
    progress.count { counters in
      counters.phase = "packs"
      counters.packsTotal = packs.count
      counters.bytesTotal = packs.reduce(0) { $0.adding(saturating: $1.sizeInBytes) }
    }
    try runThreads(count: min(threadCount, max(1, packs.count)), named: "packs") { [self] _ in
      let codec = repository.makeCodec()
      while true {
        let next = cursor.add(1, ordering: .relaxed).oldValue
        guard next < packs.count, !cancellation.isCancelled, failure.withLock({ $0 == nil }) else { return }
        do {
          try examine(packs[next], with: codec)
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    try cancellation.check()
    return findings.withLock { $0 }.sorted { $0.pack < $1.pack }
  }

  private func examine(_ pack: ListedObject, with codec: BlobCodec) throws {
    let (bytes, unreadable) = try repository.readPack(pack)
    var examination = PackExamination(
      of: bytes, id: pack.id, indexed: [], version: repository.config.version, with: codec)
    if unreadable > 0 { examination.problems.insert("\(byteText(unreadable)) of it cannot be read", at: 0) }
    findings.withLock { [examination] in $0.append((pack.id, examination)) }
    progress.count { counters in
      counters.packs += 1
      counters.bytes += pack.sizeInBytes
    }
  }
}
