package import CoffreCore
import OpenSSLKit

/// A database's, schema's or table's name as a file name: every byte that a file system, a shell or Windows could take for
/// something else is written %XX (docs/formats.md, "Databases in snapshots"). Two names never give one file name.
package enum EscapedName {
  /// Of a file name on Linux, in bytes.
  private static let longestFileName = 255
  /// What is left of a name that is too long, in bytes, before the mark and the digits.
  private static let keptCount = 200
  /// Never in the escape of a whole name, where a `%` is followed by digits.
  private static let mark = Array("%~".utf8)
  private static let special = Set("/\\%:*?\"<>|".utf8)

  /// - Parameter suffix: what follows in the file's name, as `.copy`; no `%` in it.
  /// - Returns: `%~` for no name at all. A name whose file name would be too long is cut, and told from others by 16 digits
  ///   of its SHA-256 behind a `%~`.
  package static func fileName(of name: String, suffix: String = "") -> PathBytes {
    let bytes = Array(name.utf8)
    guard !bytes.isEmpty else { return mark + Array(suffix.utf8) }
    var escaped: PathBytes = []
    /// The end of the last character that is kept if the name is cut.
    var cut = 0
    for (position, byte) in bytes.enumerated() {
      let isContinuation = byte & 0xC0 == 0x80
      if !isContinuation, escaped.count <= keptCount { cut = escaped.count }
      if isSpecial(byte, at: position, of: bytes.count) {
        PercentEncoding.appendEscaped(byte, to: &escaped)
      } else {
        escaped.append(byte)
      }
    }
    guard escaped.count + suffix.utf8.count > longestFileName else { return escaped + Array(suffix.utf8) }
    var shortened = PathBytes(escaped[..<cut])
    shortened.append(contentsOf: mark)
    shortened.append(contentsOf: SHA256Hasher().hash(bytes.span).hexBytes.prefix(16))
    shortened.append(contentsOf: suffix.utf8)
    return shortened
  }

  /// - Returns: `nil` if no name is written so, and for one that was cut: it stands in the manifest.
  package static func name(of fileName: PathBytes, suffix: String = "") -> String? {
    let end = Array(suffix.utf8)
    guard fileName.count > end.count, fileName.suffix(end.count).elementsEqual(end) else { return nil }
    let escaped = fileName.dropLast(end.count)
    if escaped.elementsEqual(mark) { return "" }
    // Other spellings of the same name are none.
    guard let bytes = PercentEncoding.decodedBytes(escaped), let name = String(validating: bytes, as: UTF8.self),
      Self.fileName(of: name, suffix: suffix) == fileName
    else { return nil }
    return name
  }

  private static func isSpecial(_ byte: UInt8, at position: Int, of count: Int) -> Bool {
    if byte < 0x20 || byte == 0x7F || special.contains(byte) { return true }
    let isFirst = position == 0
    let isLast = position == count - 1
    return byte == UInt8(ascii: ".") && (isFirst || isLast) || byte == UInt8(ascii: " ") && isLast
  }
}
