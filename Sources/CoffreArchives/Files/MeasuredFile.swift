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

  /// A file that was taken as it is.
  private final class Adopted: Sendable {
    let file: FileDescriptor
    init(_ file: consuming FileDescriptor) { self.file = file }
  }

  private let folder: FileDescriptor
  private let place: PathBytes
  private let output: BackgroundOutput
  private let writing = WorkLane(named: "write")
  private let hashing = WorkLane(named: "hash")
  private let sum: RunningSum
  private(set) var size: Int64 = 0
  private var adopted: ArchiveSum?
  /// Whether its bytes came as a file.
  var isAdopted: Bool { adopted != nil }
  /// As people know it.
  private let name: PathBytes
  private let cancellation: Cancellation

  /// Makes the file.
  ///
  /// - Parameters:
  ///   - place: its name in `folder`, where nothing has it.
  ///   - name: for errors: people know the file by its own name, not by the one it has until it is whole.
  ///   - permissions: less the process's umask.
  init(
    _ place: PathBytes, in folder: borrowing FileDescriptor, named name: PathBytes, permissions: UInt16 = 0o600,
    cancellation: Cancellation
  ) throws(SystemError) {
    let sum = RunningSum()
    self.sum = sum
    self.folder = try folder.duplicate()
    self.place = place
    self.name = name
    self.cancellation = cancellation
    let file: FileDescriptor
    do throws(SystemError) {
      file = try folder.open(place, for: .writing, [.create, .exclusive, .noFollow], permissions: permissions)
    } catch {
      throw SystemError(code: error.code, operation: error.operation, path: name)
    }
    output = BackgroundOutput(
      file, writtenBy: writing, through: WriteMemory(limit: 3), watcher: .init(on: hashing) { sum.update($0) })
  }

  func write(_ bytes: Span<UInt8>) throws {
    try cancellation.check()
    size += Int64(bytes.count)
    try named { () throws(SystemError) in try output.append(bytes) }
  }

  /// Brings everything to the disk.
  func finish() throws -> ArchiveSum {
    if let adopted {
      try named { () throws(SystemError) in try writing.drain() }
      return adopted
    }
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

// MARK: A file that is there already

extension MeasuredFile: AdoptingSink {
  /// Hashes it, while another thread brings it to the disk.
  func adopt(_ other: PathBytes, in otherFolder: borrowing FileDescriptor) throws -> Bool {
    precondition(size == 0 && adopted == nil, "something was written already")
    let found = Adopted(try otherFolder.open(other, for: .reading, .noFollow))
    try found.file.setPermissions(try folder.attributes(of: place).permissions)
    // Not replaced: a file system may write all of the new one down before it lets it replace another.
    do throws(SystemError) {
      try folder.rename(place, to: otherFolder, place, replacing: false)
    } catch {
      guard error.isOtherFileSystem else { throw error }
      return false
    }
    do throws(SystemError) {
      try otherFolder.rename(other, to: folder, place, replacing: false)
    } catch {
      try? otherFolder.rename(place, to: folder, place, replacing: false)
      throw error
    }
    try otherFolder.removeFile(place)
    try named { () throws(SystemError) in
      try writing.give { () throws(SystemError) in try found.file.synchronize() }
    }
    let (digest, size) = try hashed(found.file, cancellation)
    self.size = size
    adopted = ArchiveSum(size: size, digest: digest)
    return true
  }
}
