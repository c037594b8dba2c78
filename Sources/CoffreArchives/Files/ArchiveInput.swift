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
    var bytes: [UInt8] = []
    while bytes.count < count {
      var piece = makeBuffer(count - bytes.count)
      var span = piece.mutableSpan
      let got = try read(at: offset + Int64(bytes.count), into: &span)
      guard got > 0 else { break }
      bytes += piece[..<got]
    }
    return bytes
  }
}

extension ArchiveInput {
  /// Gives out all of it, from its beginning.
  ///
  /// - Parameter limit: in bytes; more is an error.
  /// - Returns: how many bytes there were.
  @discardableResult
  func giveAll(limit: Int64, to take: (Span<UInt8>) throws -> Void) throws -> Int64 {
    var buffer = makeBuffer(1 << 20)
    var length: Int64 = 0
    while true {
      var span = buffer.mutableSpan
      let count = try read(at: length, into: &span)
      guard count > 0 else { return length }
      length += Int64(count)
      guard length <= limit else { throw ArchiveError.unpacks(toMoreThan: limit) }
      try take(buffer.span.extracting(0..<count))
    }
  }
}

extension ArchiveError {
  /// - Parameter limit: in bytes.
  static func unpacks(toMoreThan limit: Int64, format: String = "", path: PathBytes = []) -> ArchiveError {
    ArchiveError(.tooLarge, format: format, path: path, because: "it unpacks to more than \(byteText(limit))")
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

  /// Of the file itself.
  func modified() throws(SystemError) -> Timestamp { try file.attributes().modified }

  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int {
    try cancellation.check()
    let count = try file.read(into: &buffer, at: offset)
    bytesRead += Int64(count)
    return count
  }
}

/// What can only be read from front to back, but whose beginning can be looked at again and again.
final class PeekedInput: ArchiveInput {
  private let input: any ArchiveInput
  private let start: [UInt8]

  init(_ input: any ArchiveInput) throws {
    self.input = input
    var start: [UInt8] = []
    while start.count < 4096 {
      let more = try input.bytes(at: Int64(start.count), count: 4096 - start.count)
      if more.isEmpty { break }
      start += more
    }
    self.start = start
  }

  var size: Int64? { nil }

  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int {
    guard offset < Int64(start.count) else { return try input.read(at: offset, into: &buffer) }
    let from = Int(offset)
    let count = min(buffer.count, start.count - from)
    let bytes = start
    copy(bytes.span.extracting(from..<(from + count)), into: &buffer)
    return count
  }
}

/// What can only be read from front to back, copied into a file without a name.
final class SpooledInput: ArchiveInput {
  private let spool: Spool
  let size: Int64?

  /// - Parameter limit: in bytes.
  init(_ input: any ArchiveInput, in folder: PathBytes, limit: Int64) throws {
    let spool = try Spool(in: folder)
    self.spool = spool
    size = try input.giveAll(limit: limit) { try spool.file.write($0) }
  }

  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int {
    try spool.file.read(into: &buffer, at: offset)
  }
}
