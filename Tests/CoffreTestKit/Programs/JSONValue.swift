/// JSON as a value, for looking at what programs print; independent of the product's own reader.
package enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  package struct Malformed: Error, CustomStringConvertible {
    package let description: String
  }

  package init(_ text: String) throws {
    var parser = Parser(bytes: Array(text.utf8))
    self = try parser.value()
    parser.skipSpace()
    guard parser.isAtEnd else { throw Malformed(description: "something follows the value: \(text.prefix(200))") }
  }

  /// One value for each line that is not empty.
  package static func lines(_ text: String) throws -> [JSONValue] {
    try text.split(separator: "\n").map { try JSONValue(String($0)) }
  }

  package subscript(_ key: String) -> JSONValue? {
    if case .object(let fields) = self { fields[key] } else { nil }
  }

  package var text: String? { if case .string(let text) = self { text } else { nil } }
  package var double: Double? { if case .number(let number) = self { number } else { nil } }
  package var int: Int? { double.map { Int($0) } }
  package var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
  package var array: [JSONValue] { if case .array(let values) = self { values } else { [] } }
}

private struct Parser {
  let bytes: [UInt8]
  var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }
  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func malformed(_ problem: String) -> JSONValue.Malformed {
    JSONValue.Malformed(
      description: "\(problem) at byte \(position) of \(String(decoding: bytes.prefix(300), as: UTF8.self))")
  }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func take(_ text: String) -> Bool {
    guard bytes[position...].starts(with: text.utf8) else { return false }
    position += text.utf8.count
    return true
  }

  mutating func value() throws -> JSONValue {
    skipSpace()
    if take("null") { return .null }
    if take("true") { return .bool(true) }
    if take("false") { return .bool(false) }
    switch next {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    default: return try number()
    }
  }

  private mutating func object() throws -> JSONValue {
    var fields: [String: JSONValue] = [:]
    position += 1
    skipSpace()
    if take("}") { return .object(fields) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw malformed("no key") }
      let key = try string()
      skipSpace()
      guard take(":") else { throw malformed("no colon") }
      fields[key] = try value()
      skipSpace()
    } while take(",")
    guard take("}") else { throw malformed("no closing brace") }
    return .object(fields)
  }

  private mutating func array() throws -> JSONValue {
    var values: [JSONValue] = []
    position += 1
    skipSpace()
    if take("]") { return .array(values) }
    repeat {
      values.append(try value())
      skipSpace()
    } while take(",")
    guard take("]") else { throw malformed("no closing bracket") }
    return .array(values)
  }

  private mutating func number() throws -> JSONValue {
    let start = position
    while let byte = next, "+-.eE0123456789".utf8.contains(byte) { position += 1 }
    guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)) else {
      throw malformed("no value")
    }
    return .number(number)
  }

  private mutating func string() throws -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text += try escape().utf8
      case 0..<0x20: throw malformed("a bare control character")
      default: text.append(byte)
      }
    }
    throw malformed("a string without end")
  }

  private mutating func escape() throws -> String {
    guard let byte = next else { throw malformed("a string without end") }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return String(UnicodeScalar(byte))
    case UInt8(ascii: "u"):
      var unit = try hexadecimal()
      if (0xD800..<0xDC00).contains(unit), take("\\u") {
        unit = 0x10000 + (unit - 0xD800) << 10 + (try hexadecimal() - 0xDC00)
      }
      return String(UnicodeScalar(unit) ?? "\u{FFFD}")
    default: throw malformed("an unknown escape")
    }
  }

  private mutating func hexadecimal() throws -> UInt32 {
    guard position + 4 <= bytes.count,
      let unit = UInt32(String(decoding: bytes[position..<(position + 4)], as: UTF8.self), radix: 16)
    else { throw malformed("a bad \\u escape") }
    position += 4
    return unit
  }
}
