package import CoffreCore
import CoffreSystem
import OpenSSLKit

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

/// A file that is written from its beginning on, and hashed on the way.
final class MeasuredFile: ByteSink {
  private let output: FileOutput
  private let hasher = SHA256Hasher()
  private(set) var size: Int64 = 0
  /// As people know it.
  private let name: PathBytes
  private let cancellation: Cancellation

  /// - Parameter name: for errors: people know the file by its own name, not by the one it has until it is whole.
  init(_ file: consuming FileDescriptor, named name: PathBytes, cancellation: Cancellation) {
    output = FileOutput(file)
    self.name = name
    self.cancellation = cancellation
    hasher.begin()
  }

  func write(_ bytes: Span<UInt8>) throws {
    try cancellation.check()
    hasher.update(bytes)
    size += Int64(bytes.count)
    try named { () throws(SystemError) in try output.append(bytes) }
  }

  /// Brings everything to the disk.
  func finish() throws -> ArchiveSum {
    try named { () throws(SystemError) in
      try output.finish()
      try output.file.synchronize()
    }
    return ArchiveSum(size: size, digest: hasher.finish())
  }

  private func named(_ body: () throws(SystemError) -> Void) throws(SystemError) {
    do throws(SystemError) {
      try body()
    } catch {
      throw SystemError(code: error.code, operation: error.operation, path: name)
    }
  }
}
