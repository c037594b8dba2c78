import CoffreCore
import Testing

@testable import CoffreSystem

@Suite("Files written in large pieces")
struct FileOutputTests {
  /// Just around what is written at once, and around a block of the disk.
  private static let sizes = [
    0, 1, 4095, 4096, WriteBuffer.size - 1, WriteBuffer.size, WriteBuffer.size + 1, WriteBuffer.size + 4096,
    2 * WriteBuffer.size, 2 * WriteBuffer.size + 12_345,
  ]

  /// O_DIRECT, which is not the same everywhere (fcntl.h).
  #if arch(arm64)
    private static let direct: Int32 = 0o200_000
  #else
    private static let direct: Int32 = 0o40_000
  #endif

  @Test(arguments: [temporaryDirectory(), "/dev/shm".bytes])
  func `a file holds what was appended, whatever the pieces, on a disk and in memory`(parent: PathBytes) throws {
    let folder = try TemporaryFolder(in: parent)
    for size in Self.sizes {
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: ($0 &* 0x9E37_79B9) >> 13) }
      let output = FileOutput(try create(in: folder))
      var position = 0
      var piece = 1
      while position < size {
        let end = min(size, position + piece)
        try output.append(bytes.span.extracting(position..<end))
        position = end
        piece = piece * 7 % 3_000_017 + 1
      }
      try output.finish()
      let isEqual = try readFile(folder.path("file"), limit: .max) == bytes
      #expect(isEqual, "\(size) bytes")
    }
  }

  @Test
  func `large pieces go past the page cache where that is known to be good, the last bytes do not`() throws {
    let folder = try TemporaryFolder()
    let output = FileOutput(try create(in: folder))
    let bytes = [UInt8](repeating: 1, count: WriteBuffer.size)
    try output.append(bytes.span.extracting(1...))
    #expect(try !isUncached(output))
    try output.append(bytes.span.extracting(..<3))
    let isFit = output.file.isFitForUncachedWrites
    #expect(try isUncached(output) == isFit)
    try output.finish()
    #expect(try !isUncached(output))
  }

  @Test
  func `memory is fit for no such writes`() throws {
    let file = try create(in: TemporaryFolder(in: "/dev/shm".bytes))
    let isFit = file.isFitForUncachedWrites
    #expect(!isFit)
  }

  @Test
  func `a full device is an error, not a short file`() throws {
    let output = FileOutput(try FileDescriptor.open("/dev/full".bytes, for: .writing))
    try output.append([1, 2, 3].span)
    #expect(failure { () throws(SystemError) in try output.finish() }?.isNoSpace == true)
  }

  private func create(in folder: TemporaryFolder) throws -> FileDescriptor {
    try folder.descriptor.open("file".bytes, for: .writing, [.create, .truncate])
  }

  /// As the kernel tells it: `flags` in octal digits (proc(5)).
  private func isUncached(_ output: FileOutput) throws -> Bool {
    let text = String(
      decoding: try readFile("/proc/self/fdinfo/\(output.file.number)".bytes, limit: 4096), as: UTF8.self)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("flags:") })
    let flags = try #require(Int32(line.split(whereSeparator: \.isWhitespace)[1], radix: 8))
    return flags & Self.direct != 0
  }
}
