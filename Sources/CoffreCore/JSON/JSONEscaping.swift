/// The inside of a JSON string as Go writes it (HTML escaping on; `\b` and `\f` short, as from Go 1.22 on).
package enum JSONEscaping {
  /// The longest form of one byte, `\u00xx`.
  package static let maximumGrowth = 6

  /// Whether `byte` stands for itself.
  @inlinable @inline(__always)
  package static func isLiteral(_ byte: UInt8) -> Bool {
    // Two words of 64 bits: all from the space to DEL but `"`, `&`, `<`, `>` and the backslash.
    let low: UInt64 = 0xAFFF_FFBB_0000_0000
    let high: UInt64 = 0xFFFF_FFFF_EFFF_FFFF
    return byte < 0x80 && ((byte < 64 ? low : high) >> UInt64(byte & 63)) & 1 == 1
  }

  /// Bytes that are not UTF-8 become `\ufffd` each.
  #if compiler(<6.3)
    @_lifetime(output: copy output)
  #endif
  package static func append(_ text: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
    var offset = 0
    while offset < text.count {
      let byte = text[offset]
      if isLiteral(byte) {
        output.append(byte)
        offset &+= 1
      } else if byte < 0x80 {
        appendEscape(byte, to: &output)
        offset &+= 1
      } else {
        offset = appendMultibyte(text, at: offset, to: &output)
      }
    }
  }

  #if compiler(<6.3)
    @_lifetime(output: copy output)
  #endif
  private static func appendMultibyte(_ text: Span<UInt8>, at offset: Int, to output: inout OutputSpan<UInt8>) -> Int {
    let scalar = UTF8Scalar(in: text, at: offset)
    if !scalar.isValid {
      appendUnit(0xFFFD, to: &output)
    } else if scalar.value == 0x2028 || scalar.value == 0x2029 {
      appendUnit(scalar.value, to: &output)
    } else {
      for index in offset..<(offset + scalar.width) { output.append(text[index]) }
    }
    return offset + scalar.width
  }

  private static func appendEscape(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
    let short: UInt8
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): short = byte
    case 0x08: short = UInt8(ascii: "b")
    case 0x09: short = UInt8(ascii: "t")
    case 0x0A: short = UInt8(ascii: "n")
    case 0x0C: short = UInt8(ascii: "f")
    case 0x0D: short = UInt8(ascii: "r")
    default: return appendUnit(UInt32(byte), to: &output)
    }
    output.append(UInt8(ascii: "\\"))
    output.append(short)
  }

  private static func appendUnit(_ unit: UInt32, to output: inout OutputSpan<UInt8>) {
    output.append(UInt8(ascii: "\\"))
    output.append(UInt8(ascii: "u"))
    output.append(hexadecimal: unit, digits: 4)
  }
}
