import CoffreCore
import CoffreSystem
import Synchronization

extension Pruner {
  /// Removes what the plan says, as far as nobody needs it by now: packs without index, then index entries, then packs.
  ///
  /// - Parameters:
  ///   - isAlone: whether the exclusive lock was held since before the plan was made: then nothing has changed but by us.
  ///   - confirm: throws unless an exclusive lock still holds, without which nothing may be removed.
  package func remove(isAlone: Bool = false, confirm: @Sendable () throws -> Void) throws -> PruneOutcome {
    guard let removal = try lastDecision(isAlone: isAlone) else { return outcome }
    try confirm()
    try delete(removal.unindexed, cancellation)
    try rewriteIndex(removal.loaded, without: removal.numbers, confirm)
    try confirm()
    try delete(removal.old, cancellation)
    return outcome
  }

  /// What goes, as it stands now that nobody else can change anything.
  struct Removal {
    let loaded: LoadedIndex
    /// By the numbers of the packs in the index: whether it names them no more.
    let numbers: [Bool]
    let unindexed: [ListedObject]
    let old: [ListedObject]
  }

  /// - Returns: `nil` if there is no plan.
  func lastDecision(isAlone: Bool = false) throws -> Removal? {
    if isAlone { try takeInOwnFiles() } else { try lookAgain() }
    guard let loaded, let plan else { return nil }
    // What was moved is worth a look before its old place goes.
    let isKnown = isAlone && outcome.packsAdded == 0
    let stored = isKnown ? stored : try repository.store.listObjects(.pack)
    let goes = try finalDecision(plan, loaded, stored)
    let known = Set(loaded.index.packs.map(\.id)).union(marked(in: loaded))
    let there = Set(stored.map(\.id))
    let unindexed = plan.unindexedPacks.filter { !known.contains($0.id) && there.contains($0.id) }
    let old = stored.filter { goes.packs.contains($0.id) }
    progress.count { counters in
      counters.phase = .delete
      counters.packsToDelete = unindexed.count + old.count
    }
    return Removal(loaded: loaded, numbers: goes.numbers, unindexed: unindexed, old: old)
  }

  // MARK: What changed since

  /// Takes in snapshots and index files that came since the plan was made. If index files are gone, somebody else tidied
  /// up: then all is planned, and repacked, anew.
  private func lookAgain() throws {
    guard let before = loaded else { return }
    progress.enter(.snapshots)
    let newcomers = try loadSnapshots(except: judged.union(request.ignoredSnapshots))
    progress.enter(.index)
    let files = Set(try repository.store.listObjects(.index).map(\.id))
    guard before.files.allSatisfy({ files.contains($0.id) }) else {
      progress.note("the index was rewritten by somebody else meanwhile: planning anew")
      _ = try makePlan()
      try repack()
      try extendIndex(by: [])
      return
    }
    try extendIndex(by: newcomers)
  }

  private func extendIndex(by newcomers: [StoredSnapshot]) throws {
    let extended = try repository.loadIndex(from: .files, extending: loaded, cancellation: cancellation)
    try refuseContradictions(in: extended)
    loaded = extended
    judged.formUnion(newcomers.map(\.id))
    try mark(newcomers, in: extended)
  }

  private func takeInOwnFiles() throws {
    guard let before = loaded, !indexFilesAdded.isEmpty || !unnamedPacks.isEmpty else { return }
    let extended = try repository.loadIndex(
      extending: before, by: indexFilesAdded, and: unnamedPacks, cancellation: cancellation)
    try refuseContradictions(in: extended)
    loaded = extended
  }

  // MARK: The last word

  private struct Going {
    /// By the numbers of the packs.
    var numbers: [Bool]
    var packs: Set<PackID> = []
  }

  /// Proves, for each blob that is needed, that a copy stays: in a pack that is there, whole, and not to go. Where it would
  /// not, the pack stays after all.
  private func finalDecision(_ plan: PrunePlan, _ loaded: LoadedIndex, _ stored: [ListedObject]) throws -> Going {
    let index = loaded.index
    let sizes = Dictionary(stored.map { ($0.id, $0.sizeInBytes) }, uniquingKeysWith: max)
    let isSound = index.packs.indices.map { sizes[index.packs[$0].id] == index.packSize($0) }
    var going = Going(numbers: Array(repeating: false, count: index.packs.count))
    for (number, fate) in plan.fates.enumerated() where fate != .keep { going.numbers[number] = true }
    try used.forEach { first throws(PruneError) in
      let own = index.packNumber(ofEntry: first)
      if !going.numbers[own], isSound[own] { return }
      let id = index.id(ofEntry: first)
      let packs = index.entryNumbers(of: id, index.kind(ofEntry: first)).map { index.packNumber(ofEntry: $0) }
      if packs.contains(where: { !going.numbers[$0] && isSound[$0] }) { return }
      guard let rescued = packs.first(where: { isSound[$0] }) else {
        throw .needUnknown(
          subject: "blob \(id.short)", problem: "no pack that is there and whole holds it any more",
          hasMarkedPacks: !marked(in: loaded).isEmpty)
      }
      going.numbers[rescued] = false
      outcome.packsNeededAgain += 1
    }
    for (number, pack) in index.packs.enumerated() where going.numbers[number] { going.packs.insert(pack.id) }
    return going
  }

  // MARK: Doing

  private func rewriteIndex(_ loaded: LoadedIndex, without goes: [Bool], _ confirm: () throws -> Void) throws {
    let rewriting = IndexRewriting(loaded) { !goes[$0] }
    guard !rewriting.isNeedless else { return }
    try cancellation.check()
    outcome.indexFilesAdded += try rewriting.perform(loaded.index, in: repository, confirm: confirm).count
    outcome.indexFilesDeleted += rewriting.replaced.count
  }

  /// A pack that cannot be removed stays as garbage, and the others go nevertheless.
  func delete(_ packs: [ListedObject], _ cancellation: Cancellation) throws {
    guard !packs.isEmpty else { return }
    let cursor = Atomic<Int>(0)
    let result = Mutex((done: PruneOutcome(), failure: (any Error)?.none))
    let threads = min(packs.count, max(1, repository.store.traits.parallelRequests))
    try runThreads(count: threads, named: "delete") { [repository, progress] _ in
      while result.withLock({ $0.failure == nil }) {
        let next = cursor.add(1, ordering: .relaxed).oldValue
        guard next < packs.count else { return }
        let key = ObjectKind.pack.storeKey(of: packs[next].id)
        do {
          try cancellation.check()
          try repository.store.remove(key)
          result.withLock { result in
            result.done.packsDeleted += 1
            result.done.bytesDeleted += packs[next].sizeInBytes
          }
          progress.count { $0.packsDeleted += 1 }
        } catch let error as StoreError where error.concernsOneObject {
          progress.warnKept(key.path, error.cause)
        } catch {
          result.withLock { $0.failure = $0.failure ?? error }
        }
      }
    }
    let (done, failure) = result.withLock { ($0.done, $0.failure) }
    outcome.packsDeleted += done.packsDeleted
    outcome.bytesDeleted += done.bytesDeleted
    if let failure { throw failure }
  }
}
