import CoffreCore
import CoffreSystem
import OpenSSLKit
import Synchronization

/// Reads packs whole: name against hash, header against index, every blob opened, decompressed and hashed.
final class PackChecker: Sendable {
  private let checker: Checker
  private let index: BlobIndex
  private let failure = Mutex<(any Error)?>(nil)

  init(_ checker: Checker, index: BlobIndex) {
    self.checker = checker
    self.index = index
  }

  func run() throws {
    // Nothing is learnt by reading those that are gone or of a wrong size.
    let found = checker.findings.snapshot
    let broken = found.brokenPacks.subtracting(found.remedies.packs)
    let candidates = index.packs.enumerated().map { (id: $0.element.id, size: index.packSize($0.offset)) }
    var random = SystemRandomNumberGenerator()
    let chosen = Set(checker.request.data.choose(among: candidates, using: &random))
    let numbers = index.packs.indices.filter {
      chosen.contains(index.packs[$0].id) && !broken.contains(index.packs[$0].id)
    }
    checker.findings.count { counters in
      counters.packsToRead = numbers.count
      counters.bytesToRead = numbers.reduce(Int64(0)) { $0 + index.packSize($1) }
    }
    let cursor = Atomic<Int>(0)
    try runThreads(count: min(checker.request.threadCount, max(1, numbers.count)), named: "packs") { [self] _ in
      let codec = checker.repository.makeCodec()
      var plain: [UInt8] = []
      var bytes: [UInt8] = []
      while true {
        let next = cursor.add(1, ordering: .relaxed).oldValue
        guard next < numbers.count, !checker.cancellation.isCancelled, failure.withLock({ $0 == nil }) else { return }
        do {
          try check(numbers[next], with: codec, &bytes, &plain)
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    try checker.cancellation.check()
  }

  /// Where a request costs little, a pack is read in parts of about this size.
  private static let windowSize: Int64 = 4 << 20

  private func check(_ number: Int, with codec: BlobCodec, _ bytes: inout [UInt8], _ plain: inout [UInt8]) throws {
    let store = checker.repository.store
    let id = index.packs[number].id
    let name = ObjectKind.pack.storeKey(of: id)
    let hasher = SHA256Hasher()
    hasher.begin()
    var blobProblems: [Message] = []
    var header: HeaderVerdict = .fits
    let windows = PackWindow.windows(
      of: number, in: index, size: store.traits.localFolder == nil ? .max : Self.windowSize)
    do throws(StoreError) {
      for (place, window) in windows.enumerated() {
        let count = try load(window, of: name, isWhole: windows.count == 1, into: &bytes)
        let part = bytes.span.extracting(0..<count)
        hasher.update(part)
        blobProblems += problems(of: window, in: part, with: codec, &plain)
        if place == windows.count - 1 { header = try verdict(on: name, number, tail: part, with: codec) }
        if checker.cancellation.isCancelled { return }
      }
    } catch {
      guard error.concernsOneObject else { throw error }
      checker.broken(id, byIndex: error.reason == .notFound)
      return checker.findings.error(name.path, error.text)
    }
    var problems: [Message] = []
    var indexLies = false
    if hasher.finish() != id { problems.append("its name is not the hash of its content") }
    if let problem = header.problem {
      // A pack that is what its name says, and whose header opens, is right; then the index is not.
      indexLies = problems.isEmpty && header == .disagrees
      problems.append(problem)
    }
    problems += blobProblems
    if !problems.isEmpty { checker.broken(id, byIndex: indexLies) }
    if indexLies { checker.findings.count { $0.remedies.readsAllPacks = true } }
    for problem in problems { checker.findings.error(name.path, problem) }
    checker.findings.count { counters in
      counters.packsRead += 1
      counters.bytesRead += index.packSize(number)
    }
  }

  /// A pack that is read at once is asked for as a whole: a cache keeps parts only, and must not answer for the store.
  ///
  /// - Returns: how many bytes now stand at the front of `bytes`.
  private func load(_ window: PackWindow, of name: StoreKey, isWhole: Bool, into bytes: inout [UInt8])
    throws(StoreError) -> Int
  {
    let store = checker.repository.store
    guard isWhole else {
      try store.loadIndexed(name, range: window.range, reusing: &bytes)
      return window.range.count
    }
    if bytes.count < window.range.count { bytes = makeBuffer(window.range.count) }
    var buffer = bytes.mutableSpan
    return try store.load(name, range: nil, into: &buffer)
  }

  /// - Parameter part: the bytes of the window.
  private func problems(
    of window: PackWindow, in part: Span<UInt8>, with codec: BlobCodec, _ plain: inout [UInt8]
  ) -> [Message] {
    var problems: [Message] = []
    for entry in window.entries {
      let location = index.location(ofEntry: entry)
      let blob = index.id(ofEntry: entry)
      let start = Int(Int64(location.offset) - window.range.lowerBound)
      let end = start + Int(location.length)
      guard end <= part.count else {
        problems.append("blob \(blob.short) lies beyond its end")
        continue
      }
      do throws(BlobProblem) {
        try codec.open(part.extracting(start..<end), id: blob, at: location, into: &plain)
      } catch {
        problems.append("blob \(blob.short) at \(location.offset): \(error.text)")
      }
    }
    return problems
  }

  private enum HeaderVerdict: Equatable {
    case fits
    case disagrees
    case isUnreadable(Message)

    var problem: Message? {
      switch self {
      case .fits: nil
      case .disagrees: "its header and the index disagree"
      case .isUnreadable(let problem): problem
      }
    }
  }

  /// How the pack's own table of contents stands beside the index.
  ///
  /// - Parameter tail: the last bytes of the pack.
  private func verdict(on name: StoreKey, _ number: Int, tail: Span<UInt8>, with codec: BlobCodec) throws(StoreError)
    -> HeaderVerdict
  {
    let packSize = index.packSize(number)
    let length: Int
    do throws(MalformedPackHeader) {
      length = try PackHeader.sealedLength(inTail: tail, packSize: packSize)
    } catch {
      return .isUnreadable(error.text)
    }
    let end = tail.count - PackHeader.lengthFieldSize
    if length <= end { return verdict(on: tail.extracting((end - length)..<end), of: number, packSize, with: codec) }
    let packEnd = packSize - Int64(PackHeader.lengthFieldSize)
    let sealed = try checker.repository.store.loadIndexed(name, range: packEnd - Int64(length)..<packEnd)
    return verdict(on: sealed.span, of: number, packSize, with: codec)
  }

  private func verdict(on sealed: Span<UInt8>, of number: Int, _ packSize: Int64, with codec: BlobCodec)
    -> HeaderVerdict
  {
    do {
      var plain: [UInt8] = []
      try codec.openHeader(sealed, into: &plain)
      let header = try PackHeader(decoding: plain.span)
      try header.verify(packSize: packSize)
      let indexed = Set(index.packs[number].entries.map { index.entry($0) })
      let packed = header.withOffsets().map { offset, entry in
        IndexedBlob(
          id: entry.id, kind: entry.kind, offset: UInt32(offset), length: entry.length,
          uncompressedLength: entry.uncompressedLength ?? 0)
      }
      return Set(packed) == indexed && packed.count == indexed.count ? .fits : .disagrees
    } catch let error as BlobProblem {
      return .isUnreadable("its header cannot be opened: \(error.text)")
    } catch let error as any Explained {
      return .isUnreadable(error.text)
    } catch {
      return .isUnreadable("its header cannot be read")
    }
  }
}
