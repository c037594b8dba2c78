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
      while true {
        let next = cursor.add(1, ordering: .relaxed).oldValue
        guard next < numbers.count, !checker.cancellation.isCancelled, failure.withLock({ $0 == nil }) else { return }
        do {
          try check(numbers[next], with: codec, &plain)
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    try checker.cancellation.check()
  }

  private func check(_ number: Int, with codec: BlobCodec, _ plain: inout [UInt8]) throws {
    let id = index.packs[number].id
    let name = ObjectKind.pack.storeKey(of: id)
    let bytes: [UInt8]
    do {
      bytes = try checker.repository.store.load(name, expectedSize: Int(index.packSize(number)))
    } catch {
      guard error.concernsOneObject else { throw error }
      checker.broken(id, byIndex: error.reason == .notFound)
      return checker.findings.error(name.path, error.text)
    }
    var problems: [Message] = []
    var indexLies = false
    if codec.hasher.hash(bytes.span) != id { problems.append("its name is not the hash of its content") }
    if let problem = headerProblem(of: bytes, number, with: codec) {
      // A pack that is what its name says, and whose header opens, is right; then the index is not.
      indexLies = problems.isEmpty && problem == Self.disagreement
      problems.append(problem)
    }
    for entry in index.packs[number].entries {
      try checker.cancellation.check()
      let location = index.location(ofEntry: entry)
      let blob = index.id(ofEntry: entry)
      let end = Int(location.offset) + Int(location.length)
      guard end <= bytes.count else {
        problems.append("blob \(blob.short) lies beyond its end")
        continue
      }
      do throws(BlobProblem) {
        try codec.open(bytes.span.extracting(Int(location.offset)..<end), id: blob, at: location, into: &plain)
      } catch {
        problems.append("blob \(blob.short) at \(location.offset): \(error.text)")
      }
    }
    if !problems.isEmpty { checker.broken(id, byIndex: indexLies) }
    if indexLies { checker.findings.count { $0.remedies.readsAllPacks = true } }
    for problem in problems { checker.findings.error(name.path, problem) }
    checker.findings.count { counters in
      counters.packsRead += 1
      counters.bytesRead += Int64(bytes.count)
    }
  }

  private static let disagreement: Message = "its header and the index disagree"

  /// What is wrong with the pack's own table of contents, beside the index; `nil` if they agree.
  private func headerProblem(of bytes: [UInt8], _ number: Int, with codec: BlobCodec) -> Message? {
    do {
      let length = try PackHeader.sealedLength(inTail: bytes.span, packSize: Int64(bytes.count))
      let end = bytes.count - PackHeader.lengthFieldSize
      var plain: [UInt8] = []
      try codec.openHeader(bytes.span.extracting((end - length)..<end), into: &plain)
      let header = try PackHeader(decoding: plain.span)
      try header.verify(packSize: Int64(bytes.count))
      let indexed = Set(index.packs[number].entries.map { index.entry($0) })
      let packed = header.withOffsets().map { offset, entry in
        IndexedBlob(
          id: entry.id, kind: entry.kind, offset: UInt32(offset), length: entry.length,
          uncompressedLength: entry.uncompressedLength ?? 0)
      }
      return Set(packed) == indexed && packed.count == indexed.count ? nil : Self.disagreement
    } catch let error as BlobProblem {
      return "its header cannot be opened: \(error.text)"
    } catch let error as any Explained {
      return error.text
    } catch {
      return "its header cannot be read"
    }
  }
}
