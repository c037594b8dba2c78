import CoffreCore

/// What becomes of each pack of a repository. Pure: nothing is read or removed here.
package struct PrunePlan: Sendable {
  package enum Fate: UInt8, Sendable, Hashable {
    case keep
    /// What is needed of it moves into new packs; then it goes.
    case repack
    /// Nobody needs anything of it.
    case remove
    /// It is not in the store, and nobody needs it: the index drops it.
    case forget
  }

  /// By the numbers of the packs in the index.
  package private(set) var fates: [Fate]
  /// In the order in which it pays most.
  package private(set) var packsToRepack: [Int] = []
  /// The copies that are moved into new packs.
  package private(set) var entriesToMove: EntrySet
  /// Packs of the store that no index names.
  package private(set) var unindexedPacks: [ListedObject] = []
  package private(set) var figures = PruneFigures()

  private init(index: BlobIndex) {
    fates = Array(repeating: .keep, count: index.packs.count)
    entriesToMove = EntrySet(capacity: index.count)
  }

  /// Whether a pack is to go, or to be dropped from the index.
  package var removesPacks: Bool { fates.contains { $0 != .keep } }
}

// MARK: Deciding

extension PrunePlan {
  /// What the decision is made on.
  package struct Situation: Sendable {
    package let index: BlobIndex
    /// The first entry of every blob that is needed.
    package let used: EntrySet
    /// All packs of the store.
    package let packs: [ListedObject]
    /// Packs that rustic has marked for deletion: they are its own to delete.
    package let marked: Set<PackID>
    package let repositoryVersion: Int

    package init(
      index: BlobIndex, used: EntrySet, packs: [ListedObject], marked: Set<PackID> = [], repositoryVersion: Int = 2
    ) {
      self.index = index
      self.used = used
      self.packs = packs
      self.marked = marked
      self.repositoryVersion = repositoryVersion
    }
  }

  /// Decides as restic does which packs stay, go, or are written anew without what nobody needs (fact sheet, "prune").
  ///
  /// - Throws: where needed data is missing or not of its size; then nothing may be removed.
  package static func decide(on situation: Situation, _ request: PruneRequest) throws(PruneError) -> PrunePlan {
    var plan = PrunePlan(index: situation.index)
    let sizes = Dictionary(situation.packs.map { ($0.id, $0.sizeInBytes) }, uniquingKeysWith: max)
    let known = Set(situation.index.packs.map(\.id))
    plan.figures.bytesOfPacks = situation.packs.reduce(0) { $0.adding(saturating: $1.sizeInBytes) }
    for pack in situation.packs where !known.contains(pack.id) {
      if situation.marked.contains(pack.id) {
        plan.figures.packsMarked += 1
        plan.figures.bytesMarked = plan.figures.bytesMarked.adding(saturating: pack.sizeInBytes)
      } else {
        plan.unindexedPacks.append(pack)
        plan.figures.bytesUnindexed = plan.figures.bytesUnindexed.adding(saturating: pack.sizeInBytes)
      }
    }
    plan.figures.packsUnindexed = plan.unindexedPacks.count
    var copies = CopyChoice(situation, sizes)
    let contents = try copies.choose(&plan.figures)
    let candidates = plan.judge(contents, situation, sizes, request)
    plan.chooseRepacking(candidates, contents, situation, request)
    plan.collectMoves(of: copies, situation.index)
    plan.figures.packsRepacked = plan.packsToRepack.count
    plan.figures.bytesOfPacksToDelete = plan.figures.bytesUnindexed
    for (number, pack) in situation.index.packs.enumerated() where plan.fates[number] != .keep {
      plan.figures.bytesOfPacksToDelete = plan.figures.bytesOfPacksToDelete.adding(saturating: sizes[pack.id] ?? 0)
    }
    return plan
  }

  private struct Candidate {
    let number: Int
    let isSmall: Bool
    /// Limited by nothing but `maxRepackBytes`.
    let isUrgent: Bool
  }

