import CoffreTestKit
import Testing

@testable import CoffreRepository

@Suite("Polynomials")
struct RabinPolynomialTests {
  @Test func `knows which polynomials are irreducible`() throws {
    let known = try ChunkingVectors.read().irreducibility
    #expect(known.count == 9)
    for known in known {
      let polynomial = try #require(RabinPolynomial(hex: known.polynomial))
      #expect(polynomial.isIrreducible == known.irreducible, "\(known.polynomial)")
    }
  }

  @Test func `finds as many irreducible polynomials of each low degree as there are`() {
    // Gauss's formula; all polynomials of that degree are tried.
    let counts = [1: 2, 2: 1, 3: 2, 4: 3, 5: 6, 6: 9, 7: 18, 8: 30, 9: 56, 10: 99]
    for (degree, count) in counts {
      let all = (UInt64(1) << UInt64(degree))..<(UInt64(1) << UInt64(degree + 1))
      #expect(all.count { RabinPolynomial($0).isIrreducible } == count, "degree \(degree)")
    }
    #expect(!RabinPolynomial(0).isIrreducible)
    #expect(!RabinPolynomial(1).isIrreducible)
  }

  @Test func `derives a polynomial from words as restic does`() throws {
    let known = try ChunkingVectors.read().derive_polynomial
    let stream = sampleStream(seed: "coffre-pol-1", count: 8 * (known.first_irreducible_word_index + 1))
    var drawn = 0
    let polynomial = RabinPolynomial.derive {
      defer { drawn += 1 }
      return stream[(8 * drawn)..<(8 * drawn + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    #expect(polynomial.description == known.polynomial)
    #expect(drawn == known.first_irreducible_word_index + 1)
  }

  @Test func `random polynomials are irreducible, of degree 53, and differ`() {
    var generator = SeededRandom(seed: 7)
    let polynomials = (0..<20).map { _ in RabinPolynomial.random(using: &generator) }
    #expect(polynomials.allSatisfy { $0.degree == RabinPolynomial.usualDegree && $0.isFitForChunking })
    #expect(Set(polynomials).count == 20)
  }

  @Test(arguments: [(0, -1), (1, 0), (2, 1), (0x3da3_358b_4dc1_73, 53), (UInt64.max, 63)])
  func `degrees`(_ example: (coefficients: UInt64, degree: Int)) {
    #expect(RabinPolynomial(example.coefficients).degree == example.degree)
  }

  @Test func `irreducible polynomials of too low a degree are not fit`() {
    #expect(RabinPolynomial(0x83).isIrreducible)
    #expect(!RabinPolynomial(0x83).isFitForChunking)
  }

  @Test func `texts are hexadecimal in either case, and print in lower case`() {
    #expect(RabinPolynomial(hex: "3DA3358b4dc173")?.description == "3da3358b4dc173")
    #expect(RabinPolynomial(hex: "003da3358b4dc173") == RabinPolynomial(0x3da3_358b_4dc1_73))
    #expect(RabinPolynomial(hex: "ffffffffffffffff") == RabinPolynomial(.max))
  }

  @Test(arguments: ["", "0x3da3358b4dc173", "+3", "-3", "3g", " 3", "3 ", "10000000000000000", "３"])
  func `other texts are refused`(_ text: String) {
    #expect(RabinPolynomial(hex: text) == nil)
  }
}
