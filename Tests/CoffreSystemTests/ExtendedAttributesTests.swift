import CoffreCore
import CoffreSystem
import Testing

@Suite("Extended attributes", .enabled(if: hasExtendedAttributes(), "no extended attributes in TMPDIR"))
struct ExtendedAttributesTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.make("a")
  }

  @Test
  func `a descriptor's attributes are set, listed, read and removed`() throws {
    let file = try folder.descriptor.open("a".bytes, for: .reading)
    #expect(try file.extendedAttributeNames() == [])
    try file.setExtendedAttribute("user.one".bytes, to: [0, 255, 10])
    try file.setExtendedAttribute("user.empty".bytes, to: [])
    #expect(Set(try file.extendedAttributeNames()) == ["user.one".bytes, "user.empty".bytes])
    #expect(try file.extendedAttribute("user.one".bytes) == [0, 255, 10])
    #expect(try file.extendedAttribute("user.empty".bytes) == [])
    try file.removeExtendedAttribute("user.one".bytes)
    #expect(try file.extendedAttributeNames() == ["user.empty".bytes])
  }

  @Test
  func `attributes are reached by name, also an odd one`() throws {
    let name = [UInt8](repeating: 0xFE, count: 255)
    _ = try folder.descriptor.open(name, for: .writing, .create)
    try folder.descriptor.setExtendedAttribute("user.one".bytes, to: "value".bytes, of: name)
    #expect(try folder.descriptor.extendedAttributeNames(of: name) == ["user.one".bytes])
    #expect(try folder.descriptor.extendedAttribute("user.one".bytes, of: name) == "value".bytes)
    try folder.descriptor.removeExtendedAttribute("user.one".bytes, of: name)
    #expect(try folder.descriptor.extendedAttributeNames(of: name) == [])
  }

  @Test(arguments: [1023, 1024, 1025, 3000])
  func `values have any length`(_ length: Int) throws {
    let value = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
    try folder.descriptor.setExtendedAttribute("user.big".bytes, to: value, of: "a".bytes)
    #expect(try folder.descriptor.extendedAttribute("user.big".bytes, of: "a".bytes) == value)
  }

  @Test
  func `many names are listed whole`() throws {
    let names = (0..<60).map { "user.attribute-with-a-long-name-\($0)".bytes }
    for name in names { try folder.descriptor.setExtendedAttribute(name, to: [], of: "a".bytes) }
    #expect(Set(try folder.descriptor.extendedAttributeNames(of: "a".bytes)) == Set(names))
  }

  @Test
  func `a link's attributes are its own`() throws {
    try folder.descriptor.makeSymlink(to: "a".bytes, named: "l".bytes)
    try folder.descriptor.setExtendedAttribute("user.one".bytes, to: [1], of: "a".bytes)
    #expect(try folder.descriptor.extendedAttributeNames(of: "l".bytes) == [])
  }

  @Test(.enabled(if: effectiveUserID == 0, "only root sets trusted attributes"))
  func `links and fifos may have trusted attributes`() throws {
    try folder.descriptor.makeSymlink(to: "a".bytes, named: "l".bytes)
    try folder.descriptor.makeDevice(.fifo, permissions: 0o600, named: "f".bytes)
    for name in ["l".bytes, "f".bytes] {
      try folder.descriptor.setExtendedAttribute("trusted.one".bytes, to: [1], of: name)
      #expect(try folder.descriptor.extendedAttribute("trusted.one".bytes, of: name) == [1])
    }
  }

  @Test
  func `a file system without attributes lists none`() throws {
    let process = try FileDescriptor.openDirectory(path: "/proc/self".bytes)
    #expect(try process.extendedAttributeNames() == [])
    #expect(try process.extendedAttributeNames(of: "status".bytes) == [])
  }

  @Test
  func `a missing attribute is an error`() throws {
    let error = failure { () throws(SystemError) in
      _ = try folder.descriptor.extendedAttribute("user.gone".bytes, of: "a".bytes)
    }
    #expect(error?.operation == "read an extended attribute of")
    #expect(error?.path == folder.path("a"))
  }
}

private func hasExtendedAttributes() -> Bool {
  guard let folder = try? TemporaryFolder() else { return false }
  return (try? folder.descriptor.setExtendedAttribute("user.test".bytes, to: [])) != nil
}
