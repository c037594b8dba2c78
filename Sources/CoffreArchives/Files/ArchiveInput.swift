import CoffreCore
import CoffreSystem

/// The bytes of an archive, from anywhere in it. Used by one thread at a time.
package protocol ArchiveInput: AnyObject {
  /// In bytes.
  var size: Int64 { get }
  /// Fills `buffer` from the front with what lies at `offset`, verified where it can be.
  ///
  /// - Returns: how many bytes; fewer than there was room for at the end only.
  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int
}

/// A file as it is.
final class FileInput: ArchiveInput {
  private let file: FileDescriptor
  let size: Int64
  private let cancellation: Cancellation

  init(_ file: consuming FileDescriptor, cancellation: Cancellation) throws(SystemError) {
    self.cancellation = cancellation
    size = try file.attributes().size
    file.adviseSequential()
    self.file = file
  }

  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int {
    try cancellation.check()
    return try file.read(into: &buffer, at: offset)
  }
}
