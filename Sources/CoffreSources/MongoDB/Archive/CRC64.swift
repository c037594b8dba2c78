/// The checksum of a collection in mongodump's archives: CRC-64 of ECMA-182, reflected, as xz has it.
struct CRC64: Sendable, Hashable {
  private static let polynomial: UInt64 = 0xC96C_5795_D787_0F42
  private static let table: [UInt64] = (0..<256).map { byte in
    (0..<8).reduce(UInt64(byte)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ polynomial }
  }

  private var state = UInt64.max

  var value: UInt64 { ~state }

  mutating func update(_ bytes: Span<UInt8>) {
    let table = Self.table
    let entries = table.span
    var state = state
    for index in bytes.indices {
      state = entries[Int(truncatingIfNeeded: (state ^ UInt64(bytes[index])) & 0xFF)] ^ state >> 8
    }
    self.state = state
  }
}
