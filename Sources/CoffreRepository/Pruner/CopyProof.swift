import CoffreCore
import CoffreSystem
import Synchronization

/// Opens and hashes the copies that stay of blobs whose other copies go: for who wants to be sure that the better one of
/// two is not thrown away.
struct CopyProof {
  let repository: Repository
  let index: BlobIndex
  let plan: PrunePlan
  let threadCount: Int
  let cancellation: Cancellation

  /// - Throws: `.packDamaged` at the first copy that is not what it should be.
  func run(for used: EntrySet) throws {
    var staying = EntrySet(capacity: index.count)
    used.forEach { first in
      let entries = index.entryNumbers(of: index.id(ofEntry: first), index.kind(ofEntry: first))
      guard entries.count > 1 else { return }
      let kept = entries.filter { plan.fates[index.packNumber(ofEntry: $0)] == .keep }
      if let one = kept.first, kept.count < entries.count { staying.insert(one) }
    }
    var byPack: [Int: [Int]] = [:]
    staying.forEach { byPack[index.packNumber(ofEntry: $0), default: []].append($0) }
    let packs = byPack.sorted { $0.key < $1.key }
    let cursor = Atomic<Int>(0)
    let failure = Mutex<(any Error)?>(nil)
    try runThreads(count: min(threadCount, max(1, packs.count)), named: "prove") { [self] _ in
      let codec = repository.makeCodec()
      while failure.withLock({ $0 == nil }) {
        let next = cursor.add(1, ordering: .relaxed).oldValue
        guard next < packs.count else { return }
        do {
          try prove(packs[next].value, of: index.packs[packs[next].key].id, with: codec)
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  private func prove(_ entries: [Int], of pack: PackID, with codec: BlobCodec) throws {
    let sorted = entries.sorted { index.location(ofEntry: $0).offset < index.location(ofEntry: $1).offset }
    var plain: [UInt8] = []
    var bytes: [UInt8] = []
    for run in PackRun.runs(of: sorted, in: index, .forMoving(in: repository)) {
      try cancellation.check()
      try repository.store.loadIndexed(ObjectKind.pack.storeKey(of: pack), range: run.range, reusing: &bytes)
      for entry in run.entries {
        let location = index.location(ofEntry: entry)
        let id = index.id(ofEntry: entry)
        let start = Int(Int64(location.offset) - run.range.lowerBound)
        do throws(BlobProblem) {
          try codec.open(
            bytes.span.extracting(start..<(start + Int(location.length))), id: id, at: location, into: &plain)
        } catch {
          throw PruneError.packDamaged(pack, problem: "blob \(id.short) at \(location.offset): \(error.text)")
        }
      }
    }
  }
}
