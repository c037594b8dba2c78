import CoffreCore
import CoffreSystem
import CoffreTestKit
import FuseKit
import Glibc
import Synchronization
import Testing

/// A toy served through a real kernel.
@Suite("File systems in user space", .enabled(if: Fuse.isPermitted, "\(Fuse.obstacle ?? "")"))
struct FuseMountTests {
  /// Mounts, serves on a thread, runs `body`, ends.
  private func withToy(
    _ toy: Toy = Toy(), threads: Int = 2, _ body: (String, FuseMount) throws -> Void
  ) throws {
    let folder = try WorkFolder()
    var options = FuseMount.Options()
    options.threadCount = threads
    let mount = try FuseMount(toy, at: Array(folder.path.utf8), options)
    let server = try EngineThread.start(named: "server") { try? mount.serve() }
    defer {
      mount.end()
      server.join()
      #expect(!MountedFolder.isMounted(folder.path))
    }
    try body(folder.path, mount)
  }

  @Test func `shows names, attributes, contents, targets and extended attributes`() throws {
    try withToy { path, _ in
      let folder = try RealFolder(path)
      #expect(
        try Set(folder.names()) == Set(["file", "link", "broken", "slow"].map { Array($0.utf8) } + Toy.manyNames))
      let status = try folder.status(Array("file".utf8))
      #expect(status.kind == .file && status.size == Toy.content.count && status.mode == 0o6741 && status.links == 3)
      #expect(status.userID == 4_000_000_000 && status.groupID == 7 && status.inode == 0xFFFF_FFFF_FFFF)
      #expect(status.seconds == -5 && status.nanoseconds == 999_999_999)
      #expect(try readRealFile("\(path)/file") == Toy.content)
      #expect(try folder.linkTarget(Array("link".utf8)) == [0xFF, 0x2F, 0x0A])
      #expect(try folder.attributes(Array("file".utf8)) == ["user.a": [0, 1, 2], "user.empty": []])
      #expect(try folder.attributes(Array("link".utf8)) == [:])
    }
  }

  @Test func `what fails is an error, and nothing can be changed`() throws {
    try withToy { path, _ in
      for (code, body) in [
        (ENOENT, { _ = try realStatus("\(path)/nothing") }), (EIO, { _ = try readRealFile("\(path)/broken") }),
        (EROFS, { try writeRealFile("\(path)/file", [1]) }), (EROFS, { try makeRealFolder("\(path)/new") }),
        (ENOTDIR, { _ = try RealFolder("\(path)/file") }),
      ] as [(Int32, () throws -> Void)] {
        let error = #expect(throws: SystemCallFailed.self, performing: body)
        #expect(error?.code == code, "\(String(describing: error))")
      }
    }
  }

  @Test func `hundreds of readers at once are all served by two threads`() throws {
    try withToy { path, _ in
      let wrong = Atomic<Int>(0)
      try runThreads(count: 40, named: "reader") { _ in
        for _ in 0..<10 {
          if (try? readRealFile("\(path)/file")) != Toy.content { wrong.add(1, ordering: .relaxed) }
          if (try? RealFolder(path).names().count) != 4 + Toy.manyNames.count { wrong.add(1, ordering: .relaxed) }
        }
      }
      #expect(wrong.load(ordering: .relaxed) == 0)
    }
  }

  @Test func `one slow answer does not hold up the others`() throws {
    let toy = Toy()
    try withToy(toy) { path, _ in
      let slow = try EngineThread.start(named: "slow") { _ = try? readRealFile("\(path)/slow") }
      toy.isReadingSlowly.wait(until: { $0 })
      #expect(try readRealFile("\(path)/file") == Toy.content)
      toy.mayGoOn.withLock { $0 = true }
      slow.join()
    }
  }

  /// Empties the whole machine's caches.
  @Test(.enabled(if: isRoot && runsAllTests, "slow for all who work on this machine: COFFRE_TEST_ALL=1, as root"))
  func `every mention is taken back`() throws {
    let toy = Toy()
    try withToy(toy) { path, _ in
      for _ in 0..<3 {
        _ = try RealFolder(path).names().map { try? realStatus("\(path)/\(String(decoding: $0, as: UTF8.self))") }
      }
      #expect(toy.mentions.withLock { $0 } > 0)
      // What the kernel keeps only because it has room.
      let outcome = try Tool.named("sh", package: "dash").run(["-c", "echo 2 > /proc/sys/vm/drop_caches"])
      guard outcome.isSuccess else { return }
      for _ in 0..<200 where toy.mentions.withLock({ $0 }) > 0 { pause(seconds: 0.02) }
      #expect(toy.mentions.withLock { $0 } == 0)
    }
  }

  @Test func `umount ends the serving`() throws {
    try withToy { path, mount in
      let unmounted = try Tool.named("umount", package: "mount").run([path])
      #expect(unmounted.isSuccess, "\(unmounted)")
    }
  }

  @Test func `it ends while somebody is in it`() throws {
    var folder: RealFolder?
    try withToy { path, _ in folder = try RealFolder(path) }
    #expect(throws: SystemCallFailed.self) { try folder?.status(Array("file".utf8)) }
  }

  @Test func `a folder that is not there is refused with the system's words`() throws {
    let error = #expect(throws: FuseError.self) {
      try FuseMount(Toy(), at: Array("/nowhere/at/all".utf8), FuseMount.Options())
    }
    #expect(error?.exitCode == .noPermission)
    #expect(error?.explanation.cause?.description.contains("No such file") == true, "\(String(describing: error))")
  }
}

