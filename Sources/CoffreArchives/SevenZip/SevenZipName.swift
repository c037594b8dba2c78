import CoffreCore

/// Names in a 7z are UTF-16. `7zz` writes a byte that is no UTF-8 as a character of its own, from U+EF80 on.
enum SevenZipName {
  /// - Parameter text: as UTF-8.
  static func bytes(of text: PathBytes) -> PathBytes {
    // All of these begin with the same byte; few names have one.
    guard text.contains(0xEE), let string = String(validating: text, as: UTF8.self) else { return text }
    return string.unicodeScalars.flatMap { scalar -> [UInt8] in
      (0xEF80...0xEFFF).contains(scalar.value) ? [UInt8(scalar.value - 0xEF00)] : Array(String(scalar).utf8)
    }
  }
}
