import CoffreCore

/// What a 7z is known by, and its names: UTF-16. `7zz` writes a byte that is no UTF-8 as a character of its own, from U+EF80 on.
enum SevenZipName {
  /// - Parameter text: as UTF-8.
  static func bytes(of text: PathBytes) -> PathBytes {
    // All of these begin with the same byte; few names have one.
    guard text.contains(0xEE), let string = String(validating: text, as: UTF8.self) else { return text }
    return string.unicodeScalars.flatMap { scalar -> [UInt8] in
      (0xEF80...0xEFFF).contains(scalar.value) ? [UInt8(scalar.value - 0xEF00)] : Array(String(scalar).utf8)
    }
  }

  /// Whether the first bytes are those of a 7z.
  static func isArchive(_ input: any ArchiveInput) throws -> Bool {
    try input.bytes(at: 0, count: 6) == [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]
  }
}
