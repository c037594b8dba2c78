import CoffreCore
import CoffreTestKit
import OpenSSLKit
import Testing

@Suite("SHA-256")
struct SHA256HasherTests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `gives the published digests`(_ example: (text: String, digest: String)) {
    let bytes = Array(example.text.utf8)
    #expect(SHA256Hasher().hash(bytes).description == example.digest)
  }

  @Test func `pieces give the same digest as the whole`() {
    let bytes = seededBytes(1, count: 100_000)
    let hasher = SHA256Hasher()
    let whole = hasher.hash(bytes.span)
    for piece in [1, 63, 64, 65, 4096, 99_999] {
      hasher.begin()
      for start in stride(from: 0, to: bytes.count, by: piece) {
        hasher.update(bytes.span.extracting(start..<min(start + piece, bytes.count)))
      }
      #expect(hasher.finish() == whole)
    }
  }

  @Test func `one hasher serves many times, even after a digest that was abandoned`() {
    let hasher = SHA256Hasher()
    let (one, two) = ([UInt8](repeating: 1, count: 100), [UInt8](repeating: 2, count: 100))
    let first = hasher.hash(one.span)
    hasher.begin()
    hasher.update(two.span)
    #expect(hasher.hash(one) == first)
    #expect(hasher.hash(two) != first)
  }
}
