/// Cuts content where its last 64 bytes say so, so that an insertion moves the cuts along with the content.
///
/// A chunk ends after the byte at which its length first reaches the minimum and the Rabin fingerprint of its last 64
/// bytes has enough low zero bits, or at the maximum, or at the end of the input (restic-format section 11). As nothing
/// but those 64 bytes counts, what lies before the minimum is skipped, and distant positions are tested side by side.
package struct ContentChunker: Sendable {
  /// The bytes a fingerprint is made of.
  package static let window = 64
  /// A whole byte is shifted out of the fingerprint at each step: polynomials of a lower degree cannot be used.
  static let leastDegree = 8

  package let polynomial: RabinPolynomial
  package let parameters: ChunkerParameters
  /// For the byte b that overflows the fingerprint: b·x^degree reduced, and b itself so that it cancels out.
  let overflowing: [UInt64]
  /// For the byte b that leaves the window: b·x^512 reduced.
  let leaving: [UInt64]

  /// - Precondition: `polynomial` is of degree 8 at least. Whether it is irreducible is for the caller to ask.
  package init(polynomial: RabinPolynomial, parameters: ChunkerParameters = .standard) {
    precondition(polynomial.degree >= Self.leastDegree, "a polynomial of too low a degree")
    self.polynomial = polynomial
    self.parameters = parameters
    overflowing = Self.overflowTable(of: polynomial)
    leaving = Self.table(of: polynomial, shiftedBy: 8 * Self.window)
  }

  /// For each byte b, b·x^`exponent` reduced.
  static func table(of polynomial: RabinPolynomial, shiftedBy exponent: Int) -> [UInt64] {
    (0..<256).map { RabinPolynomial($0).shifted(by: exponent, modulo: polynomial).coefficients }
  }

  static func overflowTable(of polynomial: RabinPolynomial) -> [UInt64] {
    let degree = polynomial.degree
    // Above degree 56 the upper bits of b do not fit, nor does what they would cancel.
    return table(of: polynomial, shiftedBy: degree).enumerated().map { byte, rest in UInt64(byte) << degree | rest }
  }
}

// MARK: Cutting

extension ContentChunker {
  /// The length of the chunk that begins at `start`, or `nil` if more input is needed to tell.
  ///
  /// After `nil`, call again with the same `start` and `scanned` once bytes were added at the end of the buffer (or it
  /// was moved to begin elsewhere: `scanned` counts from the beginning of the chunk). At the end of the input, with
  /// nothing left after `start`, the answer is `nil` too: there is no chunk.
  ///
  /// - Parameters:
  ///   - isLast: whether the input ends with the buffer.
  ///   - scanned: 0 for a new chunk; the number of its bytes that need no second look. Set to 0 with each length.
  package func cut(in buffer: Span<UInt8>, from start: Int, isLast: Bool, scanned: inout Int) -> Int? {
    precondition(start >= 0 && start <= buffer.count && scanned >= 0, "a chunk outside of the buffer")
    let available = min(buffer.count - start, parameters.maximum)
    let shortest = max(parameters.minimum, scanned + 1)
    if available >= shortest, let end = firstCut(in: buffer, from: start + shortest - 1, upTo: start + available) {
      scanned = 0
      return end + 1 - start
    }
    guard available == parameters.maximum || (isLast && available > 0) else {
      scanned = available
      return nil
    }
    scanned = 0
    return available
  }

  /// The first index from `first` on, below `end`, whose byte is the last of a window that cuts.
  private func firstCut(in buffer: Span<UInt8>, from first: Int, upTo end: Int) -> Int? {
    let mostPerLane = 16 << 10  // at most four times as many bytes are looked at in vain beyond a cut
    let leastPerLane = 256  // below, finding each lane's first fingerprint costs more than the lanes save
    var position = first
    if polynomial.degree == RabinPolynomial.usualDegree {
      while end - position >= 4 * leastPerLane {
        let count = min((end - position) / 4, mostPerLane)
        if let cut = firstCutInFourLanes(in: buffer, from: position, count: count) { return cut }
        position += 4 * count
      }
    }
    return firstCutInOneLane(in: buffer, from: position, upTo: end)
  }
}

