import CoffreArchives
import CoffreCore
import CoffreSystem
import CoffreTestKit
import Testing

@testable import coffre

/// The key file that `archive create --encrypt aes` makes.
@Suite("Keys that are made")
struct ArchiveKeyTests {
  private let folder: TestFolder
  private let path: PathBytes

  init() throws {
    folder = try TestFolder()
    path = folder.path("key.json")
  }

  @Test func `a key is made once and read afterwards`() throws {
    let made = try ArchiveEncryptionOptions.aesKey(path)
    #expect(try FileDescriptor.attributes(ofPath: path).permissions == 0o600)
    #expect(try ArchiveEncryptionOptions.aesKey(path).keyset == made.keyset)
    #expect(try FileDescriptor.openDirectory(path: folder.path).entryNames() == [Array("key.json".utf8)])
  }

  /// Two first runs: between the look and the writing of one, the other makes its key.
  @Test func `a key that came meanwhile is the one that both use`() throws {
    var other: AESKey?
    let own = try ArchiveEncryptionOptions.aesKey(path) {
      other = try? ArchiveEncryptionOptions.aesKey(path)
    }
    #expect(other != nil && own.keyset == other?.keyset)
    #expect(try AESKey(keyset: readFile(path, limit: 4096)).keyset == own.keyset)
    #expect(try FileDescriptor.openDirectory(path: folder.path).entryNames() == [Array("key.json".utf8)])
  }

  @Test func `what cannot be looked at is not taken for missing`() throws {
    // A name that is too long for any file system: it is neither there nor missing.
    let long = joined(folder.path, [UInt8](repeating: UInt8(ascii: "k"), count: 300))
    #expect(throws: (any Error).self) {
      try ArchiveEncryptionOptions.aesKey(long) { Issue.record("a key is made") }
    }
    let link = folder.path("link")
    try FileDescriptor.openDirectory(path: folder.path).makeSymlink(
      to: Array("nowhere".utf8), named: Array("link".utf8))
    #expect(throws: (any Error).self) {
      try ArchiveEncryptionOptions.aesKey(link) { Issue.record("a key is made") }
    }
    #expect(try FileDescriptor.attributes(ofPath: link).kind == .symlink)
  }
}
