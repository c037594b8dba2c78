package import CoffreCore
import CoffreSystem

/// Makes the index tell the truth about the packs that are there.
///
/// Packs that no index names, and those that the index is wrong about, are read whole and every blob is opened and hashed
/// before they are listed; packs that are gone are dropped; index files that cannot be read are replaced. A pack that is
/// there but damaged keeps what the index says of it: `PackRepair` needs that to save what is still good.
package final class IndexRepair: Sendable {
  package struct Request: Sendable {
    /// Believe no index file: read every pack.
    package var readsAllPacks = false
    package var isDryRun = false
    package var threadCount: Int

    package init(threadCount: Int) { self.threadCount = threadCount }
  }

  /// What was, or would be, done.
  package struct Result: Sendable {
    package var packsRead = 0
    /// Listed anew, by what they hold.
    package var adopted: [PackID] = []
    /// Gone from the store, and now from the index.
    package var dropped: [PackID] = []
    /// There, but damaged: for `repo repair packs`.
    package var damaged: [PackID] = []
    package var replacedFiles: [IndexID] = []
    /// Empty in a dry run.
    package var savedFiles: [IndexID] = []
    /// Blobs that were in packs that are gone, and are nowhere else.
    package var lostBlobs = 0
    package var losses = LossSurvey.Counts()
    package var isUnchanged = false
  }

  private let repository: Repository
  private let request: Request
  private let progress: RepairProgress
  private let cancellation: Cancellation

  package init(repository: Repository, request: Request, progress: RepairProgress, cancellation: Cancellation) {
    self.repository = repository
    self.request = request
    self.progress = progress
    self.cancellation = cancellation
  }

  /// Blocks until all is done. To be called under an exclusive lock unless it is a dry run.
  package func run(confirm: () throws -> Void) throws -> Result {
    let snapshots = try repository.snapshots()
    let inventory = try repository.takeIndexInventory(cancellation: cancellation)
    for (file, problem) in inventory.unreadable {
      progress.warn(
        "index-file", ObjectKind.index.storeKey(of: file.id).path, "\(problem); it is replaced", isLoss: false)
    }
    let packs = try repository.store.listObjects(.pack).sorted { $0.id < $1.id }
    var change = IndexChange(inventory)
    var result = Result()
    let doubtful = judge(packs, &change, &result)
    try read(doubtful, &change, &result)
    result.replacedFiles = change.removedFiles.map(\.id)
    result.isUnchanged = change.isEmpty
    if !change.isEmpty || !result.damaged.isEmpty {
      progress.count { $0.phase = "losses" }
      let planned = try change.plannedIndex(in: repository, cancellation: cancellation)
      result.lostBlobs = planned.lostBlobs
      if !change.isEmpty, !request.isDryRun {
        result.savedFiles = try change.perform(in: repository, confirm: confirm, cancellation: cancellation)
      }
      if planned.lostBlobs > 0 || !inventory.unreadable.isEmpty {
        result.losses = try LossSurvey.run(
          on: snapshots.found, in: repository, index: planned.index, progress: progress, cancellation: cancellation)
      }
    }
    return result
  }

  /// What can be said without reading a pack.
  ///
  /// - Returns: the packs that must be read.
  private func judge(_ packs: [ListedObject], _ change: inout IndexChange, _ result: inout Result) -> [ListedObject] {
    let inventory = change.inventory
    let present = Set(packs.map(\.id))
    for pack in inventory.listings.keys.sorted() where !present.contains(pack) {
      change.drop(pack)
      result.dropped.append(pack)
      progress.warn(
        "dropped-pack", ObjectKind.pack.storeKey(of: pack).path, "it is gone; the index names it no more", isLoss: true)
    }
    // What rustic has marked for deletion is of no interest, unless something is missing.
    let isLacking = !result.dropped.isEmpty || !inventory.unreadable.isEmpty
    return packs.filter { pack in
      if request.readsAllPacks { return true }
      guard let listings = inventory.listings[pack.id], let first = listings.first else {
        return isLacking || !inventory.markedPacks.contains(pack.id)
      }
      guard first.size == pack.sizeInBytes, listings.allSatisfy({ $0.fingerprint == first.fingerprint }) else {
        return true
      }
      change.tidy(pack.id)
      return false
    }
  }

  private func read(_ packs: [ListedObject], _ change: inout IndexChange, _ result: inout Result) throws {
    let examiner = PackExaminer(repository: repository, progress: progress, cancellation: cancellation)
    result.packsRead = packs.count
    for (pack, examination) in try examiner.examine(packs, threadCount: request.threadCount) {
      let listings = change.inventory.listings[pack] ?? []
      if examination.isSound, let header = examination.header {
        let isListedRight = listings.allSatisfy { $0.fingerprint == ListedPack(id: pack, blobs: header).fingerprint }
        if isListedRight, !listings.isEmpty {
          change.tidy(pack)
          continue
        }
        change.adopt(pack, header)
        result.adopted.append(pack)
        progress.events.take(
          .note(
            listings.isEmpty
              ? "pack \(pack.short) was in no index: \(counted(header.count, "blob")) verified and listed"
              : "the index was wrong about pack \(pack.short): \(counted(header.count, "blob")) verified and listed"))
      } else {
        change.doubtfulPacks.insert(pack)
        result.damaged.append(pack)
        let problem: Message = examination.problems.first ?? "it cannot be read"
        progress.warn(
          "damaged-pack", ObjectKind.pack.storeKey(of: pack).path,
          listings.isEmpty
            ? "\(problem); no index names it, and it is not listed" : "\(problem); what the index says of it stays",
          isLoss: true)
      }
    }
  }
}
