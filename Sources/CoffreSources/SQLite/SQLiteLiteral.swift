import SQLiteKit

/// A value as it is written in a command: read again, it is the same, in kind and in every bit.
enum SQLiteLiteral {
  static func text(of value: SQLiteValue) -> String { String(decoding: bytes(of: value), as: UTF8.self) }

  static func bytes(of value: SQLiteValue) -> [UInt8] {
    switch value {
    case .null: Array("NULL".utf8)
    case .integer(let number): Array("\(number)".utf8)
    case .real(let number): Array(real(number).utf8)
    case .text(let bytes): text(bytes)
    case .blob(let bytes): Array("X'".utf8) + hexadecimal(bytes) + [quoteMark]
    }
  }

  private static let quoteMark = UInt8(ascii: "'")

  /// A command ends at a zero byte.
  private static func text(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(0) else { return quote(bytes) }
    let pieces = bytes.split(separator: 0, omittingEmptySubsequences: false).map { quote(Array($0)) }
    return Array("(".utf8) + Array(pieces.joined(separator: Array("||char(0)||".utf8))) + Array(")".utf8)
  }

  private static func quote(_ bytes: [UInt8]) -> [UInt8] {
    var quoted = [quoteMark]
    quoted.reserveCapacity(bytes.count + 2)
    for byte in bytes {
      if byte == quoteMark { quoted.append(byte) }
      quoted.append(byte)
    }
    return quoted + [quoteMark]
  }

  /// Swift writes the shortest text that gives the same number again; SQLite knows no other infinity.
  private static func real(_ number: Double) -> String {
    if number.isInfinite { return number < 0 ? "-1e999" : "1e999" }
    return "\(number)"
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return text
  }
}
