import CoffreCore

/// What the first bytes of something that was compressed tell.
struct ArchiveStart {
  /// A header of tar.
  static let size = 512
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether it is an archive in its turn; otherwise it is the content of one file.
  ///
  /// - Parameter name: of the file: zeros are an empty tar, or just zeros.
  func isArchive(named name: PathBytes) -> Bool {
    if bytes.starts(with: "070701".utf8) || bytes.starts(with: "070702".utf8) || bytes.starts(with: "070707".utf8) {
      return true
    }
    guard bytes.count >= Self.size else { return false }
    if bytes.prefix(Self.size).allSatisfy({ $0 == 0 }) {
      let name = displayed(name).lowercased()
      return [".tar.", ".tgz", ".tzst", ".txz", ".tbz"].contains { name.contains($0) }
    }
    return isTarHeader
  }

  /// Its checksum, in octal digits, counts its own place as spaces.
  private var isTarHeader: Bool {
    let field = 148..<156
    var sum = 0
    for (index, byte) in bytes.prefix(Self.size).enumerated() { sum += field.contains(index) ? 0x20 : Int(byte) }
    let digits = bytes[field].drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
    return !digits.isEmpty && Int(displayed(digits), radix: 8) == sum
  }
}
