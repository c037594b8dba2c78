package import CoffreCore
import CoffreSystem
import OpenSSLKit
import Synchronization

/// Stores blobs: each one once, whoever brings it. Shared by all threads of a backup.
///
/// Order of truth: packs are durable before an index names them; `finish` returns when all of both is.
package final class BlobSaver: Sendable {
  private struct KeeperState: Sendable {
    var isClosed = false
    var failure: (any Error)?
  }

  /// Part of the blobs that this run has taken on, so that threads seldom wait for each other.
  private final class Shard: Sendable {
    let ids = Mutex(BlobIDSet())
  }

  private let repository: Repository
  private let index: BlobIndex
  private let pending: [Shard]
  private let recorder: IndexRecorder
  private let saver: PackSaver
  private let packers: [Packer]
  private let buffers: BufferPool
  private let cancellation: Cancellation
  private let rhythm: IndexRhythm
  private let keeper = Monitor(KeeperState())
  private let counters = Mutex(SavedBytes())
  /// Why blobs that were taken on are lost.
  private let loss = Mutex<(any Error)?>(nil)
  private let isDryRun: Bool
  private let selfCheck: SelfCheck
  /// For checks that are few: their memory is wanted once, not for each thread.
  private let examiner: Mutex<BlobCodec>
  private let salt = UInt64.random(in: .min ... .max)

  /// - Parameters:
  ///   - packSize: packs are closed when they have as many bytes.
  ///   - rhythm: when stored data gets named by an index; `nil` for what suits the store.
  ///   - isDryRun: blobs are sealed and counted, nothing is saved.
  package convenience init(
    repository: Repository, index: BlobIndex, packSize: Int = PackHeader.usualPackSize, rhythm: IndexRhythm? = nil,
    selfCheck: SelfCheck = .sampled, isDryRun: Bool = false, cancellation: Cancellation
  ) {
    self.init(
      repository: repository, index: index, packSizes: { _ in packSize }, rhythm: rhythm, selfCheck: selfCheck,
      isDryRun: isDryRun, cancellation: cancellation)
  }

  /// The same, with packs of each kind closed at a size of their own.
  init(
    repository: Repository, index: BlobIndex, packSizes: (BlobKind) -> Int, rhythm: IndexRhythm? = nil,
    selfCheck: SelfCheck = .sampled, isDryRun: Bool = false, cancellation: Cancellation
  ) {
    self.repository = repository
    self.index = index
    self.cancellation = cancellation
    self.rhythm = rhythm ?? .usual(for: repository.store.traits)
    self.isDryRun = isDryRun
    self.selfCheck = selfCheck
    examiner = Mutex(repository.makeCodec())
    pending = (0..<(2 * Self.shardCount)).map { _ in Shard() }
    recorder = IndexRecorder(repository: repository)
    saver = PackSaver(store: repository.store, recorder: recorder, cancellation: cancellation)
    let (saver, buffers) = (saver, BufferPool())
    self.buffers = buffers
    packers = BlobKind.allCases.map { Packer(targetSize: packSizes($0), saver: saver, buffers: buffers) }
  }

  private static let shardCount = 16

  /// Stores a blob unless the repository has it or somebody is about to store it.
  ///
  /// - Returns: its id, and whether it was new.
  package func save(_ plain: Span<UInt8>, kind: BlobKind, with codec: BlobCodec) throws -> (id: BlobID, isNew: Bool) {
    let id = codec.hasher.hash(plain)
    guard !index.contains(id, kind) else { return (id, false) }
    let shard = Int(kind.rawValue) * Self.shardCount + Int(truncatingIfNeeded: id.word3 % UInt64(Self.shardCount))
    guard pending[shard].ids.withLock({ $0.insert(id) }) else { return (id, false) }
    try losing {
      let sealed = codec.seal(plain, id: id, kind: kind, with: buffers)
      if selfCheck.opens(id, salt: salt) {
        do throws(BlobProblem) {
          if selfCheck == .full {
            try codec.check(sealed)
          } else {
            try examiner.withLock { (examiner) throws(BlobProblem) in try examiner.check(sealed) }
          }
        } catch {
          throw RepositoryError.selfCheckFailed(blob: id, problem: error.text)
        }
      }
      counters.withLock { $0.count(sealed, plainCount: plain.count) }
      if !isDryRun { try packers[Int(kind.rawValue)].add(sealed, with: codec) }
    }
    return (id, true)
  }

  /// Stores a blob that is sealed already, also if the repository has it: for who moves blobs from pack to pack.
  func move(_ sealed: SealedBlob, plainCount: Int, with codec: BlobCodec) throws {
    counters.withLock { $0.count(sealed, plainCount: plainCount) }
    try losing { try packers[Int(sealed.kind.rawValue)].add(sealed, with: codec) }
  }

  /// What fails here loses blobs that other callers were told are stored: whatever the caller makes of the error, the run
  /// has failed, and no `flush` succeeds any more.
  private func losing(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      loss.withLock { $0 = $0 ?? error }
      cancellation.cancel(.failedElsewhere)
      throw error
    }
  }

  /// What was added so far.
  package var saved: SavedBytes { counters.withLock { $0 } }

  /// The packs that are durable so far.
  var savedPacks: SavedPacks { recorder.savedPacks }
}

