import CoffreCore
import CoffreSystem

/// Files that people or programs write for us, line by line.
enum TextInput {
  private static let limit = 256 << 20

  /// - Parameter path: `-` is standard input.
  static func bytes(of path: PathBytes) throws -> [UInt8] {
    let isInput = path == [UInt8(ascii: "-")]
    return isInput ? try StandardStream.input.readToEnd(limit: limit) : try readFile(path, limit: limit)
  }

  /// Without the ends of lines, which may be those of Windows.
  static func lines(of path: PathBytes) throws -> [[UInt8]] {
    var lines = decoded(try bytes(of: path)).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { Array($0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0) }
  }

  /// Text editors may write a byte order mark: UTF-8 loses it, UTF-16 is converted, as restic does.
  static func decoded(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
    let isLittle = bytes.starts(with: [0xFF, 0xFE])
    guard isLittle || bytes.starts(with: [0xFE, 0xFF]) else { return bytes }
    let units = stride(from: 2, to: bytes.count - 1, by: 2).map { index -> UInt16 in
      let low = UInt16(bytes[isLittle ? index : index + 1])
      let high = UInt16(bytes[isLittle ? index + 1 : index])
      return low | high << 8
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  /// Without white space at both ends.
  static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
    let start = bytes.firstIndex { !isSpace($0) } ?? bytes.endIndex
    let end = bytes.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start
    return Array(bytes[start..<end])
  }
}
