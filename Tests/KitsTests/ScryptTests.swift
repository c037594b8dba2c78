import CoffreCore
import OpenSSLKit
import SodiumKit
import Testing

@Suite("scrypt")
struct ScryptTests {
  @Test func `derives the known keys`() throws {
    let known = try CryptoVectors.read().scrypt
    #expect(known.count == 4)
    for known in known {
      let key = try scrypt(
        password: known.password_utf8.bytes, salt: known.salt.bytes, n: known.N, r: known.r, p: known.p, count: 64)
      #expect(key == known.out64.bytes)
    }
  }

  @Test func `takes an empty password and an empty salt`() throws {
    let key = try scrypt(password: [], salt: [], n: 16, r: 1, p: 1, count: 64)
    let published =
      "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
    #expect(key == [UInt8](hex: published))
  }

  @Test(arguments: [
    (0, 8, 1, 64), (1, 8, 1, 64), (-2, 8, 1, 64), (1000, 8, 1, 64), (1024, 0, 1, 64), (1024, 8, 0, 64),
    (1024, -1, 1, 64), (1024, 8, -1, 64), (1024, 8, 1, 0), (1024, 8, 1, -1), (Int.min, 8, 1, 64),
    (1 << 16, 1, 1, 64), (1 << 17, 1, 1, 64),  // RFC 7914: N < 2^(16r)
  ])
  func `refuses parameters that mean nothing`(_ parameters: (n: Int, r: Int, p: Int, count: Int)) {
    #expect(throws: ScryptError.badParameters) {
      try scrypt(password: [1], salt: [2], n: parameters.n, r: parameters.r, p: parameters.p, count: parameters.count)
    }
  }

  @Test(arguments: [
    (1 << 21, 8, 1), (1 << 62, 1, 1), (1 << 10, Int.max, 1), (1 << 10, 8, Int.max), (1 << 15, 8, 1 << 12),
    (2, 1 << 22, 1), (2, 1, 1 << 29),
  ])
  func `refuses parameters that cost too much, before it takes any memory`(_ parameters: (n: Int, r: Int, p: Int)) {
    #expect(throws: ScryptError.tooExpensive) {
      try scrypt(password: [1], salt: [2], n: parameters.n, r: parameters.r, p: parameters.p, count: 64)
    }
  }

  @Test func `errors say what is wrong`() {
    #expect(ScryptError.badParameters.problem.description == "the scrypt parameters are out of range")
    #expect(ScryptError.failed.problem.description == "scrypt could not be computed with these parameters")
    #expect(
      ScryptError.tooExpensive.problem.description
        == "the scrypt parameters ask for more than 1 GiB of memory or for minutes of work")
  }
}

@Suite("Randomness")
struct RandomSourceTests {
  @Test(arguments: [0, 1, 16, 4096, 1 << 20])
  func `gives as many bytes as asked`(_ count: Int) {
    #expect(randomBytes(count).count == count)
  }

  @Test func `never repeats itself`() {
    #expect(randomBytes(32) != randomBytes(32))
    let source = RandomSource()
    #expect(Set((0..<5000).map { _ in source.next() }).count == 5000)
  }

  @Test func `sets each bit about half of the time`() {
    let source = RandomSource()
    var counts = [Int](repeating: 0, count: 64)
    for _ in 0..<4000 {
      let word = source.next()
      for bit in 0..<64 where word >> UInt64(bit) & 1 != 0 { counts[bit] += 1 }
    }
    #expect(counts.allSatisfy { (1700...2300).contains($0) })  // nine standard deviations
  }
}
