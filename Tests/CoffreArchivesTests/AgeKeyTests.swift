import CoffreArchives
import CoffreCore
import Testing

@Suite("Keys of age")
struct AgeKeyTests {
  /// Of age's own tests: 32 bytes of 0x42.
  static let identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
  private static let recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

  @Test func `an identity has age's own recipient`() throws {
    #expect(try #require(AgeIdentity(Self.identity)).recipient.text == Self.recipient)
    #expect(AgeRecipient(Self.recipient)?.text == Self.recipient)
  }

  @Test(
    arguments: [
      "", "age1", String(recipient.dropLast()), recipient + "q", "AGE1" + recipient.dropFirst(4),
      recipient.replacing("zvk", with: "zvq"), "ssh-ed25519 AAAA",
    ])
  func `what is no recipient is refused`(_ text: String) { #expect(AgeRecipient(text) == nil) }

  @Test func `identities are read from a file with comments`() throws {
    let file = "# created: today\n# public key: \(Self.recipient)\n\(Self.identity)\r\n\n"
    #expect(AgeIdentity.all(in: Array(file.utf8))?.map(\.recipient.text) == [Self.recipient])
    #expect(AgeIdentity.all(in: Array("not a key\n".utf8)) == nil)
  }

  @Test func `a keyset is read as it was written`() throws {
    let key = AESKey.random()
    #expect(try AESKey(keyset: key.keyset).keyset == key.keyset)
    #expect(throws: ArchiveError.self) { try AESKey(keyset: Array("{}".utf8)) }
    #expect(throws: ArchiveError.self) { try AESKey(keyset: Array("nothing".utf8)) }
    let other = displayed(key.keyset).replacing("AesGcmHkdf", with: "AesCtrHmac")
    #expect(throws: ArchiveError.self) { try AESKey(keyset: Array(other.utf8)) }
  }
}