/// How much a backup added.
package struct SavedBytes: Sendable, Hashable {
  package private(set) var dataBlobs = 0
  package private(set) var treeBlobs = 0
  /// Before compression and sealing, in bytes.
  package private(set) var plainBytes: Int64 = 0
  /// As stored in packs.
  package private(set) var packedBytes: Int64 = 0

  mutating fileprivate func count(_ blob: SealedBlob, plainCount: Int) {
    if blob.kind == .tree { treeBlobs += 1 } else { dataBlobs += 1 }
    plainBytes += Int64(plainCount)
    packedBytes += Int64(blob.bytes.count)
  }
}

// MARK: The life of a run

extension BlobSaver {
  /// Runs `body` with the saving threads at work. When it returns, all packs and the index about them are durable; when it
  /// throws, what had been handed over is still saved and indexed, so that the next run finds it.
  package func run<Result>(_ body: () throws -> Result) throws -> Result { try run(naming: { _ in true }, body) }

  /// The same; what `body` returned tells whether the last packs are named too. Otherwise `takeUnnamed` hands them over,
  /// durable, to who names them together with others.
  func run<Result>(naming namesLast: (Result) -> Bool, _ body: () throws -> Result) throws -> Result {
    guard !isDryRun else { return try body() }
    let threads = try saver.start()
    defer {
      saver.close()
      for thread in threads { thread.join() }
    }
    let codec = repository.makeCodec()
    do {
      let result = try withKeeper(body)
      if let failure = keeper.withLock({ $0.failure }) { throw failure }
      try settle(with: codec)
      if namesLast(result) { try recorder.flush(with: codec) }
      return result
    } catch {
      salvage(with: codec)
      // Threads that were told to stop know nothing of the reason, nor do sources.
      let isStopped =
        switch error {
        case let stopped as Cancelled: stopped.reason == .failedElsewhere
        case let stopped as SourceError: stopped.reason == .cancelled && cancellation.reason == .failedElsewhere
        default: false
        }
      guard isStopped else { throw error }
      throw saver.failure ?? keeper.withLock { $0.failure } ?? loss.withLock { $0 } ?? error
    }
  }

  /// Runs `body` beside the keeper, which is gone when this returns: what it holds in its hands, the last flush would not
  /// see, and no index would name it.
  private func withKeeper<Result>(_ body: () throws -> Result) throws -> Result {
    let thread = try EngineThread.start(named: "keep") { [self] in keep() }
    defer {
      keeper.withLock { $0.isClosed = true }
      thread.join()
    }
    return try body()
  }

  /// Saves all that is waiting and the index about it.
  package func flush(with codec: BlobCodec) throws {
    try settle(with: codec)
    try recorder.flush(with: codec)
  }

  /// What a run left to its caller.
  func takeUnnamed() -> [SavedPack] { recorder.takeUnnamed() }

  /// Saves all that is waiting.
  private func settle(with codec: BlobCodec) throws {
    for packer in packers { try? losing { try packer.flush(with: codec) } }
    if let failure = loss.withLock({ $0 }) { throw failure }
    try saver.drain()
  }

  /// After a failure: packs that were saved become known. The failure that brought us here is the one to report.
  private func salvage(with codec: BlobCodec) {
    do {
      try flush(with: codec)
    } catch {
      do {
        try? saver.drain()
        try recorder.flush(with: codec)
      } catch {
        log.debug("the index of an aborted run could not be written", ["error": "\(error)"])
      }
    }
  }

  /// Writes an index every interval, so that a crash loses no more than that.
  private func keep() {
    let codec = repository.makeCodec()
    let step = min(.milliseconds(250), rhythm.interval)
    var waited = Duration.zero
    while keeper.wait(for: step, until: { $0.isClosed }, then: { _ in true }) == nil {
      waited += step
      guard waited >= rhythm.interval || recorder.isDue(by: rhythm) else { continue }
      do {
        if waited >= rhythm.interval, rhythm.closesPacks {
          try flush(with: codec)
        } else {
          try recorder.flush(with: codec)
        }
      } catch {
        keeper.withLock { $0.failure = error }
        cancellation.cancel(.failedElsewhere)
        return
      }
      waited = .zero
    }
  }
}
