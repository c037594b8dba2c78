package import CoffreCore
import CoffreRepository
import CoffreSystem
import Synchronization

/// One repair of damaged packs.
package final class RepairPacksJob: Job {
  package let description: JobDescription
  private let access: RepositoryAccess
  private let packs: [String]
  private let copyFolder: PathBytes
  private let isDryRun: Bool
  private let running = Mutex<RepairProgress?>(nil)

  /// - Parameters:
  ///   - packs: ids, or their unique beginnings.
  ///   - copyFolder: where copies of the damaged packs are kept.
  package init(_ access: RepositoryAccess, packs: [String], copyFolder: PathBytes, isDryRun: Bool) {
    self.access = access
    self.packs = packs
    self.copyFolder = copyFolder
    self.isDryRun = isDryRun
    description = JobDescription(kind: "repair packs", repository: access.location, subjects: packs)
  }

  package func perform(_ context: JobContext) throws -> JobResult {
    let start = ContinuousClock.now
    let copies = PackCopies(folder: copyFolder)
    return try access.withRepository(isDryRun ? .reading : .removing, context) { repository, confirm in
      var request = PackRepair.Request { try copies.keep($1, of: $0) }
      request.isDryRun = isDryRun
      let progress = RepairProgress(events: context.events)
      running.withLock { $0 = progress }
      let result = try PackRepair(
        repository: repository, request: request, progress: progress, cancellation: context.cancellation
      ).run(packs, confirm: confirm)
      let facts =
        [
          JobFact("dryRun", .flag(isDryRun)), JobFact("packsRemoved", .list(result.removed.map(\.description))),
          JobFact("packsSound", .list(result.sound.map(\.description))),
          JobFact("packsMisindexed", .list(result.misindexed.map(\.description))),
          JobFact("copies", .list(copies.paths.map { displayed($0) })),
          JobFact("blobsSaved", .count(result.savedBlobs)), JobFact("bytesSaved", .bytes(result.savedBytes)),
          JobFact("blobsElsewhere", .count(result.blobsElsewhere)), JobFact("lostBlobs", .count(result.lostBlobs)),
        ] + result.losses.facts + [
          JobFact("bytesFreed", .bytes(result.freedBytes)), JobFact("duration", .duration(ContinuousClock.now - start)),
        ]
      return JobResult(exitCode: result.lostBlobs > 0 ? .partial : .done, facts: facts)
    }
  }

  package func progress(elapsed: Duration) -> JobProgress? { running.withLock { $0 }?.progress(elapsed) }
}

/// Copies of damaged packs in a folder, as `pack-<id>`.
private final class PackCopies: Sendable {
  private let folder: PathBytes
  private let kept = Mutex<[PathBytes]>([])

  init(folder: PathBytes) { self.folder = folder }

  var paths: [PathBytes] { kept.withLock { $0 } }

  /// A copy that an interrupted run has left is as good as a new one.
  func keep(_ bytes: [UInt8], of pack: PackID) throws {
    let path = joined(folder, Array("pack-\(pack)".utf8))
    var present: [UInt8]?
    do throws(SystemError) { present = try readFile(path, limit: 1 << 32) } catch {
      guard error.isNotFound else { throw error }
    }
    if let present {
      guard present == bytes else { throw RepairError.copyDiffers(path: displayed(path)) }
    } else {
      try writeFileAtomically(bytes, path)
    }
    kept.withLock { $0.append(path) }
  }
}