// MARK: Fingerprints

extension ContentChunker {
  /// The fingerprint of the 64 bytes before `end`.
  func fingerprint(in buffer: Span<UInt8>, before end: Int) -> UInt64 {
    let overflowing = overflowing.span
    let shift = UInt64(polynomial.degree - 8)
    var value: UInt64 = 0
    for index in (end - Self.window)..<end {
      value = (value &<< 8 | UInt64(buffer[index])) ^ overflowing[Int(value &>> shift)]
    }
    return value
  }

  /// For any degree.
  private func firstCutInOneLane(in buffer: Span<UInt8>, from first: Int, upTo end: Int) -> Int? {
    guard first < end else { return nil }
    let overflowing = overflowing.span
    let leaving = leaving.span
    let shift = UInt64(polynomial.degree - 8)
    let mask = parameters.mask
    var value = fingerprint(in: buffer, before: first)
    for index in first..<end {
      let change = UInt64(buffer[index]) ^ leaving[Int(buffer[index - Self.window])]
      value = (value &<< 8 ^ change) ^ overflowing[Int(value &>> shift)]
      if value & mask == 0 { return index }
    }
    return nil
  }

  /// Looks at 4·`count` positions from `first` on, in four stretches of `count` at once: each step of one lane waits for
  /// its table, and the lanes wait together. For degree 53 only, so that the shift is a constant.
  private func firstCutInFourLanes(in buffer: Span<UInt8>, from first: Int, count: Int) -> Int? {
    let overflowing = overflowing.span
    let leaving = leaving.span
    guard overflowing.count == 256, leaving.count == 256 else { return nil }  // the compiler drops its own checks
    let mask = parameters.mask
    let (first1, first2, first3) = (first + count, first + 2 * count, first + 3 * count)
    let new0 = buffer.extracting(first..<first1)
    let new1 = buffer.extracting(first1..<first2)
    let new2 = buffer.extracting(first2..<first3)
    let new3 = buffer.extracting(first3..<(first3 + count))
    let old0 = buffer.extracting((first - Self.window)..<(first1 - Self.window))
    let old1 = buffer.extracting((first1 - Self.window)..<(first2 - Self.window))
    let old2 = buffer.extracting((first2 - Self.window)..<(first3 - Self.window))
    let old3 = buffer.extracting((first3 - Self.window)..<(first3 + count - Self.window))
    var value0 = fingerprint(in: buffer, before: first)
    var value1 = fingerprint(in: buffer, before: first1)
    var value2 = fingerprint(in: buffer, before: first2)
    var value3 = fingerprint(in: buffer, before: first3)
    var cut: Int?
    var index = 0
    while index < count {
      value0 = step(value0, UInt64(new0[index]) ^ leaving[Int(old0[index])], overflowing)
      value1 = step(value1, UInt64(new1[index]) ^ leaving[Int(old1[index])], overflowing)
      value2 = step(value2, UInt64(new2[index]) ^ leaving[Int(old2[index])], overflowing)
      value3 = step(value3, UInt64(new3[index]) ^ leaving[Int(old3[index])], overflowing)
      if value0 & mask == 0 || value1 & mask == 0 || value2 & mask == 0 || value3 & mask == 0 {
        if value0 & mask == 0 { return first + index }
        // A lower lane may still find an earlier one.
        let found = value1 & mask == 0 ? first1 + index : value2 & mask == 0 ? first2 + index : first3 + index
        cut = min(cut ?? found, found)
      }
      index &+= 1
    }
    return cut
  }

  /// Shifts a fingerprint of degree 53 by one byte and adds `change`. The overflow comes last, as its table is slow to
  /// answer; the truncation tells the compiler that the table is long enough.
  @inline(__always)
  private func step(_ value: UInt64, _ change: UInt64, _ overflowing: Span<UInt64>) -> UInt64 {
    (value &<< 8 ^ change) ^ overflowing[Int(UInt8(truncatingIfNeeded: value &>> 45))]
  }
}
