/// The text format of PostgreSQL's COPY (its manual, "COPY", "Text Format"): a row is a line, values stand between tabs,
/// `\N` is NULL, and a backslash hides what would end a value or a row.
package enum CopyText {
  private static let tab = UInt8(ascii: "\t")
  private static let backslash = UInt8(ascii: "\\")

  /// The values of a row as they are written there, in the order of the file's columns.
  ///
  /// - Parameters:
  ///   - line: without its newline.
  ///   - columns: how many the file has. A table without columns has empty lines for rows.
  /// - Returns: `nil` if the row has more or fewer.
  package static func fields(of line: Span<UInt8>, columns: Int) -> [[UInt8]]? {
    guard columns > 0 else { return line.isEmpty ? [] : nil }
    var fields: [[UInt8]] = []
    fields.reserveCapacity(columns)
    var field: [UInt8] = []
    var position = 0
    while position < line.count {
      let byte = line[position]
      position += 1
      if byte == tab {
        fields.append(field)
        field.removeAll()
        continue
      }
      field.append(byte)
      // Even a tab, if a backslash stands before it.
      if byte == backslash, position < line.count {
        field.append(line[position])
        position += 1
      }
    }
    fields.append(field)
    return fields.count == columns ? fields : nil
  }

  /// A value as `value(of:)` reads it again; `nil` for NULL.
  static func field(of value: [UInt8]?) -> [UInt8] {
    guard let value else { return Array("\\N".utf8) }
    var field: [UInt8] = []
    for byte in value {
      switch byte {
      case UInt8(ascii: "\\"): field += Array("\\\\".utf8)
      case UInt8(ascii: "\n"): field += Array("\\n".utf8)
      case UInt8(ascii: "\r"): field += Array("\\r".utf8)
      case UInt8(ascii: "\t"): field += Array("\\t".utf8)
      default: field.append(byte)
      }
    }
    return field
  }

  /// What a value stands for.
  ///
  /// - Returns: `nil` for NULL.
  package static func value(of field: some Collection<UInt8>) -> [UInt8]? {
    var rest = Array(field)[...]
    if rest.elementsEqual([backslash, UInt8(ascii: "N")]) { return nil }
    var value: [UInt8] = []
    value.reserveCapacity(rest.count)
    while let byte = rest.popFirst() {
      guard byte == backslash, let escaped = rest.popFirst() else {
        value.append(byte)
        continue
      }
      value.append(hidden(behind: escaped, &rest))
    }
    return value
  }

  /// The byte that a backslash and what follows it stand for.
  private static func hidden(behind escaped: UInt8, _ rest: inout ArraySlice<UInt8>) -> UInt8 {
    switch escaped {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    case UInt8(ascii: "v"): 0x0B
    case UInt8(ascii: "0")...UInt8(ascii: "7"): octal(escaped, &rest)
    case UInt8(ascii: "x"): hexadecimal(&rest) ?? escaped
    // Every other one stands for itself.
    default: escaped
    }
  }

  /// One to three digits; what does not fit into a byte is cut off, as the server does.
  private static func octal(_ first: UInt8, _ rest: inout ArraySlice<UInt8>) -> UInt8 {
    var value = first - UInt8(ascii: "0")
    for _ in 0..<2 {
      guard let digit = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { break }
      rest.removeFirst()
      value = value << 3 | (digit - UInt8(ascii: "0"))
    }
    return value
  }

  /// One or two digits.
  private static func hexadecimal(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
    guard let high = rest.first.flatMap(PercentEncoding.hexadecimalValue) else { return nil }
    rest.removeFirst()
    guard let low = rest.first.flatMap(PercentEncoding.hexadecimalValue) else { return high }
    rest.removeFirst()
    return high << 4 | low
  }

  /// A value for people and for JSON: bytes that are not UTF-8 are spelt `\xHH`, all others stand as they are.
  package static func text(of value: [UInt8]) -> String {
    if let text = String(validating: value, as: UTF8.self) { return text }
    var text = ""
    var rest = value[...]
    while let byte = rest.first {
      if let found = character(at: rest) {
        text += found.text
        rest = rest.dropFirst(found.length)
      } else {
        let digits = String(byte, radix: 16)
        text += "\\x" + (digits.count < 2 ? "0" : "") + digits
        rest = rest.dropFirst()
      }
    }
    return text
  }

  /// No character of UTF-8 is longer than four bytes.
  private static func character(at bytes: ArraySlice<UInt8>) -> (text: String, length: Int)? {
    for length in 1...4 where length <= bytes.count {
      if let text = String(validating: bytes.prefix(length), as: UTF8.self) { return (text, length) }
    }
    return nil
  }
}
