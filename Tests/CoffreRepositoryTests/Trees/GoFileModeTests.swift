import CoffreCore
import Testing

@testable import CoffreRepository

@Suite("Go file mode")
struct GoFileModeTests {
  @Test func `agrees with restic both ways`() throws {
    let kinds: [UInt32: EntryKind] = [
      0o10: .file, 0o4: .directory, 0o12: .symlink, 0o6: .blockDevice, 0o2: .characterDevice, 0o1: .fifo, 0o14: .socket,
    ]
    let examples = try Vectors.objects("mode", of: "json-kat.json")
    #expect(examples.count == 15)
    for example in examples {
      let octal = try #require(example["st_mode_octal"] as? String)
      let mode = try #require(UInt32(octal, radix: 8))
      let kind = try #require(kinds[mode >> 12])
      let goMode = GoFileMode(kind, permissions: UInt16(mode & 0o7777))
      #expect(goMode.rawValue == example["go_mode"] as? UInt32)
      #expect(goMode.kind == kind)
      #expect(goMode.permissions == UInt16(mode & 0o7777))
    }
  }

  @Test func `knows no kind for bits Linux does not have`() {
    #expect(GoFileMode(rawValue: 1 << 19).kind == nil)
    #expect(GoFileMode(rawValue: 1 << 31 | 1 << 27).kind == nil)
  }
}
