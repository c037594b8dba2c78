/// A polynomial over GF(2), bit i being the coefficient of x^i: the secret by which a repository cuts its content.
package struct RabinPolynomial: Sendable, Hashable {
  /// What new repositories use.
  package static let usualDegree = 53

  package let coefficients: UInt64

  package init(_ coefficients: UInt64) { self.coefficients = coefficients }

  /// -1 for the zero polynomial.
  package var degree: Int { 63 - coefficients.leadingZeroBitCount }

  /// Whether a `ContentChunker` can be made of it: irreducible, and of degree 8 at least.
  package var isFitForChunking: Bool { degree >= ContentChunker.leastDegree && isIrreducible }
}

// MARK: Choosing one

extension RabinPolynomial {
  /// An irreducible polynomial of degree 53 that nobody can foresee if `generator` cannot be foreseen.
  package static func random(using generator: inout some RandomNumberGenerator) -> RabinPolynomial {
    derive { generator.next() }
  }

  /// The first irreducible polynomial among those made of successive words (restic-format section 11.3).
  ///
  /// One word in 27 passes. Traps if the words hold none among a million, that is, if they are not random.
  package static func derive(from nextWord: () -> UInt64) -> RabinPolynomial {
    for _ in 0..<1_000_000 {
      let top: UInt64 = 1 << 53
      let candidate = RabinPolynomial(nextWord() & (top - 1) | top | 1)
      if candidate.isIrreducible { return candidate }
    }
    preconditionFailure("no irreducible polynomial in a million random words")
  }

  /// Ben-Or's test: P has no factor of degree i if it has none in common with x^(2^i) + x, for each i up to half of
  /// its degree.
  package var isIrreducible: Bool {
    guard degree >= 1 else { return false }
    let x = RabinPolynomial(2)
    var power = x.remainder(modulo: self)
    for _ in 0..<(degree / 2) {
      power = power.multiplied(by: power, modulo: self)
      let sum = RabinPolynomial(power.coefficients ^ x.coefficients).remainder(modulo: self)
      guard greatestCommonDivisor(with: sum).coefficients == 1 else { return false }
    }
    return true
  }
}

// MARK: Arithmetic

extension RabinPolynomial {
  /// - Precondition: `modulus` is not zero.
  func remainder(modulo modulus: RabinPolynomial) -> RabinPolynomial {
    precondition(modulus.coefficients != 0, "division by zero")
    var rest = self
    while rest.degree >= modulus.degree {
      rest = RabinPolynomial(rest.coefficients ^ modulus.coefficients << (rest.degree - modulus.degree))
    }
    return rest
  }

  /// - Precondition: both factors are of a lower degree than `modulus`.
  func multiplied(by factor: RabinPolynomial, modulo modulus: RabinPolynomial) -> RabinPolynomial {
    precondition(degree < modulus.degree && factor.degree < modulus.degree, "a factor that was not reduced")
    let top: UInt64 = 1 << UInt64(modulus.degree)
    var product: UInt64 = 0
    for bit in stride(from: factor.degree, through: 0, by: -1) {
      product <<= 1
      if product & top != 0 { product ^= modulus.coefficients }
      if factor.coefficients >> UInt64(bit) & 1 != 0 { product ^= coefficients }
    }
    return RabinPolynomial(product)
  }

  /// This polynomial times x^`exponent`, reduced.
  func shifted(by exponent: Int, modulo modulus: RabinPolynomial) -> RabinPolynomial {
    let top: UInt64 = 1 << UInt64(modulus.degree)
    var shifted = remainder(modulo: modulus).coefficients
    for _ in 0..<exponent {
      shifted <<= 1
      if shifted & top != 0 { shifted ^= modulus.coefficients }
    }
    return RabinPolynomial(shifted)
  }

  private func greatestCommonDivisor(with other: RabinPolynomial) -> RabinPolynomial {
    var (larger, smaller) = (self, other)
    while smaller.coefficients != 0 { (larger, smaller) = (smaller, larger.remainder(modulo: smaller)) }
    return larger
  }
}

// MARK: Hexadecimal text

extension RabinPolynomial: CustomStringConvertible {
  /// Lower-case hexadecimal digits without leading zeros, as the config of a repository has it.
  package var description: String { String(coefficients, radix: 16) }

  /// - Returns: `nil` unless `hex` is made of hexadecimal digits, of either case, and fits 64 bits.
  package init?(hex: String) {
    guard !hex.isEmpty, hex.utf8.allSatisfy(\.isHexDigit), let coefficients = UInt64(hex, radix: 16) else { return nil }
    self.init(coefficients)
  }
}

extension UInt8 {
  fileprivate var isHexDigit: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}
