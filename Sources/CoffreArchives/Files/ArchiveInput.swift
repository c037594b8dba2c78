import CoffreCore
import CoffreSystem

/// The bytes of an archive. Used by one thread at a time.
protocol ArchiveInput: AnyObject {
  /// In bytes; `nil` if it can only be read from front to back: then each read begins where the one before ended.
  var size: Int64? { get }
  /// Fills `buffer` from the front with what lies at `offset`, verified where it can be.
  ///
  /// - Returns: how many bytes; where `size` is known, fewer than there was room for at the end only; otherwise 0 at the end.
  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int
}

extension ArchiveInput {
  /// At most `count` bytes from `offset` on.
  func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
    var bytes = makeBuffer(count)
    var span = bytes.mutableSpan
    let got = try read(at: offset, into: &span)
    bytes.removeLast(count - got)
    return bytes
  }
}

/// A file as it is.
final class FileInput: ArchiveInput {
  private let file: FileDescriptor
  let length: Int64
  private let cancellation: Cancellation
  private(set) var bytesRead: Int64 = 0

  init(_ file: consuming FileDescriptor, cancellation: Cancellation) throws(SystemError) {
    self.cancellation = cancellation
    length = try file.attributes().size
    file.adviseSequential()
    self.file = file
  }

  var size: Int64? { length }

  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int {
    try cancellation.check()
    let count = try file.read(into: &buffer, at: offset)
    bytesRead += Int64(count)
    return count
  }
}

/// What can only be read from front to back, copied into a file without a name.
final class SpooledInput: ArchiveInput {
  private let spool: Spool
  let size: Int64?

  init(_ input: any ArchiveInput, in folder: PathBytes) throws {
    spool = try Spool(in: folder)
    var buffer = makeBuffer(1 << 20)
    var length: Int64 = 0
    while true {
      var span = buffer.mutableSpan
      let count = try input.read(at: length, into: &span)
      guard count > 0 else { break }
      try spool.file.write(buffer.span.extracting(0..<count))
      length += Int64(count)
    }
    size = length
  }

  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int {
    try spool.file.read(into: &buffer, at: offset)
  }
}
