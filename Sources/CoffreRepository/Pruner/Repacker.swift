import CoffreCore
import CoffreSystem
import Synchronization

/// Moves what is needed of some packs into new ones.
///
/// A sealed blob does not depend on where it lies: it is copied as it stands, once its seal was found whole and the pack's
/// own header agrees with the index. Only what is to be compressed, or everything if asked for, is opened and hashed.
final class Repacker: Sendable {
  private let repository: Repository
  private let index: BlobIndex
  private let plan: PrunePlan
  private let request: PruneRequest
  private let progress: PruneProgress
  private let cancellation: Cancellation
  private let saver: BlobSaver
  private let failure = Mutex<(any Error)?>(nil)

  init(
    repository: Repository, index: BlobIndex, plan: PrunePlan, request: PruneRequest, progress: PruneProgress,
    cancellation: Cancellation
  ) {
    self.repository = repository
    self.index = index
    self.plan = plan
    self.request = request
    self.progress = progress
    self.cancellation = cancellation
    let bytes = Self.bytesToMove(by: plan, in: index)
    saver = BlobSaver(
      repository: repository, index: index,
      packSizes: { Self.packSize(for: bytes[Int($0.rawValue)], atLeast: request.packSize) }, rhythm: .seldom,
      cancellation: cancellation)
  }

  /// Packs up to a quarter larger than wanted, all of one size wherever there are four or more: fewer of them, and no small
  /// one at the end, which a store is asked for as often as for a large one. Below four they may not fit, and the last is
  /// small.
  ///
  /// - Parameter total: what is to be packed, in bytes.
  static func packSize(for total: Int64, atLeast wanted: Int) -> Int {
    let most = min(wanted + wanted / 4, max(wanted, 128 << 20))
    let total = Int(total)
    let count = max(1, (total + most - 1) / most)
    return max(wanted, (total + count - 1) / count)
  }

  /// By kind of blob.
  private static func bytesToMove(by plan: PrunePlan, in index: BlobIndex) -> [Int64] {
    var bytes: [Int64] = [0, 0]
    for pack in plan.packsToRepack {
      for entry in index.packs[pack].entries where plan.entriesToMove.contains(entry) {
        let blob = index.entry(entry)
        bytes[Int(blob.kind.rawValue)] += Int64(blob.length)
      }
    }
    return bytes
  }

  /// Blocks until all is moved and durable, and indexed where there is no deadline. If it throws, the old packs are as they
  /// were, and what was moved is there twice, until the next prune.
  ///
  /// - Parameter deadline: by `Clock.monotonic`: when to begin with no further pack.
  /// - Returns: the new packs; those of them that are in no index, as the caller, who was quick, writes one now; and whether
  ///   all is moved.
  func run(until deadline: Duration?) throws -> (added: SavedPacks, unnamed: [SavedPack], isComplete: Bool) {
    let isLate = Atomic<Bool>(false)
    let packs = plan.packsToRepack
    progress.count { counters in
      counters.phase = .repack
      counters.packsToRepack = packs.count
      counters.bytesToRepack = packs.reduce(0) { $0 + index.packSize($1) }
    }
    let isComplete = try saver.run(naming: { deadline == nil || !$0 }) {
      let cursor = Atomic<Int>(0)
      try runThreads(count: min(request.threadCount, max(1, packs.count)), named: "repack") { [self] _ in
        let codec = repository.makeCodec()
        var bytes: [UInt8] = []
        while failure.withLock({ $0 == nil }) {
          let next = cursor.add(1, ordering: .relaxed).oldValue
          guard next < packs.count else { return }
          if let deadline, Clock.monotonic() >= deadline { return isLate.store(true, ordering: .relaxed) }
          do {
            try repack(packs[next], with: codec, through: &bytes)
          } catch {
            failure.withLock { $0 = $0 ?? error }
          }
        }
      }
      if let failure = failure.withLock({ $0 }) { throw failure }
      return !isLate.load(ordering: .relaxed)
    }
    return (saver.savedPacks, saver.takeUnnamed(), isComplete)
  }

  /// - Parameter bytes: memory that is used again for what is read.
  private func repack(_ number: Int, with codec: BlobCodec, through bytes: inout [UInt8]) throws {
    let entries = index.entriesByOffset(ofPack: number)
    let moving = entries.filter { plan.entriesToMove.contains($0) }
    if !moving.isEmpty { try move(moving, among: entries, ofPack: number, with: codec, through: &bytes) }
    progress.count { counters in
      counters.packsRepacked += 1
      counters.bytesRepacked += index.packSize(number)
    }
  }