  /// The clear cases; what may be repacked is returned.
  private mutating func judge(
    _ contents: [PackContent], _ situation: Situation, _ sizes: [PackID: Int64], _ request: PruneRequest
  ) -> [Candidate] {
    var candidates: [Candidate] = []
    var small: [Candidate] = []
    let limit = Self.smallPackLimit(contents, request)
    for (number, pack) in situation.index.packs.enumerated() {
      let content = contents[number]
      let isThere = sizes[pack.id] != nil
      switch (content.used.count, content.unused.count) {
      case (0, _): figures.packsUnused += isThere ? 1 : 0
      case (_, 0): figures.packsUsed += 1
      default: figures.packsPartlyUsed += 1
      }
      if content.isPlain, situation.repositoryVersion >= 2 { figures.bytesUncompressed += content.bytes }
      let mustCompress =
        situation.repositoryVersion >= 2 && content.isPlain && (!pack.hasData || request.compresses)
      if content.used.count == 0, !isThere || !situation.marked.contains(pack.id) {
        fates[number] = isThere ? .remove : .forget
        figures.removed.count += content.unused.count
        figures.removed.bytes += content.unused.bytes
        if isThere { figures.packsRemoved += 1 } else { figures.packsLost += 1 }
      } else if situation.marked.contains(pack.id) || (request.repacksCacheableOnly && !pack.hasTrees) {
        figures.packsKept += 1
      } else if content.unused.count == 0, !pack.isMixed, !mustCompress {
        if content.bytes >= limit {
          figures.packsKept += 1
        } else {
          small.append(Candidate(number: number, isSmall: true, isUrgent: pack.hasTrees))
        }
      } else {
        candidates.append(
          Candidate(number: number, isSmall: content.bytes < limit, isUrgent: pack.hasTrees || mustCompress))
      }
    }
    // Fewer are not worth the trouble; and the one that is left over each time must not be repacked for ever.
    if small.count >= 10 { candidates += small } else { figures.packsKept += small.count }
    return candidates
  }

  /// Below which size packs are joined: 80 % of what but a few of them have, at least of 4 MiB.
  private static func smallPackLimit(_ contents: [PackContent], _ request: PruneRequest) -> Int64 {
    if let bytes = request.smallPackBytes { return bytes }
    guard !contents.isEmpty else { return 0 }
    let sizes = contents.map(\.bytes).sorted()
    return max(4 << 20, sizes[sizes.count * 3 / 100]) / 5 * 4
  }

  private mutating func chooseRepacking(
    _ candidates: [Candidate], _ contents: [PackContent], _ situation: Situation, _ request: PruneRequest
  ) {
    let packs = situation.index.packs
    let sorted = candidates.sorted { left, right in
      if packs[left.number].hasTrees != packs[right.number].hasTrees { return packs[left.number].hasTrees }
      if left.isSmall != right.isSmall { return left.isSmall }
      let (first, second) = (contents[left.number], contents[right.number])
      let products = (
        first.unused.bytes.multipliedFullWidth(by: second.used.bytes),
        second.unused.bytes.multipliedFullWidth(by: first.used.bytes)
      )
      return products.0 == products.1 ? left.number < right.number : products.0 > products.1
    }
    let limit = request.maxUnused.bytes(beside: figures.used.bytes)
    for candidate in sorted {
      let content = contents[candidate.number]
      let isTooMuch = request.maxRepackBytes.map { figures.repacked.bytes + content.bytes > $0 } ?? false
      let isTolerable = figures.bytesUnusedAfter < limit && !candidate.isSmall
      guard !isTooMuch, candidate.isUrgent || !isTolerable else {
        figures.packsKept += 1
        continue
      }
      fates[candidate.number] = .repack
      packsToRepack.append(candidate.number)
      figures.repacked.count += content.used.count + content.unused.count
      figures.repacked.bytes += content.bytes
      figures.repackRemoved.count += content.unused.count
      figures.repackRemoved.bytes += content.unused.bytes
      if content.isPlain, situation.repositoryVersion >= 2 { figures.bytesUncompressed -= content.bytes }
    }
  }

  /// Of packs that are repacked, moves what is needed and lies in no pack that stays.
  private mutating func collectMoves(of copies: CopyChoice, _ index: BlobIndex) {
    for number in packsToRepack {
      for entry in index.packs[number].entries where copies.chosen.contains(entry) {
        let others = index.entryNumbers(of: index.id(ofEntry: entry), index.kind(ofEntry: entry))
        let stays = others.contains { other in
          let pack = index.packNumber(ofEntry: other)
          return fates[pack] == .keep && copies.isSound[pack]
        }
        if !stays { entriesToMove.insert(entry) }
      }
    }
  }
}

private func == (left: (high: Int64, low: UInt64), right: (high: Int64, low: UInt64)) -> Bool {
  left.high == right.high && left.low == right.low
}

private func > (left: (high: Int64, low: UInt64), right: (high: Int64, low: UInt64)) -> Bool {
  left.high == right.high ? left.low > right.low : left.high > right.high
}
