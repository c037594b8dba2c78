/// What all writers put into a text, straight into memory reserved before.
///
/// Each function traps if the memory does not suffice: whoever reserves knows the longest form.
extension OutputSpan where Element == UInt8 {
  /// The longest a number of 64 bits gets.
  @inlinable
  package static var maximumDecimalCount: Int { 20 }

  @inlinable @inline(__always)
  #if compiler(<6.3)
    @_lifetime(self: copy self)
  #endif
  package mutating func append(bytes: Span<UInt8>) {
    for index in bytes.indices { append(bytes[index]) }
  }

  @inlinable @inline(__always)
  #if compiler(<6.3)
    @_lifetime(self: copy self)
  #endif
  package mutating func append(literal: [UInt8]) { append(bytes: literal.span) }

  @inlinable
  #if compiler(<6.3)
    @_lifetime(self: copy self)
  #endif
  package mutating func append(decimal value: UInt64) {
    if value >= 100 {
      append(decimal: value / 100)
      append(twoDigits: UInt32(truncatingIfNeeded: value % 100))
    } else if value >= 10 {
      append(twoDigits: UInt32(truncatingIfNeeded: value))
    } else {
      append(48 &+ UInt8(truncatingIfNeeded: value))
    }
  }

  /// - Precondition: `value` is below 100.
  @inlinable @inline(__always)
  #if compiler(<6.3)
    @_lifetime(self: copy self)
  #endif
  package mutating func append(twoDigits value: UInt32) {
    append(48 &+ UInt8(truncatingIfNeeded: value / 10))
    append(48 &+ UInt8(truncatingIfNeeded: value % 10))
  }

  /// Appends the last `digits` lower-case hexadecimal digits of `value`.
  @inlinable
  #if compiler(<6.3)
    @_lifetime(self: copy self)
  #endif
  package mutating func append(hexadecimal value: UInt32, digits: Int) {
    for shift in stride(from: (digits - 1) * 4, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: value >> UInt32(shift)) & 15
      append(digit < 10 ? 48 + digit : 87 + digit)
    }
  }

  /// Appends 64 lower-case hexadecimal digits.
  #if compiler(<6.3)
    @_lifetime(self: copy self)
  #endif
  package mutating func append(digest: Digest) {
    append(hexadecimalWord: digest.word0)
    append(hexadecimalWord: digest.word1)
    append(hexadecimalWord: digest.word2)
    append(hexadecimalWord: digest.word3)
  }

  @inlinable
  #if compiler(<6.3)
    @_lifetime(self: copy self)
  #endif
  mutating func append(hexadecimalWord word: UInt64) {
    append(eightDigits: UInt32(truncatingIfNeeded: word >> 32))
    append(eightDigits: UInt32(truncatingIfNeeded: word))
  }

  /// Spreads eight digits over the bytes of one word and makes letters of all at once.
  @inlinable @inline(__always)
  #if compiler(<6.3)
    @_lifetime(self: copy self)
  #endif
  mutating func append(eightDigits value: UInt32) {
    var digits = UInt64(value)
    digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF
    digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF
    digits = (digits | digits << 4) & 0x0F0F_0F0F_0F0F_0F0F
    // 6 more carries every digit above 9 into the bit of 16; such digits lie 39 further on, at the letters.
    let letters = (digits &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    let text = digits &+ 0x3030_3030_3030_3030 &+ letters &* 39
    append(UInt8(truncatingIfNeeded: text >> 56))
    append(UInt8(truncatingIfNeeded: text >> 48))
    append(UInt8(truncatingIfNeeded: text >> 40))
    append(UInt8(truncatingIfNeeded: text >> 32))
    append(UInt8(truncatingIfNeeded: text >> 24))
    append(UInt8(truncatingIfNeeded: text >> 16))
    append(UInt8(truncatingIfNeeded: text >> 8))
    append(UInt8(truncatingIfNeeded: text))
  }
}