  /// The header is verified before anything moves; where the last run ends close to it, both are read at once.
  private func move(
    _ moving: [Int], among entries: [Int], ofPack number: Int, with codec: BlobCodec, through bytes: inout [UInt8]
  ) throws {
    let pack = index.packs[number].id
    let size = index.packSize(number)
    let header = size - Int64(headerSize(of: entries))..<size
    let limits = RunLimits.forMoving(in: repository)
    var runs = PackRun.runs(of: moving, in: index, limits)
    var tail = header
    var last: PackRun?
    if let run = runs.last, run.range.upperBound <= header.lowerBound, limits.allow(run.range, toReach: header) {
      last = runs.removeLast()
      tail = run.range.lowerBound..<size
    }
    try load(tail, of: pack, into: &bytes)
    let place = Int(header.lowerBound - tail.lowerBound)..<tail.count
    try verify(header: bytes.span.extracting(place), ofPack: number, entries, with: codec)
    if let last { try move(last, in: bytes, ofPack: number, with: codec) }
    for run in runs {
      try cancellation.check()
      try load(run.range, of: pack, into: &bytes)
      try move(run, in: bytes, ofPack: number, with: codec)
    }
  }

  /// - Parameter bytes: from the start of the run on.
  private func move(_ run: PackRun, in bytes: [UInt8], ofPack number: Int, with codec: BlobCodec) throws {
    let pack = index.packs[number].id
    for entry in run.entries {
      let blob = index.entry(entry)
      let start = Int(Int64(blob.offset) - run.range.lowerBound)
      let sealed = bytes.span.extracting(start..<(start + Int(blob.length)))
      let moved: SealedBlob
      do throws(BlobProblem) {
        moved = try move(blob, sealed, at: index.location(ofEntry: entry), with: codec)
      } catch {
        throw PruneError.packDamaged(pack, problem: "blob \(blob.id.short) at \(blob.offset): \(error.text)")
      }
      try saver.move(moved, plainCount: Int(index.location(ofEntry: entry).plainLength), with: codec)
    }
  }

  private func move(_ blob: IndexedBlob, _ sealed: Span<UInt8>, at location: BlobLocation, with codec: BlobCodec)
    throws(BlobProblem) -> SealedBlob
  {
    let isPlain = blob.uncompressedLength == 0 && repository.config.version >= 2
    let compresses = isPlain && (request.compresses || blob.kind == .tree)
    if compresses || request.isParanoid {
      var plain: [UInt8] = []
      try codec.open(sealed, id: blob.id, at: location, into: &plain)
      if compresses { return codec.seal(plain.span, id: blob.id, kind: blob.kind) }
    } else if !codec.isAuthentic(sealed) {
      throw BlobProblem("its seal is broken")
    }
    var copy: [UInt8] = []
    append(sealed, to: &copy)
    return SealedBlob(id: blob.id, kind: blob.kind, bytes: copy, uncompressedLength: blob.uncompressedLength)
  }

  /// An index that errs about a pack would have the wrong bytes moved and the pack removed that tells the truth.
  private func verify(header tail: Span<UInt8>, ofPack number: Int, _ entries: [Int], with codec: BlobCodec) throws {
    let pack = index.packs[number].id
    let size = index.packSize(number)
    let blobs = entries.map { index.entry($0) }
    do {
      let length = try PackHeader.sealedLength(inTail: tail, packSize: size)
      guard length == headerSize(of: entries) - PackHeader.lengthFieldSize else {
        throw BlobProblem("its header has another length")
      }
      var plain: [UInt8] = []
      try codec.openHeader(tail.extracting(0..<length), into: &plain)
      guard plain == PackHeader(entries: blobs.map(PackEntry.init)).encoded() else {
        throw BlobProblem("its header and the index disagree")
      }
    } catch let error as BlobProblem {
      throw PruneError.packDamaged(pack, problem: error.text)
    } catch let error as MalformedPackHeader {
      throw PruneError.packDamaged(pack, problem: error.text)
    }
  }

  /// With the length at its end.
  private func headerSize(of entries: [Int]) -> Int {
    entries.reduce(PackHeader.overhead) { $0 + index.entry($1).headerSize }
  }

  private func load(_ range: Range<Int64>, of pack: PackID, into bytes: inout [UInt8]) throws {
    do throws(StoreError) {
      try repository.store.loadIndexed(ObjectKind.pack.storeKey(of: pack), range: range, reusing: &bytes)
    } catch {
      guard error.reason == .notFound || error.reason == .truncated else { throw error }
      throw PruneError.packDamaged(pack, problem: error.cause)
    }
  }
}

extension RunLimits {
  static func forMoving(in repository: Repository) -> RunLimits {
    RunLimits(of: repository.store, nearby: (gap: 256 << 10, run: 1 << 20))
  }
}
