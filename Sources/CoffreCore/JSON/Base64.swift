/// The standard alphabet with padding (RFC 4648 section 4), as Go writes byte lists.
package enum Base64 {
  package static func encode(_ bytes: Span<UInt8>) -> [UInt8] {
    [UInt8](capacity: encodedCount(bytes.count)) { append(bytes, to: &$0) }
  }

  /// How many digits `count` bytes make.
  package static func encodedCount(_ count: Int) -> Int { (count + 2) / 3 * 4 }

  /// Appends the digits of `bytes`, for which `encodedCount` bytes must be free.
  #if compiler(<6.3)
    @_lifetime(output: copy output)
  #endif
  package static func append(_ bytes: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
    var offset = 0
    while bytes.count - offset >= 3 {
      let group = UInt32(bytes[offset]) << 16 | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2])
      output.append(digit(group >> 18))
      output.append(digit(group >> 12))
      output.append(digit(group >> 6))
      output.append(digit(group))
      offset += 3
    }
    switch bytes.count - offset {
    case 1:
      let group = UInt32(bytes[offset]) << 16
      output.append(digit(group >> 18))
      output.append(digit(group >> 12))
      output.append(padding)
      output.append(padding)
    case 2:
      let group = UInt32(bytes[offset]) << 16 | UInt32(bytes[offset + 1]) << 8
      output.append(digit(group >> 18))
      output.append(digit(group >> 12))
      output.append(digit(group >> 6))
      output.append(padding)
    default: break
    }
  }

  /// - Returns: `nil` if a byte is no digit of the alphabet, or the padding is missing or misplaced.
  package static func decode(_ text: Span<UInt8>) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var output = [UInt8]()
    output.reserveCapacity(text.count / 4 * 3)
    var offset = 0
    while offset < text.count {
      var paddings = 0
      if text.count - offset == 4, text[offset + 3] == padding { paddings = text[offset + 2] == padding ? 2 : 1 }
      var group: UInt32 = 0
      for index in 0..<4 {
        var value: UInt32 = 0
        if index < 4 - paddings {
          guard let known = self.value(of: text[offset + index]) else { return nil }
          value = known
        }
        group = group << 6 | value
      }
      output.append(UInt8(truncatingIfNeeded: group >> 16))
      if paddings < 2 { output.append(UInt8(truncatingIfNeeded: group >> 8)) }
      if paddings < 1 { output.append(UInt8(truncatingIfNeeded: group)) }
      offset += 4
    }
    return output
  }

  private static let padding = UInt8(ascii: "=")

  private static func digit(_ bits: UInt32) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: bits & 63)
    switch value {
    case 0..<26: return 65 + value
    case 26..<52: return 71 + value
    case 52..<62: return value - 4
    case 62: return UInt8(ascii: "+")
    default: return UInt8(ascii: "/")
    }
  }

  private static func value(of digit: UInt8) -> UInt32? {
    switch digit {
    case 65...90: UInt32(digit - 65)
    case 97...122: UInt32(digit - 71)
    case 48...57: UInt32(digit + 4)
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
