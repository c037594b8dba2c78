package import CoffreCore
import CoffreSystem
import OpenSSLKit

/// Verifies that a repository can be restored: keys, index, packs, snapshots, every tree, and on request every byte.
///
/// It finds more than restic's check: sizes that do not fit the content, names that no file may have, unsorted trees.
package final class Checker: Sendable {
  let repository: Repository
  let request: CheckRequest
  let findings: CheckFindings
  let cancellation: Cancellation

  package init(repository: Repository, request: CheckRequest, findings: CheckFindings, cancellation: Cancellation) {
    self.repository = repository
    self.request = request
    self.findings = findings
    self.cancellation = cancellation
  }

  /// Blocks until all is checked. Damage is in the findings; what is thrown kept the check from being done at all.
  package func run() throws {
    // The order is the point: snapshots before the index, so that all they need is in it; packs before it, so that none
    // that is being added counts as an orphan.
    try checkKeys()
    let snapshots = try loadSnapshots()
    let packsBefore = try repository.store.listObjects(.pack)
    findings.count { $0.phase = "index" }
    let loaded = try loadIndex()
    let orphans = try checkPacks(loaded, before: packsBefore)
    findings.count { $0.phase = "trees" }
    try TreeChecker(self, index: loaded.index).run(roots: snapshots)
    tell(orphans)
    findings.count { $0.phase = "data" }
    try PackChecker(self, index: loaded.index).run()
  }

  /// Far away, the key that opened the repository is not read again: its name was compared and its content used.
  private func checkKeys() throws {
    let hasher = SHA256Hasher()
    let isNear = repository.store.traits.listsAtOnce
    for object in isNear ? try repository.store.listObjects(.key) : repository.otherKeys {
      let name = ObjectKind.key.storeKey(of: object.id)
      let complain = { [findings] (problem: Message) in
        findings.error(name.path, problem)
        findings.count { $0.remedies.keys.insert(object.id) }
      }
      guard object.sizeInBytes <= KeyFile.largestSize else {
        complain("it is far too large for a key")
        continue
      }
      do {
        let bytes = try repository.store.load(name, expectedSize: Int(object.sizeInBytes))
        let isNamedRight = hasher.hash(bytes.span) == object.id
        let problem = isNamedRight ? obstacle(to: bytes) : "its name is not the hash of its content"
        if let problem { complain(problem) }
      } catch {
        guard error.concernsOneObject else { throw error }
        // One that is gone was removed since it was listed.
        if error.reason != .notFound { complain(error.cause) }
      }
    }
  }

  private func obstacle(to key: [UInt8]) -> Message? {
    do throws(MalformedKey) { return try KeyFile(decoding: key).obstacle } catch { return error.text }
  }

  private func loadSnapshots() throws -> [(name: String, tree: TreeID)] {
    findings.count { $0.phase = "snapshots" }
    let codec = repository.makeCodec()
    var roots: [(name: String, tree: TreeID)] = []
    for object in try repository.store.listObjects(.snapshot) {
      try cancellation.check()
      do {
        let snapshot = try repository.loadSnapshot(object, with: codec)
        roots.append(("snapshot \(object.id.short)", snapshot.tree))
      } catch let error as RepositoryError {
        report(error)
        findings.count { $0.remedies.repairsSnapshots = true }
      } catch let error as StoreError {
        guard error.concernsOneObject else { throw error }
        // One that is gone was forgotten since it was listed.
        if error.reason != .notFound { findings.error(ObjectKind.snapshot.storeKey(of: object.id).path, error.cause) }
      }
    }
    findings.count { $0.snapshots = roots.count }
    return roots
  }

  private func loadIndex() throws -> LoadedIndex {
    let loaded = try repository.loadIndex(toleratesDamage: true, cancellation: cancellation)
    for problem in loaded.unreadable { findings.error("index", problem) }
    if !loaded.unreadable.isEmpty { findings.count { $0.remedies.repairsIndex = true } }
    for pack in loaded.contradictoryPacks {
      findings.error(ObjectKind.pack.storeKey(of: pack).path, "the index lists different blobs for it")
      broken(pack, byIndex: true)
    }
    for pack in loaded.repeatedPacks {
      findings.hint(
        ObjectKind.pack.storeKey(of: pack).path,
        "the index lists it twice; harmless, and `coffre repo repair index` tidies it")
      findings.count { $0.remedies.tidiesIndex = true }
    }
    findings.count { counters in
      counters.indexFiles = loaded.fileCount
      counters.blobs = loaded.index.count
      counters.packs = loaded.index.packs.count
    }
    return loaded
  }

  /// - Returns: the packs that no index names.
  private func checkPacks(_ loaded: LoadedIndex, before: [ListedObject]) throws -> [ListedObject] {
    let index = loaded.index
    let contradictory = Set(loaded.contradictoryPacks)
    var sizes = Dictionary(before.map { ($0.id, $0.sizeInBytes) }, uniquingKeysWith: max)
    // Packs that do not fit the index may have come or gone while it was read: they are looked at again.
    let isClear =
      sizes.count == index.packs.count
      && index.packs.indices.allSatisfy {
        sizes[index.packs[$0].id] == index.packSize($0)
      }
    if !isClear {
      let after = try repository.store.listObjects(.pack)
      sizes = Dictionary(after.map { ($0.id, $0.sizeInBytes) }, uniquingKeysWith: max)
    }
    for (number, pack) in index.packs.enumerated() where !contradictory.contains(pack.id) {
      let name = ObjectKind.pack.storeKey(of: pack.id).path
      guard let size = sizes[pack.id] else {
        findings.error(name, "it is missing")
        broken(pack.id, byIndex: true)
        continue
      }
      let expected = index.packSize(number)
      if size != expected {
        findings.error(name, "it has \(size) bytes, the index says \(expected)")
        broken(pack.id, byIndex: true)
      }
      if pack.isMixed { findings.hint(name, "it mixes data and trees, as old programs did; harmless") }
    }
    let known = Set(index.packs.map(\.id))
    return before.filter { !known.contains($0.id) && sizes[$0.id] != nil }
  }

  /// Packs in no index are left by runs that were interrupted, unless something is missing: then it may lie in them.
  private func tell(_ orphans: [ListedObject]) {
    guard let first = orphans.first else { return }
    let isMissing = findings.snapshot.remedies.repairsSnapshots
    let bytes = orphans.reduce(Int64(0)) { $0.adding(saturating: $1.sizeInBytes) }
    let packs: Message = "\(counted(orphans.count, "pack")) (\(byteText(bytes))), this one first, in no index"
    findings.hint(
      ObjectKind.pack.storeKey(of: first.id).path,
      isMissing
        ? "\(packs): what is missing may lie there; `coffre repo repair index` lists what is good in them"
        : "\(packs): left by an interrupted run; harmless, and `coffre repo prune` frees the space")
    findings.count { counters in
      if isMissing { counters.remedies.repairsIndex = true } else { counters.remedies.prunes = true }
    }
  }

  /// - Parameter byIndex: whether the index is to be repaired; otherwise the pack itself.
  func broken(_ pack: PackID, byIndex isIndexWrong: Bool) {
    findings.count { counters in
      counters.brokenPacks.insert(pack)
      if isIndexWrong { counters.remedies.repairsIndex = true } else { counters.remedies.packs.insert(pack) }
    }
  }

  func report(_ error: RepositoryError) {
    findings.error(error.finding.subject, error.finding.problem)
  }
}
