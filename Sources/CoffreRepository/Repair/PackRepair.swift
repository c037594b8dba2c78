package import CoffreCore
import CoffreSystem

/// Saves what is still good in damaged packs and takes the packs out of the repository.
///
/// A copy of each pack is kept outside first. Then, in this order: good blobs are stored again, the index names them, the
/// index names the damaged packs no more, the packs are deleted. Whatever ends it, every blob that could be read still can.
package final class PackRepair {
  package struct Request: Sendable {
    package var isDryRun = false
    /// Keeps a copy of a pack's bytes; called before anything is changed.
    package var keepCopy: @Sendable (PackID, [UInt8]) throws -> Void

    package init(keepCopy: @escaping @Sendable (PackID, [UInt8]) throws -> Void) { self.keepCopy = keepCopy }
  }

  /// What was, or would be, done.
  package struct Result: Sendable {
    /// Packs taken out.
    package var removed: [PackID] = []
    /// Packs in which nothing is wrong.
    package var sound: [PackID] = []
    /// Of these, those that the index tells something else of.
    package var misindexed: [PackID] = []
    /// Blobs stored again.
    package var savedBlobs = 0
    package var savedBytes: Int64 = 0
    /// Good ones that other packs hold as well.
    package var blobsElsewhere = 0
    /// Blobs that were damaged and are nowhere else.
    package var lostBlobs = 0
    package var losses = LossSurvey.Counts()
    package var freedBytes: Int64 = 0
  }

  private struct Patient {
    let pack: ListedObject
    let examination: PackExamination
  }

  private let repository: Repository
  private let request: Request
  private let progress: RepairProgress
  private let cancellation: Cancellation
  private let codec: BlobCodec

  package init(repository: Repository, request: Request, progress: RepairProgress, cancellation: Cancellation) {
    self.repository = repository
    self.request = request
    self.progress = progress
    self.cancellation = cancellation
    codec = repository.makeCodec()
  }

  /// Blocks until all is done. To be called under an exclusive lock unless it is a dry run.
  ///
  /// - Parameter texts: ids of packs, or their unique beginnings.
  package func run(_ texts: [String], confirm: () throws -> Void) throws -> Result {
    let snapshots = try repository.snapshots().found
    let inventory = try repository.takeIndexInventory(cancellation: cancellation)
    if let (file, problem) = inventory.unreadable.first {
      throw RepairError.indexDamaged(object: ObjectKind.index.storeKey(of: file.id).path, problem: problem)
    }
    let packs = try find(texts, among: try repository.store.listObjects(.pack), inventory)
    var result = Result()
    let patients = try examine(packs, inventory, &result)
    guard !patients.isEmpty else { return result }
    var change = IndexChange(inventory)
    for patient in patients { change.drop(patient.pack.id) }
    let index = try change.plannedIndex(in: repository, cancellation: cancellation).index
    try save(patients, unlessIn: index, &result)
    if result.lostBlobs > 0 { try survey(snapshots, patients, index, &result) }
    result.removed = patients.map(\.pack.id)
    result.freedBytes = patients.reduce(0) { $0.adding(saturating: $1.pack.sizeInBytes) }
    guard !request.isDryRun else { return result }
    try confirm()
    _ = try change.perform(in: repository, confirm: confirm, cancellation: cancellation)
    for patient in patients {
      try confirm()
      try repository.store.remove(ObjectKind.pack.storeKey(of: patient.pack.id))
    }
    return result
  }

  private func find(_ texts: [String], among packs: [ListedObject], _ inventory: IndexInventory) throws
    -> [ListedObject]
  {
    var found: Set<ListedObject> = []
    for text in texts {
      let matches = text.isEmpty ? [] : packs.filter { $0.id.description.hasPrefix(text) }
      guard matches.count < 2 else { throw RepairError.ambiguousPack(text, matches: matches.map(\.id.short)) }
      if let match = matches.first {
        found.insert(match)
      } else if let gone = inventory.listings.keys.first(where: { $0.description.hasPrefix(text) }), !text.isEmpty {
        throw RepairError.indexDamaged(
          object: ObjectKind.pack.storeKey(of: gone).path, problem: "it is gone, but the index names it")
      } else {
        throw RepairError.noSuchPack(text)
      }
    }
    return found.sorted { $0.id < $1.id }
  }
}

// MARK: Steps

