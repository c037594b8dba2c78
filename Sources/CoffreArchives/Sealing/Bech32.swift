import CoffreCore

/// Keys as text with a checksum (BIP 173), as age writes them; without its limit of 90 characters.
enum Bech32 {
  private static let digits = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

  /// - Parameter prefix: in lower case.
  static func encode(_ bytes: [UInt8], prefix: String) -> String {
    let prefix = Array(prefix.utf8)
    let data = regrouped(bytes, from: 8, to: 5, pads: true) ?? []
    let sum = polymod(expanded(prefix) + data + [0, 0, 0, 0, 0, 0]) ^ 1
    let checksum = (0..<6).map { UInt8(sum >> (5 * UInt32(5 - $0)) & 31) }
    return displayed(prefix + [UInt8(ascii: "1")] + (data + checksum).map { digits[Int($0)] })
  }

  /// - Returns: `nil` if it is none, has another prefix, or its checksum is wrong. All upper case is as good as all lower.
  static func decode(_ text: String, prefix: String) -> [UInt8]? {
    let given = Array(text.utf8)
    let isUpper = given.contains { (65...90).contains($0) }
    guard !isUpper || !given.contains(where: { (97...122).contains($0) }) else { return nil }
    let lower = given.map { (65...90).contains($0) ? $0 + 32 : $0 }
    let head = Array(prefix.utf8)
    guard lower.starts(with: head + [UInt8(ascii: "1")]) else { return nil }
    var data: [UInt8] = []
    for digit in lower.dropFirst(head.count + 1) {
      guard let value = digits.firstIndex(of: digit) else { return nil }
      data.append(UInt8(value))
    }
    guard data.count >= 6, polymod(expanded(head) + data) == 1 else { return nil }
    return regrouped(Array(data.dropLast(6)), from: 5, to: 8, pads: false)
  }

  private static func expanded(_ prefix: [UInt8]) -> [UInt8] { prefix.map { $0 >> 5 } + [0] + prefix.map { $0 & 31 } }

  private static func polymod(_ values: [UInt8]) -> UInt32 {
    let generators: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
    var sum: UInt32 = 1
    for value in values {
      let top = sum >> 25
      sum = (sum & 0x1ff_ffff) << 5 ^ UInt32(value)
      for (index, generator) in generators.enumerated() where top >> UInt32(index) & 1 == 1 { sum ^= generator }
    }
    return sum
  }

  private static func regrouped(_ bytes: [UInt8], from: UInt32, to: UInt32, pads: Bool) -> [UInt8]? {
    var output: [UInt8] = []
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for byte in bytes {
      bits = bits << from | UInt32(byte)
      count += from
      while count >= to {
        count -= to
        output.append(UInt8(bits >> count & ((1 << to) - 1)))
      }
      bits &= (1 << count) - 1
    }
    if pads {
      if count > 0 { output.append(UInt8(bits << (to - count) & ((1 << to) - 1))) }
    } else if count >= from || bits != 0 {
      return nil
    }
    return output
  }
}
