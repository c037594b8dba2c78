package import CoffreCore
import CoffreSystem
import OpenSSLKit
import Synchronization

/// What an archive's file is known by.
package struct ArchiveSum: Sendable, Hashable {
  /// In bytes.
  package let size: Int64
  /// SHA-256 of all bytes.
  package let digest: Digest

  package init(size: Int64, digest: Digest) {
    self.size = size
    self.digest = digest
  }
}

/// A file that is written from its beginning on, and hashed on the way, each by a thread of its own: whoever makes the bytes
/// goes on meanwhile.
final class MeasuredFile: ByteSink {
  /// A sum that grows on one thread and is asked for on another one afterwards.
  private final class RunningSum: Sendable {
    private let hasher = Mutex(SHA256Hasher())

    init() { hasher.withLock { $0.begin() } }

    func update(_ bytes: Span<UInt8>) { hasher.withLock { $0.update(bytes) } }
    func finish() -> Digest { hasher.withLock { $0.finish() } }
  }

  private let output: BackgroundOutput
  private let writing = WorkLane(named: "write")
  private let hashing = WorkLane(named: "hash")
  private let sum: RunningSum
  private(set) var size: Int64 = 0
  /// As people know it.
  private let name: PathBytes
  private let cancellation: Cancellation

  /// - Parameter name: for errors: people know the file by its own name, not by the one it has until it is whole.
  init(_ file: consuming FileDescriptor, named name: PathBytes, cancellation: Cancellation) {
    let sum = RunningSum()
    self.sum = sum
    output = BackgroundOutput(
      file, writtenBy: writing, through: WriteMemory(limit: 3), watcher: .init(on: hashing) { sum.update($0) })
    self.name = name
    self.cancellation = cancellation
  }

  func write(_ bytes: Span<UInt8>) throws {
    try cancellation.check()
    size += Int64(bytes.count)
    try named { () throws(SystemError) in try output.append(bytes) }
  }

  /// Brings everything to the disk.
  func finish() throws -> ArchiveSum {
    try named { () throws(SystemError) in
      try output.finish { file throws(SystemError) in try file.synchronize() }
      try writing.drain()
      try hashing.drain()
    }
    return ArchiveSum(size: size, digest: sum.finish())
  }

  private func named(_ body: () throws(SystemError) -> Void) throws(SystemError) {
    do throws(SystemError) {
      try body()
    } catch {
      throw SystemError(code: error.code, operation: error.operation, path: name)
    }
  }
}
