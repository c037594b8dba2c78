import CoffreCore
import Testing

@testable import CoffreSystem

@Suite("Files written by a thread of its own", .timeLimit(.minutes(10)))
struct BackgroundOutputTests {
  private func content(_ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: ($0 &* 0x9E37_79B9) >> 13) }
  }

  private func create(_ name: String, in folder: TemporaryFolder) throws -> FileDescriptor {
    try folder.descriptor.open(name.bytes, for: .writing, [.create, .truncate])
  }

  private func append(_ bytes: [UInt8], to output: BackgroundOutput) throws {
    var position = 0
    var piece = 1
    while position < bytes.count {
      let end = min(bytes.count, position + piece)
      try output.append(bytes.span.extracting(position..<end))
      position = end
      piece = piece * 7 % 3_000_017 + 1
    }
  }

  /// With memory for one piece, its thread and whoever watches need it back before the next one is filled.
  @Test(arguments: [1, 3], [temporaryDirectory(), "/dev/shm".bytes])
  func `a file and its watcher get what was appended`(_ limit: Int, _ parent: PathBytes) throws {
    let folder = try TemporaryFolder(in: parent)
    let (writing, watching) = (WorkLane(named: "write"), WorkLane(named: "watch"))
    let size = WriteBuffer.size
    for size in [0, 1, 4096, size - 1, size, size + 1, size + 4096, 3 * size, 3 * size + 12_345] {
      let bytes = content(size)
      let seen = Monitor<[UInt8]>([])
      let output = BackgroundOutput(
        try create("file", in: folder), writtenBy: writing, through: WriteMemory(limit: limit),
        watcher: .init(on: watching) { piece in seen.withLock { CoffreSystem.append(piece, to: &$0) } })
      try append(bytes, to: output)
      let lengthAtEnd = Monitor<Int64?>(nil)
      try output.finish { file throws(SystemError) in
        let length = try file.attributes().size
        lengthAtEnd.withLock { $0 = length }
      }
      try writing.drain()
      try watching.drain()
      #expect(lengthAtEnd.withLock { $0 } == Int64(size), "all is written before the end")
      let isEqual = try readFile(folder.path("file"), limit: .max) == bytes
      #expect(isEqual, "\(size) bytes")
      #expect(seen.withLock { $0 == bytes }, "\(size) bytes")
    }
  }

  @Test
  func `several files share a lane and its memory`() throws {
    let folder = try TemporaryFolder()
    let lane = WorkLane(named: "write")
    let memory = WriteMemory(limit: 2)
    let sizes = [10, WriteBuffer.size + 5, 0, 3 * WriteBuffer.size, 77]
    for (number, size) in sizes.enumerated() {
      let output = BackgroundOutput(try create("file-\(number)", in: folder), writtenBy: lane, through: memory)
      try append(content(size), to: output)
      try output.finish { file throws(SystemError) in try file.setPermissions(0o640) }
    }
    try lane.drain()
    for (number, size) in sizes.enumerated() {
      let path = folder.path("file-\(number)")
      let isEqual = try readFile(path, limit: .max) == content(size)
      #expect(isEqual, "file \(number)")
      #expect(try FileDescriptor.attributes(ofPath: path).permissions == 0o640)
    }
  }

  @Test
  func `a file that cannot be made is told later, and nobody waits`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("nowhere/file")
    let (lane, memory) = (WorkLane(named: "write"), WriteMemory(limit: 1))
    let error = failure { () throws(SystemError) in
      let output = try BackgroundOutput(writtenBy: lane, through: memory) { () throws(SystemError) in
        try FileDescriptor.open(path, for: .writing, [.create, .exclusive])
      }
      let piece = [UInt8](repeating: 1, count: 1 << 20)
      for _ in 0..<16 { try output.append(piece.span) }
      try output.finish { _ in }
      try lane.drain()
    }
    #expect(error?.isNotFound == true)
    // The memory is there again.
    _ = memory.lend()
  }

  @Test
  func `a full device is an error, not a short file`() throws {
    let lane = WorkLane(named: "write")
    let output = BackgroundOutput(
      try FileDescriptor.open("/dev/full".bytes, for: .writing), writtenBy: lane, through: WriteMemory(limit: 1))
    let error = failure { () throws(SystemError) in
      // More than there is memory for: whoever appends is not left waiting.
      let piece = [UInt8](repeating: 1, count: 1 << 20)
      for _ in 0..<16 { try output.append(piece.span) }
      try output.finish { _ in }
      try lane.drain()
    }
    #expect(error?.isNoSpace == true)
  }
}
