import ArchiveKit
import CoffreCore
import Testing

@testable import CoffreArchives

@Suite("Access control lists")
struct AccessControlTests {
  /// As `setfacl -m u:1234:rwx` makes it on a file of mode 0644.
  private static let bytes: [UInt8] =
    [2, 0, 0, 0] + [1, 0, 6, 0, 255, 255, 255, 255] + [2, 0, 7, 0, 0xD2, 4, 0, 0] + [4, 0, 4, 0, 255, 255, 255, 255]
    + [16, 0, 7, 0, 255, 255, 255, 255] + [32, 0, 4, 0, 255, 255, 255, 255]
  private static let name = Array("system.posix_acl_access".utf8)

  @Test func `the kernel's bytes are understood`() {
    #expect(
      AccessControl.list(decoding: Self.bytes) == [
        AccessControlEntry(.owner, permissions: 6), AccessControlEntry(.user(1234), permissions: 7),
        AccessControlEntry(.owningGroup, permissions: 4), AccessControlEntry(.mask, permissions: 7),
        AccessControlEntry(.other, permissions: 4),
      ])
  }

  @Test(
    arguments: [
      [], [2, 0, 0], Array(bytes.dropLast()), [1] + bytes.dropFirst(), bytes + [1], bytes + [3, 0, 7, 0, 0, 0, 0, 0],
      bytes + [8, 0, 8, 0, 1, 0, 0, 0], bytes + [8, 0, 0, 1, 1, 0, 0, 0],
    ] as [[UInt8]])
  func `what is not understood stays an extended attribute`(_ value: [UInt8]) {
    var attributes = [ExtendedAttribute(name: Self.name, value: value)]
    let control = AccessControl(takenFrom: &attributes)
    #expect(control.access.isEmpty && attributes == [ExtendedAttribute(name: Self.name, value: value)])
  }

  @Test func `lists leave the attributes, others stay in their order`() {
    let others = ["user.b", "user.a"].map { ExtendedAttribute(name: Array($0.utf8), value: [1]) }
    var attributes = [others[0], ExtendedAttribute(name: Self.name, value: Self.bytes), others[1]]
    attributes.append(ExtendedAttribute(name: Array("system.posix_acl_default".utf8), value: Self.bytes))
    let control = AccessControl(takenFrom: &attributes)
    #expect(attributes == others)
    #expect(control.access.count == 5 && control.inherited.count == 5)
  }
}

@Suite("Archive formats")
struct ArchiveFormatsTests {
  @Test func `formats are found by their names, tar first`() {
    #expect(
      ArchiveFormats.all.map(\.traits.name) == [
        "tar", "tar.gz", "tar.zst", "tar.xz", "zip", "7z", "gz", "zst", "xz", "raw",
      ])
    #expect(ArchiveFormats.named("zip")?.traits.name == "zip")
    #expect(ArchiveFormats.named("rar") == nil)
  }

  private final class Refusing: ByteSink {
    struct Full: Error {}
    func write(_ bytes: Span<UInt8>) throws { throw Full() }
  }

  private final class Ignoring: ByteSink {
    func write(_ bytes: Span<UInt8>) {}
  }

  @Test(arguments: ["tar", "zip"])
  func `errors of the sink pass, errors of the library name the entry`(_ name: String) throws {
    let format = try #require(ArchiveFormats.named(name))
    let entry = ArchiveEntry(
      path: Array("folder/file".utf8),
      attributes: EntryAttributes(kind: .file, permissions: 0o600, size: 1 << 20, modified: .missing))
    let refused = try format.makeWriter(into: Refusing())
    #expect(throws: Refusing.Full.self) {
      try refused.begin(entry)
      for _ in 0..<16 { try refused.write([UInt8](repeating: 7, count: 1 << 16).span) }
      try refused.finish()
    }
    let writer = try format.makeWriter(into: Ignoring())
    try writer.begin(entry)
    #expect {
      try writer.write([UInt8](repeating: 0, count: (1 << 20) + 1).span)
    } throws: { error in
      (error as? ArchiveError)?.path == entry.path
        && "\((error as? ArchiveError)?.explanation.problem ?? "")".contains(name)
    }
  }
}
