import CoffreCore
import CoffreSystem

/// One thread of a copy.
struct CopyWorker {
  private let copier: Copier
  private let saver: BlobSaver
  private let loader: BlobLoader
  private let codec: BlobCodec

  init(_ copier: Copier, saver: BlobSaver) {
    self.copier = copier
    self.saver = saver
    loader = BlobLoader(repository: copier.source, index: copier.sourceIndex)
    codec = copier.destination.makeCodec(compression: copier.request.compression)
  }

  /// Reads one stretch of a pack and stores the blobs in it that are wanted.
  func copy(_ run: BlobRun) throws {
    try copier.cancellation.check()
    var sealed: [UInt8] = []
    do {
      sealed = try copier.source.store.loadIndexed(ObjectKind.pack.storeKey(of: run.pack), range: run.range)
    } catch {
      guard error.concernsOneObject else { throw error }
      sealed = []  // each blob is looked for by itself, below
    }
    var plain: [UInt8] = []
    for entry in run.entries {
      try copier.cancellation.check()
      let blob = copier.sourceIndex.entry(entry)
      do {
        try open(blob, entry, in: sealed, startingAt: run.range.lowerBound, into: &plain)
      } catch {
        guard concernsOneObject(error) else { throw error }
        copier.lost.add(blob.id, blob.kind, error)
        continue
      }
      _ = try saver.save(plain.span, kind: blob.kind, with: codec)
      copier.progress.count { counters in
        counters.blobsDone += 1
        counters.bytesDone += Int64(blob.length)
      }
    }
  }

  /// The blob from what was read; if that is damaged, read once more and then from any other pack that holds it.
  private func open(
    _ blob: IndexedBlob, _ entry: Int, in sealed: [UInt8], startingAt start: Int64, into plain: inout [UInt8]
  ) throws {
    let first = Int(Int64(blob.offset) - start)
    let end = first + Int(blob.length)
    if end <= sealed.count {
      do throws(BlobProblem) {
        let location = copier.sourceIndex.location(ofEntry: entry)
        return try loader.codec.open(sealed.span.extracting(first..<end), id: blob.id, at: location, into: &plain)
      } catch {
        log.debug("a blob is damaged; looking for another copy", ["blob": blob.id.short, "problem": error.text])
      }
    }
    try loader.load(blob.id, blob.kind, for: "a snapshot", into: &plain)
  }
}
