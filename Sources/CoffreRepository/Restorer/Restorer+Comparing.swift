import CoffreCore
import CoffreSystem
import OpenSSLKit
import Synchronization

extension Restorer {
  /// Which of the files that are there already have the wanted content, chunk by chunk.
  func comparison(of files: FileList) throws -> Set<Int> {
    let equal = Mutex(Set<Int>())
    try forEach(files.indices.filter { files[$0].placement == .compare }) { [self] file, codec in
      if try hasContent(file, of: files, codec) == nil { equal.withLock { _ = $0.insert(file) } }
    }
    return equal.withLock { $0 }
  }

  /// Reads back every restored file and compares it with the snapshot's hashes.
  func verify(_ files: FileList) throws {
    let lost = state.withLock { $0.failed }
    try forEach(files.indices.filter { !lost.contains($0) }) { [self] file, codec in
      if let problem = try hasContent(file, of: files, codec) {
        progress.warn("verify-failed", displayed(files.path(of: file)), problem)
      } else {
        progress.count { $0.filesVerified += 1 }
      }
    }
  }

  /// - Returns: what differs, or `nil`.
  private func hasContent(_ file: Int, of files: FileList, _ codec: BlobCodec) throws -> Message? {
    let number = files[file].number
    var offset: Int64 = 0
    do throws(SourceError) {
      for place in files.content(of: file) {
        let piece = files.piece(place)
        guard let entry = piece.indexEntry else { return "blob \(piece.id.short) is in no index" }
        let end = offset + Int64(index.plainLength(ofEntry: entry))
        guard try hash(of: number, offset..<end, codec.hasher) == piece.id else {
          return "its content differs from the snapshot at byte \(offset)"
        }
        offset = end
      }
      var beyond = [UInt8](repeating: 0, count: 1)
      var span = beyond.mutableSpan
      return try session.read(number, at: offset, into: &span) == 0 ? nil : "it is longer than in the snapshot"
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
    _ files: [Int], _ body: @escaping @Sendable (Int, BlobCodec) throws -> Void
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
