import CoffreCore
import CoffreSystem
import Testing

@Suite("Directory listing")
struct DirectoryReaderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test
  func `thousands of entries are listed once each, with their attributes`() throws {
    for number in 0..<3000 { try folder.make("a file with a rather long name \(number)", "\(number)") }
    var sizes: [String: Int64] = [:]
    var count = 0
    try folder.descriptor.listEntries { name, attributes, error in
      count += 1
      var copy: [UInt8] = []
      append(name, to: &copy)
      sizes[displayed(copy)] = attributes?.size
      #expect(error == nil)
    }
    #expect(count == 3000)
    #expect(sizes.count == 3000)
    #expect(sizes["a file with a rather long name 2999"] == 4)
  }

  @Test
  func `every kind is told, dot entries are not`() throws {
    try folder.make("file")
    try folder.make(".hidden")
    try folder.make("..odd")
    try folder.descriptor.makeDirectory("directory".bytes)
    try folder.descriptor.makeSymlink(to: "nowhere".bytes, named: "symlink".bytes)
    try folder.descriptor.makeDevice(.fifo, permissions: 0o600, named: "fifo".bytes)
    try folder.descriptor.makeDevice(.socket, permissions: 0o600, named: "socket".bytes)
    var kinds: [String: EntryKind] = [:]
    try folder.descriptor.listEntries { name, attributes, _ in
      var copy: [UInt8] = []
      append(name, to: &copy)
      kinds[displayed(copy)] = attributes?.kind
    }
    #expect(
      kinds == [
        "file": .file, ".hidden": .file, "..odd": .file, "directory": .directory, "symlink": .symlink, "fifo": .fifo,
        "socket": .socket,
      ])
    var passing: [String: EntryKind] = [:]
    try DirectoryReader().listNames(of: folder.descriptor) { name, kind in
      var copy: [UInt8] = []
      append(name, to: &copy)
      passing[displayed(copy)] = kind
    }
    #expect(passing == kinds)
  }

  @Test
  func `the filter is asked first`() throws {
    try folder.make("keep")
    try folder.make("skip")
    var seen = 0
    try folder.descriptor.listEntries(filter: { $0[0] == UInt8(ascii: "k") }) { _, _, _ in seen += 1 }
    #expect(seen == 1)
  }

  @Test
  func `an entry that vanished is told with its error`() throws {
    try folder.make("a")
    var found: SystemError?
    try folder.descriptor.listEntries(
      filter: { _ in
        try? folder.descriptor.removeFile("a".bytes)
        return true
      }
    ) { _, attributes, error in
      found = error
      #expect(attributes == nil)
    }
    #expect(found?.isNotFound == true)
    #expect(found?.path == folder.path("a"))
  }

  @Test
  func `one reader lists many directories, and one directory twice`() throws {
    try folder.make("a")
    let reader = DirectoryReader()
    for _ in 0..<2 {
      var count = 0
      try reader.listEntries(of: folder.descriptor) { _, _, _ in count += 1 }
      #expect(count == 1)
    }
    var count = 0
    try reader.listEntries(of: FileDescriptor.openDirectory(path: "/proc/self".bytes)) { _, _, _ in count += 1 }
    #expect(count > 10)
  }

  @Test
  func `a file cannot be listed`() throws {
    try folder.make("a")
    let file = try folder.descriptor.open("a".bytes, for: .reading)
    #expect(failure { () throws(SystemError) in _ = try file.entryNames() }?.isNotDirectory == true)
  }
}