extension PackRepair {
  /// - Returns: the packs that are damaged; their copies are kept.
  private func examine(_ packs: [ListedObject], _ inventory: IndexInventory, _ result: inout Result) throws -> [Patient]
  {
    progress.count { counters in
      counters.phase = "packs"
      counters.packsTotal = packs.count
      counters.bytesTotal = packs.reduce(0) { $0.adding(saturating: $1.sizeInBytes) }
    }
    var patients: [Patient] = []
    for pack in packs {
      try cancellation.check()
      let name = ObjectKind.pack.storeKey(of: pack.id).path
      let (bytes, unreadable) = try repository.readPack(pack)
      let indexed = try indexed(pack.id, inventory)
      let examination = PackExamination(
        of: bytes, id: pack.id, indexed: indexed, version: repository.config.version,
        with: codec)
      progress.count { counters in
        counters.packs += 1
        counters.bytes += pack.sizeInBytes
      }
      if examination.isSound, unreadable == 0 {
        result.sound.append(pack.id)
        if Set(indexed) != Set(examination.header ?? []) { result.misindexed.append(pack.id) }
        continue
      }
      if unreadable > 0 {
        progress.warn("damaged-pack", name, "\(byteText(unreadable)) of it cannot be read", isLoss: false)
      }
      let problem: Message = examination.problems.first ?? "the disk does not give all of it"
      progress.warn(
        "damaged-pack", name,
        "\(problem); \(counted(examination.good.count, "blob")) in it can be saved, \(examination.bad.count) cannot",
        isLoss: false)
      if !request.isDryRun { try request.keepCopy(pack.id, bytes) }
      patients.append(Patient(pack: pack, examination: examination))
    }
    return patients
  }

  private func indexed(_ pack: PackID, _ inventory: IndexInventory) throws -> [IndexedBlob] {
    var blobs: [IndexedBlob] = []
    for file in Set((inventory.listings[pack] ?? []).map(\.file)).sorted() {
      for listed in try repository.listedPacks(in: inventory.files[file], with: codec).packs where listed.id == pack {
        blobs += listed.blobs
      }
    }
    return blobs
  }

  /// Stores again what is good and nowhere else; when this returns, it is durable and in the index.
  ///
  /// - Parameter index: without the damaged packs.
  private func save(_ patients: [Patient], unlessIn index: BlobIndex, _ result: inout Result) throws {
    progress.count { $0.phase = "blobs" }
    let others = BlobLoader(repository: repository, index: index, codec: codec)
    let saver = BlobSaver(
      repository: repository, index: BlobIndexBuilder().build(), isDryRun: request.isDryRun, cancellation: cancellation)
    let good = Set(patients.flatMap { $0.examination.good.map(\.name) })
    let bad = Set(patients.flatMap { $0.examination.bad.map(\.name) }).subtracting(good)
    var elsewhere = 0
    try saver.run {
      var plain: [UInt8] = []
      for patient in patients {
        let (bytes, _) = try repository.readPack(patient.pack)
        for blob in patient.examination.good {
          try cancellation.check()
          if try isReadable(blob.name, by: others, &plain) {
            elsewhere += 1
            continue
          }
          let end = Int(blob.offset) + Int(blob.length)
          do throws(BlobProblem) {
            try codec.open(
              bytes.span.extracting(Int(blob.offset)..<end), id: blob.id, at: blob.location(in: patient.pack.id),
              into: &plain)
          } catch {
            // It was good a moment ago: a disk on its way out.
            throw RepositoryError.damaged(
              object: ObjectKind.pack.storeKey(of: patient.pack.id).path,
              problem: "blob \(blob.id.short) was readable and is no more: \(error.text)")
          }
          _ = try saver.save(plain.span, kind: blob.kind, with: codec)
        }
      }
    }
    result.blobsElsewhere = elsewhere
    result.savedBlobs = saver.saved.dataBlobs + saver.saved.treeBlobs
    result.savedBytes = saver.saved.plainBytes
    var plain: [UInt8] = []
    result.lostBlobs = try bad.count { try !isReadable($0, by: others, &plain) }
  }

  /// Whether another pack holds the blob, in order: that the index says so is not enough among damaged packs.
  private func isReadable(_ blob: IndexedBlob.Name, by loader: BlobLoader, _ plain: inout [UInt8]) throws -> Bool {
    guard loader.index.contains(blob.id, blob.kind) else { return false }
    do {
      try loader.load(blob.id, blob.kind, for: "", into: &plain)
      return true
    } catch let error as StoreError {
      guard error.concernsOneObject else { throw error }
      return false
    } catch is RepositoryError {
      return false
    }
  }

  /// Names what is lost, by an index that knows the good blobs where they still are.
  private func survey(_ snapshots: [StoredSnapshot], _ patients: [Patient], _ index: BlobIndex, _ result: inout Result)
    throws
  {
    progress.count { $0.phase = "losses" }
    let present = request.isDryRun ? index : try repository.loadIndex(from: .files, cancellation: cancellation).index
    var builder = BlobIndexBuilder()
    let damaged = Set(patients.map(\.pack.id))
    for pack in present.packs where !damaged.contains(pack.id) {
      builder.add(pack: pack.id, blobs: pack.entries.map { present.entry($0) })
    }
    for patient in patients { builder.add(pack: patient.pack.id, blobs: patient.examination.good) }
    result.losses = try LossSurvey.run(
      on: snapshots, in: repository, index: builder.build(), progress: progress, cancellation: cancellation)
  }
}
