import CoffreCore
import CoffreSystem
import Testing

@Suite("Removing trees")
struct RemoveTreeTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test
  func `everything in a tree is removed, links are not followed`() throws {
    try folder.descriptor.makeDirectory("kept".bytes)
    try folder.make("kept/file")
    try makeDirectories(folder.path("tree/a/b"))
    try makeDirectories(folder.path("tree/c"))
    try folder.make("tree/a/b/file")
    try folder.make("tree/c/file")
    let tree = try FileDescriptor.openDirectory(path: folder.path("tree"))
    try tree.makeSymlink(to: "../kept".bytes, named: "link".bytes)
    try tree.makeDevice(.fifo, permissions: 0o600, named: "fifo".bytes)
    try removeTree(folder.path("tree"))
    #expect(try folder.descriptor.entryNames() == ["kept".bytes])
    #expect(try FileDescriptor.attributes(ofPath: folder.path("kept/file")).kind == .file)
  }

  @Test
  func `a link to a tree is removed alone`() throws {
    try makeDirectories(folder.path("tree/a"))
    try folder.descriptor.makeSymlink(to: "tree".bytes, named: "link".bytes)
    try removeTree(folder.path("link"))
    #expect(try folder.descriptor.entryNames() == ["tree".bytes])
  }

  @Test
  func `what is missing is a success`() throws {
    #expect(failure { () throws(SystemError) in try removeTree(folder.path("gone")) } == nil)
    #expect(failure { () throws(SystemError) in try removeTree(folder.path("gone/deeper")) } == nil)
  }

  @Test
  func `a tree deeper than any path and any descriptor limit is removed`() throws {
    try makeDirectories(folder.path("tree") + [UInt8](repeating: UInt8(ascii: "/"), count: 1) + deepPath(3000))
    try removeTree(folder.path("tree"))
    #expect(try folder.descriptor.entryNames() == [])
  }

  private func deepPath(_ levels: Int) -> PathBytes {
    PathBytes((0..<levels).flatMap { $0 == 0 ? "d".bytes : "/d".bytes })
  }
}
