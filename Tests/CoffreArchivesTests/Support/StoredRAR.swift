/// A RAR 5 archive whose files are stored as they are ("RAR 5.0 archive format", RARLAB). No free program writes one.
enum StoredRAR {
  private static let signature: [UInt8] = [0x52, 0x61, 0x72, 0x21, 0x1A, 0x07, 0x01, 0x00]

  static func archive(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
    // The archive's own header, and its end: type, flags, flags of the archive.
    var bytes = signature + block([1, 0, 0])
    for file in files {
      let name = Array(file.name.utf8)
      let size = number(file.content.count)
      // Type, flags (content follows), its size; flags (time and checksum), size, mode, time, checksum, stored, Unix.
      var header: [UInt8] = [2, 2] + size + [6] + size + number(0o100640)
      header += word(1_600_000_000) + word(checksum(file.content)) + [0, 1] + number(name.count) + name
      bytes += block(header) + file.content
    }
    return bytes + block([5, 0, 0])
  }

  /// What stands before each: the checksum of all that follows, and its length.
  private static func block(_ header: [UInt8]) -> [UInt8] {
    let rest = number(header.count) + header
    return word(checksum(rest)) + rest
  }

  /// Seven bits a byte, the lowest first.
  private static func number(_ value: Int) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + number(value >> 7)
  }

  private static func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

  /// CRC-32, bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
  }
}
