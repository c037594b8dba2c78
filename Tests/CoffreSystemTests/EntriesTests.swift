import CoffreCore
import CoffreSystem
import Glibc
import Testing

@Suite("Entries of a directory")
struct EntriesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test
  func `attributes tell kind, size, permissions, links and inode`() throws {
    try folder.make("a", "hello")
    try folder.descriptor.setPermissions(0o4751, of: "a".bytes)
    try folder.descriptor.makeHardLink(of: folder.descriptor, "a".bytes, named: "b".bytes)
    let found = try folder.descriptor.attributes(of: "a".bytes)
    #expect(found.kind == .file)
    #expect(found.size == 5)
    #expect(found.permissions == 0o4751)
    #expect(found.links == 2)
    #expect(found.deviceNumber == 0)
    #expect(try folder.descriptor.attributes(of: "b".bytes) == found)
    #expect(try FileDescriptor.attributes(ofPath: folder.path("a")) == found)
  }

  @Test
  func `times are kept to the nanosecond, also before 1970`() throws {
    try folder.make("a")
    let accessed = Timestamp(seconds: 1_700_000_000, nanoseconds: 987_654_321)
    let modified = Timestamp(seconds: -5, nanoseconds: 123_456_789)
    try folder.descriptor.setTimes(accessed: accessed, modified: modified, of: "a".bytes)
    let found = try folder.descriptor.attributes(of: "a".bytes)
    #expect(found.accessed == accessed)
    #expect(found.modified == modified)
    let file = try folder.descriptor.open("a".bytes, for: .reading)
    try file.setTimes(accessed: modified, modified: accessed)
    #expect(try file.attributes().modified == accessed)
  }

  @Test
  func `only files have a size`() throws {
    try folder.descriptor.makeDirectory("d".bytes)
    try folder.descriptor.makeSymlink(to: "target".bytes, named: "l".bytes)
    #expect(try folder.descriptor.attributes(of: "d".bytes).size == 0)
    #expect(try folder.descriptor.attributes(of: "l".bytes).size == 0)
  }

  @Test(arguments: [EntryKind.fifo, .socket, .file])
  func `special files are made`(_ kind: EntryKind) throws {
    try folder.descriptor.makeDevice(kind, permissions: 0o600, named: "x".bytes)
    let found = try folder.descriptor.attributes(of: "x".bytes)
    #expect(found.kind == kind)
    #expect(found.permissions == 0o600)
  }

  @Test(
    .enabled(if: effectiveUserID == 0, "only root makes devices"),
    arguments: [EntryKind.characterDevice, .blockDevice])
  func `devices keep their number`(_ kind: EntryKind) throws {
    let number = try FileDescriptor.attributes(ofPath: "/dev/null".bytes).deviceNumber
    #expect(number != 0)
    try folder.descriptor.makeDevice(kind, permissions: 0o600, deviceNumber: number, named: "x".bytes)
    let found = try folder.descriptor.attributes(of: "x".bytes)
    #expect(found.kind == kind)
    #expect(found.deviceNumber == number)
  }

  @Test
  func `links are described, not followed, unless asked for`() throws {
    try folder.descriptor.makeDirectory("d".bytes)
    try folder.descriptor.makeSymlink(to: "d".bytes, named: "l".bytes)
    #expect(try folder.descriptor.attributes(of: "l".bytes).kind == .symlink)
    #expect(try FileDescriptor.attributes(ofPath: folder.path("l")).kind == .symlink)
    #expect(try FileDescriptor.attributes(ofPath: folder.path("l"), .following).kind == .directory)
  }

  @Test(arguments: [1, 255, 256, 257, 1024, 4095])
  func `link targets have any length and any byte`(_ length: Int) throws {
    let target = (0..<length).map { UInt8(truncatingIfNeeded: $0 % 255 + 1) }
    try folder.descriptor.makeSymlink(to: target, named: "l".bytes)
    #expect(try folder.descriptor.readLink("l".bytes) == target)
  }

  @Test
  func `a name may have 255 bytes that are no UTF-8`() throws {
    let name = [UInt8](repeating: 0xFF, count: 255)
    _ = try folder.descriptor.open(name, for: .writing, .create)
    #expect(try folder.descriptor.entryNames() == [name])
    let error = failure { () throws(SystemError) in
      _ = try folder.descriptor.open(name + [0xFF], for: .writing, .create)
    }
    #expect(error?.code == ENAMETOOLONG)
  }

  @Test
  func `renaming without replacing keeps what is there`() throws {
    try folder.make("a", "new")
    try folder.make("b", "old")
    let error = failure { () throws(SystemError) in
      try folder.descriptor.rename("a".bytes, to: folder.descriptor, "b".bytes, replacing: false)
    }
    #expect(error?.isExisting == true)
    try folder.descriptor.rename("a".bytes, to: folder.descriptor, "c".bytes, replacing: false)
    try folder.descriptor.rename("c".bytes, to: folder.descriptor, "b".bytes, replacing: true)
    #expect(try folder.descriptor.open("b".bytes, for: .reading).text() == "new")
    #expect(try folder.descriptor.entryNames() == ["b".bytes])
  }

  @Test
  func `renaming moves between directories`() throws {
    try folder.make("a", "x")
    try folder.descriptor.makeDirectory("d".bytes)
    let other = try folder.descriptor.open("d".bytes, for: .reading, .directory)
    try folder.descriptor.rename("a".bytes, to: other, "a".bytes, replacing: false)
    #expect(try other.entryNames() == ["a".bytes])
  }

  @Test
  func `only empty directories are removed`() throws {
    try folder.descriptor.makeDirectory("d".bytes)
    let directory = try folder.descriptor.open("d".bytes, for: .reading, .directory)
    try directory.makeDirectory("e".bytes)
    let error = failure { () throws(SystemError) in try folder.descriptor.removeDirectory("d".bytes) }
    #expect(error?.isNotEmpty == true)
    try directory.removeDirectory("e".bytes)
    try folder.descriptor.removeDirectory("d".bytes)
    #expect(try folder.descriptor.entryNames() == [])
  }

  @Test(.enabled(if: effectiveUserID == 0, "only root gives files away"))
  func `owners are set on links themselves`() throws {
    try folder.make("a")
    try folder.descriptor.makeSymlink(to: "a".bytes, named: "l".bytes)
    try folder.descriptor.setOwner(user: 1234, group: 5678, of: "l".bytes)
    let link = try folder.descriptor.attributes(of: "l".bytes)
    #expect(link.userID == 1234)
    #expect(link.groupID == 5678)
    #expect(try folder.descriptor.attributes(of: "a".bytes).userID == 0)
    let file = try folder.descriptor.open("a".bytes, for: .reading)
    try file.setOwner(user: 42, group: 43)
    #expect(try file.attributes().groupID == 43)
  }

  @Test
  func `a link's times change, its target's do not`() throws {
    try folder.make("a")
    try folder.descriptor.makeSymlink(to: "a".bytes, named: "l".bytes)
    let before = try folder.descriptor.attributes(of: "a".bytes).modified
    let time = Timestamp(seconds: 77, nanoseconds: 7)
    try folder.descriptor.setTimes(accessed: time, modified: time, of: "l".bytes)
    #expect(try folder.descriptor.attributes(of: "l".bytes).modified == time)
    #expect(try folder.descriptor.attributes(of: "a".bytes).modified == before)
  }

  @Test
  func `permissions of a link are unsupported and its target keeps its own`() throws {
    try folder.make("a")
    try folder.descriptor.setPermissions(0o640, of: "a".bytes)
    try folder.descriptor.makeSymlink(to: "a".bytes, named: "l".bytes)
    let error = failure { () throws(SystemError) in try folder.descriptor.setPermissions(0o777, of: "l".bytes) }
    #expect(error?.isUnsupported == true)
    #expect(try folder.descriptor.attributes(of: "a".bytes).permissions == 0o640)
  }
}
