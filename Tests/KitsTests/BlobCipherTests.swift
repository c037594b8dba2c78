import CoffreCore
import CoffreTestKit
import OpenSSLKit
import Testing

@Suite("Sealing")
struct BlobCipherTests {
  let vectors: CryptoVectors
  let cipher: BlobCipher

  init() throws {
    vectors = try CryptoVectors.read()
    let key = vectors.key
    cipher = BlobCipher(encryption: key.encrypt.bytes, macKey: key.mac_k.bytes, macR: key.mac_r.bytes)
  }

  // MARK: Known answers

  @Test func `seals as the known answers do`() {
    #expect(vectors.seal.count == 4)
    for known in vectors.seal {
      var sealed: [UInt8] = []
      cipher.seal(known.plaintext.bytes.span, iv: known.iv.bytes, into: &sealed)
      #expect(sealed == known.sealed.bytes)
    }
  }

  @Test func `opens the known answers`() throws {
    for known in vectors.seal {
      var plaintext: [UInt8] = []
      try cipher.open(known.sealed.bytes.span, into: &plaintext)
      #expect(plaintext == known.plaintext.bytes)
    }
  }

  @Test func `the counter is one big-endian number and wraps around`() {
    #expect(vectors.aes256_ctr.count == 4)
    for known in vectors.aes256_ctr {
      #expect(known.key.bytes == vectors.key.encrypt.bytes)
      var sealed: [UInt8] = []
      cipher.seal(known.plaintext.bytes.span, iv: known.iv.bytes, into: &sealed)
      #expect(Array(sealed[16..<(sealed.count - 16)]) == known.ciphertext.bytes)
    }
  }

  @Test func `accepts the known authenticators, with r clamped or not, and no other`() {
    #expect(vectors.poly1305_aes.count == 16)
    let clamped = BlobCipher(
      encryption: vectors.key.encrypt.bytes, macKey: vectors.key.mac_k.bytes, macR: vectors.key.mac_r_clamped.bytes)
    for known in vectors.poly1305_aes {
      var message = known.nonce.bytes + known.msg.bytes + known.mac.bytes
      #expect(cipher.isAuthentic(message))
      #expect(clamped.isAuthentic(message))
      message[message.count - 1] ^= 1
      #expect(!cipher.isAuthentic(message))
    }
  }

  // MARK: Properties

  @Test(arguments: [0, 1, 15, 16, 17, 1000, 1 << 20])
  func `what was sealed opens again`(_ count: Int) throws {
    let message = seededBytes(UInt64(count), count: count)
    var sealed: [UInt8] = []
    cipher.seal(message.span, into: &sealed)
    #expect(sealed.count == count + BlobCipher.overhead)
    #expect(cipher.isAuthentic(sealed))
    var opened: [UInt8] = [1, 2, 3]
    try cipher.open(sealed.span, into: &opened)
    #expect(opened == message)
  }

  @Test func `sealing appends and takes a fresh nonce each time`() throws {
    let message = Array("the same".utf8)
    var pack: [UInt8] = [7]
    for _ in 0..<1000 { cipher.seal(message.span, into: &pack) }
    let length = message.count + BlobCipher.overhead
    #expect(pack.count == 1 + 1000 * length)
    #expect(pack[0] == 7)
    let nonces = Set((0..<1000).map { Array(pack[(1 + $0 * length)..<(17 + $0 * length)]) })
    #expect(nonces.count == 1000)
    var opened: [UInt8] = []
    try cipher.open(pack.span.extracting((1 + 999 * length)...), into: &opened)
    #expect(opened == message)
  }

  @Test func `each flipped bit is noticed`() {
    let message = Array("hello coffre".utf8)
    var sealed: [UInt8] = []
    cipher.seal(message.span, into: &sealed)
    for bit in 0..<(8 * sealed.count) {
      sealed[bit / 8] ^= 1 << (bit % 8)
      #expect(throws: CipherError.notAuthentic) { try open(sealed) }
      #expect(!cipher.isAuthentic(sealed))
      sealed[bit / 8] ^= 1 << (bit % 8)
    }
    #expect(cipher.isAuthentic(sealed))
  }

  @Test func `a message cut short or made longer is refused`() {
    let message = [UInt8](repeating: 9, count: 50)
    var sealed: [UInt8] = []
    cipher.seal(message.span, into: &sealed)
    for count in 0..<sealed.count {
      let expected: CipherError = count < 32 ? .tooShort : .notAuthentic
      #expect(throws: expected) { try open(Array(sealed[..<count])) }
    }
    #expect(throws: CipherError.notAuthentic) { try open(sealed + [0]) }
  }

  @Test func `a nonce of zeros is refused`() {
    #expect(throws: CipherError.zeroNonce) { try open([UInt8](repeating: 0, count: 40)) }
  }

  @Test func `another key does not open`() {
    let other = BlobCipher(
      encryption: vectors.key.encrypt.bytes, macKey: vectors.key.mac_r.bytes, macR: vectors.key.mac_r.bytes)
    #expect(vectors.seal.allSatisfy { !other.isAuthentic($0.sealed.bytes) })
  }

  @Test func `a failed opening leaves the output alone`() {
    var output: [UInt8] = [1, 2, 3]
    let forged = [UInt8](repeating: 5, count: 64)
    #expect(throws: CipherError.notAuthentic) { try cipher.open(forged.span, into: &output) }
    #expect(output == [1, 2, 3])
  }

  @Test(arguments: [
    (CipherError.tooShort, "shorter than any sealed message"),
    (.notAuthentic, "damaged, or sealed with another key"),
    (.zeroNonce, "sealed with an all-zero nonce"),
  ])
  func `errors say what is wrong`(_ example: (error: CipherError, text: String)) {
    #expect(example.error.problem.description == example.text)
  }

  private func open(_ sealed: [UInt8]) throws -> [UInt8] {
    var output: [UInt8] = []
    try cipher.open(sealed.span, into: &output)
    return output
  }
}