/// A folder with some files.
private final class Toy: ReadOnlyFileSystem {
  static let content = seededBytes(1, count: 300_001)
  /// More than fit into one answer.
  static let manyNames = (0..<500).map { Array("many-\($0)-".utf8) + [UInt8](repeating: 0xFE, count: 100) }

  let mentions = Mutex(0)
  let isReadingSlowly = Monitor(false)
  let mayGoOn = Monitor(false)

  private static let names: [[UInt8]] = ["file", "link", "broken", "slow"].map { Array($0.utf8) } + manyNames

  private func found(_ position: Int) -> NumberedEntry {
    var attributes = EntryAttributes(
      kind: position == 1 ? .symlink : .file, permissions: 0o6741, userID: 4_000_000_000, groupID: 7,
      size: position == 1 ? 3 : Int64(Self.content.count), modified: Timestamp(seconds: -5, nanoseconds: 999_999_999),
      inode: 0xFFFF_FFFF_FFFF, links: 3)
    if position > 0 { attributes.inode = UInt64(position) + 1000 }
    return NumberedEntry(node: NodeNumber(position + 2), attributes: attributes, validity: .seconds(60))
  }

  func lookUp(_ name: PathBytes, in folder: NodeNumber) throws(FileSystemFailure) -> NumberedEntry {
    guard folder == topNode else { throw .notAFolder }
    guard let position = Self.names.firstIndex(of: name) else { throw .notFound }
    mentions.withLock { $0 += 1 }
    return found(position)
  }

  func forget(_ node: NodeNumber, mentions: UInt64) { self.mentions.withLock { $0 -= Int(mentions) } }

  func look(at node: NodeNumber) throws(FileSystemFailure) -> NumberedEntry {
    if node != topNode { return found(Int(node) - 2) }
    let attributes = EntryAttributes(
      kind: .directory, permissions: 0o755, modified: Timestamp(seconds: 0, nanoseconds: 0), inode: 1, links: 1)
    return NumberedEntry(node: node, attributes: attributes, validity: .seconds(60))
  }

  func details(of node: NodeNumber) throws(FileSystemFailure) -> EntryDetails {
    var details = EntryDetails()
    if node == 3 { details.linkTarget = [0xFF, 0x2F, 0x0A] }
    if node == 2 {
      details.extendedAttributes = [
        ExtendedAttribute(name: Array("user.a".utf8), value: [0, 1, 2]),
        ExtendedAttribute(name: Array("user.empty".utf8), value: []),
      ]
    }
    return details
  }

  func openFolder(_ node: NodeNumber) throws(FileSystemFailure) -> any OpenFolder {
    guard node == topNode else { throw .notAFolder }
    return Listing(toy: self)
  }

  func openFile(_ node: NodeNumber) throws(FileSystemFailure) -> any OpenFile { Content(toy: self, node: node) }

  private struct Listing: OpenFolder {
    let toy: Toy
    var count: Int { names.count }
    var inode: UInt64 { 1 }
    var parentInode: UInt64 { 1 }
    func entry(at position: Int) -> (name: PathBytes, found: NumberedEntry) { (names[position], toy.found(position)) }
    func keep(_ position: Int) { toy.mentions.withLock { $0 += 1 } }
  }

  private struct Content: OpenFile {
    let toy: Toy
    let node: NodeNumber

    func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws(FileSystemFailure) -> Int {
      if node == 4 { throw .damaged }
      if node == 5 {
        toy.isReadingSlowly.withLock { $0 = true }
        toy.mayGoOn.wait(until: { $0 })
      }
      let start = min(Int(offset), Toy.content.count)
      let end = min(Toy.content.count, start + buffer.count)
      let content = Toy.content
      copy(content.span.extracting(start..<end), into: &buffer)
      return end - start
    }
  }
}
