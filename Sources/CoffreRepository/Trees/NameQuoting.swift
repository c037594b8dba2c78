package import CoffreCore

/// How trees write names: as the inside of a Go string literal, whatever the bytes are.
///
/// What is printable in Unicode 15.0 stands for itself, all else is escaped; bytes that are not UTF-8 become `\xNN`. The
/// result is text that JSON can carry.
package enum NameQuoting {
  /// The longest form of one byte, `\xNN`; four bytes make ten at most.
  private static let maximumGrowth = 4

  /// The quoted form of `name`, before JSON escapes it.
  package static func quote(_ name: Span<UInt8>) -> [UInt8] {
    [UInt8](capacity: name.count * maximumGrowth) { append(name, to: &$0) }
  }

  /// Whether quoting and JSON escaping both leave `byte` as it is.
  @inline(__always)
  static func isLiteral(_ byte: UInt8) -> Bool { JSONEscaping.isLiteral(byte) && byte != 0x7F }

  #if compiler(<6.3)
    @_lifetime(output: copy output)
  #endif
  private static func append(_ name: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
    var offset = 0
    while offset < name.count {
      let scalar = UTF8Scalar(in: name, at: offset)
      if !scalar.isValid {
        appendByte(name[offset], to: &output)
      } else if scalar.value < 0x80 {
        appendASCII(name[offset], to: &output)
      } else if PrintableCodePoints.contains(scalar.value) {
        for index in offset..<(offset + scalar.width) { output.append(name[index]) }
      } else {
        let isShort = scalar.value < 0x1_0000
        output.append(UInt8(ascii: "\\"))
        output.append(isShort ? UInt8(ascii: "u") : UInt8(ascii: "U"))
        output.append(hexadecimal: scalar.value, digits: isShort ? 4 : 8)
      }
      offset += scalar.width
    }
  }

  private static func appendASCII(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
    let letter: UInt8
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): letter = byte
    case 0x20..<0x7F: return output.append(byte)
    case 0x07: letter = UInt8(ascii: "a")
    case 0x08: letter = UInt8(ascii: "b")
    case 0x0C: letter = UInt8(ascii: "f")
    case 0x0A: letter = UInt8(ascii: "n")
    case 0x0D: letter = UInt8(ascii: "r")
    case 0x09: letter = UInt8(ascii: "t")
    case 0x0B: letter = UInt8(ascii: "v")
    default: return appendByte(byte, to: &output)
    }
    output.append(UInt8(ascii: "\\"))
    output.append(letter)
  }

  private static func appendByte(_ byte: UInt8, to output: inout OutputSpan<UInt8>) {
    output.append(UInt8(ascii: "\\"))
    output.append(UInt8(ascii: "x"))
    output.append(hexadecimal: UInt32(byte), digits: 2)
  }
}

// MARK: Decoding

/// A name in a tree that is no inside of a Go string literal.
package struct MalformedName: MalformedDocument {
  package static let documentName: Message = "name"
  package let offset: Int
  package let problem: Message

  package init(offset: Int, problem: Message) {
    self.offset = offset
    self.problem = problem
  }
}

extension NameQuoting {
  /// The bytes that `quoted`, a text without its JSON escapes, stands for.
  package static func unquote(_ quoted: Span<UInt8>) throws(MalformedName) -> [UInt8] {
    var output = [UInt8]()
    output.reserveCapacity(quoted.count)
    var offset = 0
    while offset < quoted.count {
      let byte = quoted[offset]
      switch byte {
      case UInt8(ascii: "\\"): offset = try appendEscape(in: quoted, at: offset, to: &output)
      case UInt8(ascii: "\""): throw MalformedName(offset: offset, problem: "quotation mark without backslash")
      case 0x0A: throw MalformedName(offset: offset, problem: "line feed that is not escaped")
      default:
        output.append(byte)
        offset += 1
      }
    }
    return output
  }

  /// - Parameter offset: of the backslash.
  /// - Returns: the offset behind the escape.
  private static func appendEscape(
    in quoted: Span<UInt8>, at offset: Int, to output: inout [UInt8]
  ) throws(MalformedName) -> Int {
    guard offset + 1 < quoted.count else { throw MalformedName(offset: offset, problem: "backslash at the end") }
    switch quoted[offset + 1] {
    case UInt8(ascii: "a"): output.append(0x07)
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "v"): output.append(0x0B)
    case UInt8(ascii: "\\"), UInt8(ascii: "\""): output.append(quoted[offset + 1])
    case UInt8(ascii: "x"):
      let value = try digits(2, in: quoted, at: offset)
      output.append(UInt8(truncatingIfNeeded: value))
      return offset + 4
    case UInt8(ascii: "u"):
      UTF8Scalar.append(try scalar(4, in: quoted, at: offset), to: &output)
      return offset + 6
    case UInt8(ascii: "U"):
      UTF8Scalar.append(try scalar(8, in: quoted, at: offset), to: &output)
      return offset + 10
    case 48...55:
      output.append(try octal(in: quoted, at: offset))
      return offset + 4
    default: throw MalformedName(offset: offset, problem: "unknown escape")
    }
    return offset + 2
  }

  private static func digits(_ count: Int, in quoted: Span<UInt8>, at offset: Int) throws(MalformedName) -> UInt32 {
    guard let value = hexadecimal(in: quoted, at: offset + 2, digits: count) else {
      throw MalformedName(offset: offset, problem: "escape without its \(count) hexadecimal digits")
    }
    return value
  }

  private static func scalar(_ count: Int, in quoted: Span<UInt8>, at offset: Int) throws(MalformedName) -> UInt32 {
    let value = try digits(count, in: quoted, at: offset)
    guard value < 0x11_0000, !(0xD800..<0xE000).contains(value) else {
      throw MalformedName(offset: offset, problem: "escape of no code point")
    }
    return value
  }

  private static func octal(in quoted: Span<UInt8>, at offset: Int) throws(MalformedName) -> UInt8 {
    var value = 0
    for index in (offset + 1)..<(offset + 4) {
      guard index < quoted.count, (48...55).contains(quoted[index]) else {
        throw MalformedName(offset: offset, problem: "escape without its 3 octal digits")
      }
      value = value * 8 + Int(quoted[index] - 48)
    }
    guard let byte = UInt8(exactly: value) else { throw MalformedName(offset: offset, problem: "escape of no byte") }
    return byte
  }
}
