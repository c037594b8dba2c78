import CoffreCore
import CoffreSystem
import Glibc
import Testing

@Suite("File descriptors")
struct FileDescriptorTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test
  func `what is written is read back`() throws {
    try folder.make("a", "hello")
    #expect(try folder.descriptor.open("a".bytes, for: .reading).text() == "hello")
    #expect(try FileDescriptor.open(folder.path("a"), for: .reading).text() == "hello")
  }

  @Test
  func `a large write is whole`() throws {
    let bytes = [UInt8](repeating: 7, count: 5_000_001)
    let file = try folder.descriptor.open("a".bytes, for: .readingAndWriting, .create)
    try file.write(bytes.span)
    #expect(try file.attributes().size == 5_000_001)
  }

  @Test
  func `reading at an offset fills the buffer and leaves the position`() throws {
    try folder.make("a", "0123456789")
    let file = try folder.descriptor.open("a".bytes, for: .reading)
    var buffer = [UInt8](repeating: 0, count: 4)
    var span = buffer.mutableSpan
    #expect(try file.read(into: &span, at: 3) == 4)
    #expect(buffer == "3456".bytes)
    #expect(try file.text() == "0123456789")
  }

  @Test
  func `reading at an offset is short at the end only`() throws {
    try folder.make("a", "0123456789")
    let file = try folder.descriptor.open("a".bytes, for: .reading)
    var buffer = [UInt8](repeating: 0, count: 4)
    var span = buffer.mutableSpan
    #expect(try file.read(into: &span, at: 8) == 2)
    #expect(try file.read(into: &span, at: 10) == 0)
  }

  @Test
  func `writing at an offset leaves a hole of zeros`() throws {
    let file = try folder.descriptor.open("a".bytes, for: .readingAndWriting, .create)
    try file.write("x".bytes.span, at: 3)
    #expect(try file.text() == "\0\0\0x")
  }

  @Test
  func `truncating cuts and lengthens`() throws {
    let file = try folder.descriptor.open("a".bytes, for: .readingAndWriting, .create)
    try file.write("0123".bytes.span)
    try file.truncate(to: 2)
    try file.truncate(to: 5)
    #expect(try FileDescriptor.open(folder.path("a"), for: .reading).text() == "01\0\0\0")
  }

  @Test
  func `allocating keeps the length, and synchronizing succeeds`() throws {
    let file = try folder.descriptor.open("a".bytes, for: .readingAndWriting, .create)
    file.allocate(1 << 20)
    file.adviseSequential()
    try file.synchronize()
    try file.synchronizeData()
    try folder.descriptor.synchronize()
    #expect(try file.attributes().size == 0)
  }

  @Test
  func `synchronizing what cannot be is no error`() throws {
    let device = try FileDescriptor.open("/dev/null".bytes, for: .writing)
    #expect(failure { () throws(SystemError) in try device.synchronize() } == nil)
  }

  @Test
  func `a full device is told`() throws {
    let device = try FileDescriptor.open("/dev/full".bytes, for: .writing)
    let error = failure { () throws(SystemError) in try device.write("x".bytes.span) }
    #expect(error?.isNoSpace == true)
    #expect(error?.explanation.problem == "cannot write '/dev/full'")
    #expect(error?.explanation.cause == "No space left on device")
    #expect(error?.exitCode == .noSpace)
  }

  @Test
  func `opening what is missing is told with its path`() throws {
    let error = failure { () throws(SystemError) in _ = try folder.descriptor.open("gone".bytes, for: .reading) }
    #expect(error?.isNotFound == true)
    #expect(error?.path == folder.path("gone"))
    #expect(error?.operation == "open")
  }

  @Test
  func `exclusive creation refuses what exists`() throws {
    try folder.make("a")
    let error = failure { () throws(SystemError) in
      _ = try folder.descriptor.open("a".bytes, for: .writing, [.create, .exclusive])
    }
    #expect(error?.isExisting == true)
  }

  @Test
  func `opening without following refuses a link`() throws {
    try folder.descriptor.makeSymlink(to: "elsewhere".bytes, named: "link".bytes)
    let error = failure { () throws(SystemError) in
      _ = try folder.descriptor.open("link".bytes, for: .reading, .noFollow)
    }
    #expect(error?.isLoop == true)
  }

  @Test
  func `opening a file as a directory is refused`() throws {
    try folder.make("a")
    let error = failure { () throws(SystemError) in _ = try FileDescriptor.openDirectory(path: folder.path("a")) }
    #expect(error?.isNotDirectory == true)
  }

  @Test(.timeLimit(.minutes(10)))
  func `opening a fifo does not wait for a writer`() throws {
    try folder.descriptor.makeDevice(.fifo, permissions: 0o600, named: "fifo".bytes)
    let fifo = try folder.descriptor.open("fifo".bytes, for: .reading, [.noFollow, .nonBlocking])
    #expect(try fifo.attributes().kind == .fifo)
  }

  @Test
  func `a name with a NUL is refused, not cut`() throws {
    try folder.make("a")
    let error = failure { () throws(SystemError) in _ = try folder.descriptor.open([97, 0, 98], for: .reading) }
    #expect(error?.code == EINVAL)
  }

  @Test
  func `the access time stays when asked for`() throws {
    try folder.make("a", "x")
    let old = Timestamp(seconds: 1, nanoseconds: 0)
    try folder.descriptor.setTimes(accessed: old, modified: old, of: "a".bytes)
    _ = try folder.descriptor.open("a".bytes, for: .reading, .noAccessTime).text()
    #expect(try folder.descriptor.attributes(of: "a".bytes).accessed == old)
  }

  @Test(.enabled(if: effectiveUserID == 0, "only root can become someone else"))
  func `who may not keep the access time still reads`() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      try folder.make("a", "x")
      try folder.descriptor.setPermissions(0o644, of: "a".bytes)
      try folder.descriptor.setPermissions(0o755)
      try #require(seteuid(65_534) == 0)
      let content = try folder.descriptor.open("a".bytes, for: .reading, .noAccessTime).text()
      try #require(seteuid(0) == 0)
      #expect(content == "x")
    }
  }

  @Test
  func `a lock keeps others out until it is let go of, whoever has a copy`() throws {
    let path = folder.path("lock")
    let first = try FileDescriptor.open(path, for: .writing, .create)
    #expect(try first.tryLock(.shared))
    let second = try FileDescriptor.open(path, for: .writing)
    #expect(try second.tryLock(.shared))
    #expect(try !second.tryLock(.exclusive))
    // As programs have one while they are being started.
    let copy = try first.duplicate()
    try first.unlock()
    #expect(try second.tryLock(.exclusive))
    withExtendedLifetime(copy) {}
  }

  @Test
  func `a file without a name is nobody else's`() throws {
    var named: [PathBytes] = []
    let file = try FileDescriptor.nameless(in: folder.path) { path throws(SystemError) in
      named = try folder.descriptor.entryNames().map { joined(folder.path, $0) }
      #expect(named == [path])
    }
    #expect(named.count == 1)
    #expect(try folder.descriptor.entryNames().isEmpty)
    try file.write("hello".bytes.span)
    try file.seek(to: 0)
    #expect(try file.text() == "hello")
    #expect(try file.attributes().permissions & 0o777 == 0o600)
    // What fails while it has one leaves nothing.
    let error = failure { () throws(SystemError) in
      _ = try FileDescriptor.nameless(in: folder.path) { path throws(SystemError) in
        throw SystemError(code: 5, operation: "open", path: path)
      }
    }
    #expect(error?.code == 5)
    #expect(try folder.descriptor.entryNames().isEmpty)
    let absence = failure { () throws(SystemError) in _ = try FileDescriptor.nameless(in: folder.path("none")) }
    #expect(absence?.isNotFound == true)
  }

  @Test
  func `descriptors are closed at the end of their life`() throws {
    let open = try FileDescriptor.openDirectory(path: "/proc/self/fd".bytes)
    let path = folder.path("many")
    for _ in 0..<3000 { _ = try FileDescriptor.open(path, for: .writing, .create) }
    #expect(try open.entryNames().count < 1000)
  }
}
