import CoffreTestKit
import OpenSSLKit
import Testing

@Suite("The encryption of zips")
struct WinZipCipherTests {
  /// RFC 6070.
  @Test(arguments: [
    (1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"), (2, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"),
    (4096, "4b007901b765489abead49d926f721d065a429c1"),
  ])
  func `PBKDF2 gives the published keys`(_ example: (rounds: Int, key: String)) {
    let key = pbkdf2SHA1(Array("password".utf8), salt: Array("salt".utf8), rounds: example.rounds, count: 20)
    #expect(key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == example.key)
  }

  /// Around where blocks and the key stream end.
  @Test func `pieces give the same as the whole, and are encrypted once`() {
    let keys = WinZipCipher.Keys(password: Array("p".utf8), salt: seededBytes(2, count: 16))
    let content = seededBytes(1, count: 200_001)
    var whole = content
    let cipher = WinZipCipher(keys)
    cipher.encrypt(&whole)
    let tag = cipher.finish()
    #expect(tag.count == WinZipCipher.tagSize && whole != content)
    for size in [1, 15, 16, 17, 4096, 65_535, 65_536, 65_537] {
      let other = WinZipCipher(keys)
      var joined: [UInt8] = []
      for start in stride(from: 0, to: content.count, by: size) {
        var piece = Array(content[start..<min(start + size, content.count)])
        other.encrypt(&piece)
        joined += piece
      }
      #expect(joined == whole && other.finish() == tag, "\(size)")
    }
    var again = whole
    WinZipCipher(keys).encrypt(&again)
    #expect(again == content)
  }
}
