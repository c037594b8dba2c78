/// One code point decoded from bytes that may be anything.
package struct UTF8Scalar {
  /// Stands for a byte that belongs to no valid sequence.
  package static let invalid: UInt32 = .max

  package let value: UInt32
  /// In bytes; 1 for an invalid one, as Go steps.
  package let width: Int

  package var isValid: Bool { value != Self.invalid }

  /// Reads at `offset`: overlong forms, surrogates, values past U+10FFFF and cut sequences are invalid.
  ///
  /// - Precondition: `offset` lies inside `bytes`.
  package init(in bytes: Span<UInt8>, at offset: Int) {
    let first = bytes[offset]
    guard first >= 0x80 else {
      value = UInt32(first)
      width = 1
      return
    }
    let length: Int
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0:
      length = 3
      low = 0xA0
    case 0xED:
      length = 3
      high = 0x9F
    case 0xE1...0xEF: length = 3
    case 0xF0:
      length = 4
      low = 0x90
    case 0xF1...0xF3: length = 4
    case 0xF4:
      length = 4
      high = 0x8F
    default: length = 0
    }
    guard length > 0, bytes.count - offset >= length, bytes[offset + 1] >= low, bytes[offset + 1] <= high else {
      value = Self.invalid
      width = 1
      return
    }
    var scalar = UInt32(first) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
    scalar = scalar << 6 | UInt32(bytes[offset + 1] & 0x3F)
    for index in 2..<max(length, 2) {
      let byte = bytes[offset + index]
      guard byte & 0xC0 == 0x80 else {
        value = Self.invalid
        width = 1
        return
      }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    value = scalar
    width = length
  }

  /// Appends the UTF-8 form of `scalar`; surrogates and values past U+10FFFF become U+FFFD.
  package static func append(_ scalar: UInt32, to output: inout [UInt8]) {
    switch scalar {
    case 0..<0x80: output.append(UInt8(truncatingIfNeeded: scalar))
    case 0x80..<0x800:
      output.append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
      output.append(continuation(scalar))
    case 0xD800..<0xE000, 0x11_0000...: append(0xFFFD, to: &output)
    case 0x800..<0x1_0000:
      output.append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
      output.append(continuation(scalar >> 6))
      output.append(continuation(scalar))
    default:
      output.append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18))
      output.append(continuation(scalar >> 12))
      output.append(continuation(scalar >> 6))
      output.append(continuation(scalar))
    }
  }

  private static func continuation(_ scalar: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F) }
}

/// Whether all of `bytes` is UTF-8.
package func isValidUTF8(_ bytes: Span<UInt8>) -> Bool {
  var offset = 0
  while offset < bytes.count {
    let scalar = UTF8Scalar(in: bytes, at: offset)
    guard scalar.isValid else { return false }
    offset += scalar.width
  }
  return true
}
