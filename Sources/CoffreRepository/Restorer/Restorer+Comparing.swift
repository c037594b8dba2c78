import CoffreCore
import CoffreSystem
import OpenSSLKit
import Synchronization

extension Restorer {
  /// Which of the files that are there already have the wanted content, chunk by chunk.
  func comparison(of files: [RestoreFileEntry]) throws -> Set<Int> {
    let equal = Mutex(Set<Int>())
    try forEach(files) { [self] file, hasher in
      if try hasContent(file, hasher) == nil { equal.withLock { _ = $0.insert(file.number) } }
    }
    return equal.withLock { $0 }
  }

  /// Reads back every restored file and compares it with the snapshot's hashes.
  func verify(_ files: [RestoreFileEntry]) throws {
    let lost = state.withLock { $0.failed }
    try forEach(files.filter { !lost.contains($0.number) }) { [self] file, hasher in
      if let problem = try hasContent(file, hasher) {
        progress.warn("verify-failed", displayed(file.path), problem)
      } else {
        progress.count { $0.filesVerified += 1 }
      }
    }
  }

  /// - Returns: what differs, or `nil`.
  private func hasContent(_ file: RestoreFileEntry, _ codec: BlobCodec) throws -> Message? {
    var offset: Int64 = 0
    do throws(SourceError) {
      for id in file.content {
        guard let length = index.plainLength(of: id, .data) else { return "blob \(id.short) is in no index" }
        guard try hash(of: file.number, offset..<(offset + Int64(length)), codec.hasher) == id else {
          return "its content differs from the snapshot at byte \(offset)"
        }
        offset += Int64(length)
      }
      var beyond = [UInt8](repeating: 0, count: 1)
      var span = beyond.mutableSpan
      return try session.read(file.number, at: offset, into: &span) == 0 ? nil : "it is longer than in the snapshot"
    } catch {
      return error.cause
    }
  }

  /// - Returns: the hash of a part of a file; of less, if the file ends before.
  private func hash(of file: Int, _ range: Range<Int64>, _ hasher: SHA256Hasher) throws(SourceError) -> Digest {
    hasher.begin()
    var bytes = makeBuffer(Int(min(Int64(range.count), 1 << 20)))
    var offset = range.lowerBound
    while offset < range.upperBound {
      var span = bytes.mutableSpan
      let count = min(try session.read(file, at: offset, into: &span), Int(range.upperBound - offset))
      guard count > 0 else { break }
      hasher.update(bytes.span.extracting(0..<count))
      offset += Int64(count)
    }
    return hasher.finish()
  }

  private func forEach(
    _ files: [RestoreFileEntry], _ body: @escaping @Sendable (RestoreFileEntry, BlobCodec) throws -> Void
  ) throws {
    guard !files.isEmpty else { return }
    let cursor = Atomic<Int>(0)
    try runThreads(count: request.threadCount, named: "compare") { [self] _ in
      let codec = repository.makeCodec()
      while true {
        let next = cursor.add(1, ordering: .relaxed).oldValue
        guard next < files.count, !cancellation.isCancelled else { return }
        do {
          try body(files[next], codec)
        } catch {
          state.withLock { $0.failure = $0.failure ?? error }
          cancellation.cancel(.failedElsewhere)
        }
      }
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
    try cancellation.check()
  }
}
