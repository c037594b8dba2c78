import CoffreCore
import CoffreSystem
import Glibc
import Testing

@Suite("Paths and whole files")
struct PathsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [
    ("/", "/"), ("//a//b/", "/a/b"), ("/a/./b/../c", "/a/c"), ("/..", "/"), ("/../a", "/a"), ("/a/../../b", "/b"),
    ("/a/b/..", "/a"), ("/é/\u{1F600}", "/é/\u{1F600}"), ("/...", "/..."),
  ])
  func `absolute paths are cleaned`(_ given: String, _ expected: String) throws {
    #expect(displayed(try absolutePath(of: given.bytes)) == expected)
  }

  @Test
  func `relative paths start in the current directory`() throws {
    let current = try currentDirectory()
    #expect(current.first == UInt8(ascii: "/"))
    #expect(try absolutePath(of: "".bytes) == current)
    #expect(try absolutePath(of: ".".bytes) == current)
    #expect(try absolutePath(of: "x/../y".bytes) == joined(current, "y".bytes))
  }

  @Test
  func `missing directories are made, existing ones left alone`() throws {
    try makeDirectories(folder.path("a//b/c/"), permissions: 0o750)
    try makeDirectories(folder.path("a/b/c"))
    #expect(try FileDescriptor.attributes(ofPath: folder.path("a/b")).kind == .directory)
    #expect(try FileDescriptor.attributes(ofPath: folder.path("a/b/c")).permissions == 0o750)
  }

  @Test(.enabled(if: effectiveUserID == 0, "only root can become someone else"))
  func `a directory that may be entered but not read is no obstacle`() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      try folder.descriptor.setPermissions(0o711)
      try makeDirectories(folder.path("a"))
      try folder.descriptor.setOwner(user: 65_534, group: 65_534, of: "a".bytes)
      try folder.descriptor.setPermissions(0o300, of: "a".bytes)
      try #require(seteuid(65_534) == 0)
      let error = failure { () throws(SystemError) in try makeDirectories(folder.path("a/b/c")) }
      let space = try freeSpace(at: folder.path("a"))
      try #require(seteuid(0) == 0)
      #expect(error == nil)
      #expect(space > 0)
    }
  }

  @Test
  func `a file in the way of a directory is an error`() throws {
    try folder.make("a")
    let error = failure { () throws(SystemError) in try makeDirectories(folder.path("a/b")) }
    #expect(error?.isNotDirectory == true)
  }

  @Test
  func `paths beyond 4096 bytes work everywhere`() throws {
    let deep =
      folder.path + "/".bytes + (0..<40).map { _ in String(repeating: "d", count: 200) }.joined(separator: "/").bytes
    try makeDirectories(deep)
    let file = joined(deep, "file".bytes)
    try writeFileAtomically("content".bytes, file)
    #expect(deep.count > 8000)
    #expect(try readFile(file, limit: 100) == "content".bytes)
    #expect(try FileDescriptor.attributes(ofPath: file).size == 7)
    #expect(try FileDescriptor.openDirectory(path: deep).entryNames() == ["file".bytes])
    #expect(try FileDescriptor.openDirectory(path: deep + "///".bytes).entryNames() == ["file".bytes])
  }

  @Test
  func `a component beyond 4096 bytes is an error`() throws {
    let error = failure { () throws(SystemError) in
      _ = try FileDescriptor.open(folder.path(String(repeating: "x", count: 5000)), for: .reading)
    }
    #expect(error?.code == ENAMETOOLONG)
  }

  @Test(arguments: [0, 1, 4095, 4096, 4097, 100_000])
  func `a file is read whole`(_ size: Int) throws {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try writeFileAtomically(bytes, folder.path("a"))
    #expect(try readFile(folder.path("a"), limit: size) == bytes)
  }

  @Test
  func `a file longer than the limit is an error`() throws {
    try folder.make("a", "12345")
    let error = failure { () throws(SystemError) in _ = try readFile(folder.path("a"), limit: 4) }
    #expect(error?.isNoSpace == true)
  }

  @Test
  func `a file of unknown length respects the limit`() throws {
    #expect(failure { () throws(SystemError) in _ = try readFile("/dev/zero".bytes, limit: 20_000) }?.code == EFBIG)
    #expect(try readFile("/proc/self/stat".bytes, limit: 4096).count > 50)
  }

  @Test
  func `writing atomically replaces and leaves nothing behind`() throws {
    try writeFileAtomically("one".bytes, folder.path("a"), permissions: 0o640)
    try writeFileAtomically("two".bytes, folder.path("a"), permissions: 0o600)
    #expect(try readFile(folder.path("a"), limit: 10) == "two".bytes)
    #expect(try folder.descriptor.attributes(of: "a".bytes).permissions == 0o600)
    #expect(try folder.descriptor.entryNames() == ["a".bytes])
  }

  @Test
  func `a failed atomic write leaves nothing behind and names the file`() throws {
    try folder.descriptor.makeDirectory("a".bytes)
    let error = failure { () throws(SystemError) in try writeFileAtomically("x".bytes, folder.path("a")) }
    #expect(error?.path == folder.path("a"))
    #expect(try folder.descriptor.entryNames() == ["a".bytes])
  }

  @Test
  func `a kernel file system is told apart`() throws {
    let process = try fileSystemType(of: FileDescriptor.openDirectory(path: "/proc".bytes))
    #expect(isKernelFileSystem(process))
    #expect(try !isKernelFileSystem(fileSystemType(of: folder.descriptor)))
    #expect(try freeSpace(at: folder.path) > 0)
  }
}
