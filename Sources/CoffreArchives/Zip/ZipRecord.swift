import CoffreCore
import CoffreSystem
import OpenSSLKit
import ZlibKit

/// What a zip says of one entry, before its content and once more at the end (APPNOTE.TXT 4.3), with Unix times, owners and
/// modes as Info-ZIP writes them.
struct ZipRecord {
  enum Method: UInt16 {
    case stored = 0
    case deflated = 8
  }

  /// Lengths and places from here on stand in fields of 64 bits.
  static let limit = Int64(UInt32.max)
  /// Of content that is not compressed yet: it may become a little larger.
  private static let deflatedLimit: Int64 = 0xFF00_0000
  /// The entry's lengths and checksum follow its content.
  private static let describesBehind: UInt16 = 1 << 3
  private static let isUTF8: UInt16 = 1 << 11
  private static let isEncrypted: UInt16 = 1
  /// Stands for the method, which a field of its own tells.
  private static let encryptedMethod: UInt16 = 99
  /// What encryption adds to the length of the content: a salt, two bytes that try a password, and the proof.
  static let encryptionOverhead = Int64(WinZipCipher.Keys.saltSize + 2 + WinZipCipher.tagSize)
  private static let madeByUnix: UInt16 = 3 << 8

  private let name: PathBytes
  private let attributes: EntryAttributes
  var method = Method.stored
  var sum = CRC32()
  var compressedSize: Int64 = 0
  let size: Int64
  /// Of its header, in the archive.
  var offset: Int64 = 0
  var hasDescriptor = false
  /// With AES-256, as WinZip does (AE-2): then `compressedSize` counts what that adds.
  var isEncrypted = false

  /// - Parameter size: of its content, in bytes: a link's is what it points to.
  init(_ entry: ArchiveEntry, size: Int64) {
    attributes = entry.attributes
    name = entry.path + (entry.attributes.kind == .directory ? [UInt8(ascii: "/")] : [])
    self.size = size
  }

  /// What stands before the content. With a descriptor, the compressed size need not be known.
  var localHeader: [UInt8] {
    var bytes: [UInt8] = []
    let isLarge = isLarge
    bytes.append(little: 0x0403_4B50 as UInt32)
    appendCommon(to: &bytes, isLarge: isLarge)
    bytes.append(little: hasDescriptor ? 0 : toldSum)
    // What is stored has its length here in any case: it has no end of its own.
    let stored = size + (isEncrypted ? Self.encryptionOverhead : 0)
    let known = method == .stored ? stored : hasDescriptor ? 0 : compressedSize
    bytes.append(little: isLarge ? .max : UInt32(known))
    bytes.append(little: isLarge ? .max : method == .stored || !hasDescriptor ? UInt32(size) : 0)
    var extra = times(all: true) + owner + encryption
    if isLarge { extra += Self.large([size, known]) }
    bytes.append(little: UInt16(name.count))
    bytes.append(little: UInt16(extra.count))
    return bytes + name + extra
  }

  /// What stands behind the content, if there is a descriptor.
  var descriptor: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(little: 0x0807_4B50 as UInt32)
    bytes.append(little: toldSum)
    if isLarge {
      bytes.append(little: UInt64(compressedSize))
      bytes.append(little: UInt64(size))
    } else {
      bytes.append(little: UInt32(compressedSize))
      bytes.append(little: UInt32(size))
    }
    return bytes
  }

  /// What stands in the list at the end.
  var listed: [UInt8] {
    var bytes: [UInt8] = []
    let wide = [size, compressedSize, offset].filter { $0 >= Self.limit }
    bytes.append(little: 0x0201_4B50 as UInt32)
    bytes.append(little: Self.madeByUnix | version(isLarge: isLarge || !wide.isEmpty))
    appendCommon(to: &bytes, isLarge: isLarge || !wide.isEmpty)
    bytes.append(little: toldSum)
    bytes.append(little: UInt32(clamping: compressedSize))
    bytes.append(little: UInt32(clamping: size))
    let extra = times(all: false) + owner + encryption + (wide.isEmpty ? [] : Self.large(wide))
    bytes.append(little: UInt16(name.count))
    bytes.append(little: UInt16(extra.count))
    // Neither a comment nor another disk, and nothing said of what it holds.
    bytes += [UInt8](repeating: 0, count: 6)
    let isFolder = attributes.kind == .directory
    let mode = attributes.kind.modeBits | UInt32(attributes.permissions)
    bytes.append(little: mode << 16 | (isFolder ? 0x10 : 0))
    bytes.append(little: UInt32(clamping: offset))
    return bytes + name + extra
  }

  /// Whether the descriptor's lengths have 64 bits, which has to be known before the content is compressed.
  private var isLarge: Bool {
    size + (isEncrypted ? Self.encryptionOverhead : 0) >= (method == .deflated ? Self.deflatedLimit : Self.limit)
  }

  /// The proof behind the content takes the checksum's place: one of what is not encrypted would tell of it.
  private var toldSum: UInt32 { isEncrypted ? 0 : sum.value }

  private func version(isLarge: Bool) -> UInt16 {
    isEncrypted ? 51 : isLarge ? 45 : method == .deflated || attributes.kind == .directory ? 20 : 10
  }

  /// From the version that is needed to the time.
  private func appendCommon(to bytes: inout [UInt8], isLarge: Bool) {
    bytes.append(little: version(isLarge: isLarge))
    let isText = name.contains { $0 >= 0x80 } && String(validating: name, as: UTF8.self) != nil
    bytes.append(
      little: (hasDescriptor ? Self.describesBehind : 0) | (isText ? Self.isUTF8 : 0)
        | (isEncrypted ? Self.isEncrypted : 0))
    bytes.append(little: isEncrypted ? Self.encryptedMethod : method.rawValue)
    let (time, date) = Self.dosTime(attributes.modified.seconds)
    bytes.append(little: time)
    bytes.append(little: date)
  }
}

// MARK: Extra fields

extension ZipRecord {
  /// - Parameter all: not only when it was modified; the list has no more, though it tells what the header has.
  private func times(all: Bool) -> [UInt8] {
    let times = all ? [attributes.modified, attributes.accessed, attributes.changed] : [attributes.modified]
    var bytes: [UInt8] = []
    bytes.append(little: 0x5455 as UInt16)
    bytes.append(little: UInt16(1 + 4 * times.count))
    bytes.append(7)
    for time in times { bytes.append(little: UInt32(bitPattern: Int32(clamping: time.seconds))) }
    return bytes
  }

  private var owner: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(little: 0x7875 as UInt16)
    bytes.append(little: 11 as UInt16)
    bytes += [1, 4]
    bytes.append(little: attributes.userID)
    bytes.append(4)
    bytes.append(little: attributes.groupID)
    return bytes
  }

  /// Version 2 of the vendor AE, of 256 bits, and the method.
  private var encryption: [UInt8] {
    guard isEncrypted else { return [] }
    var bytes: [UInt8] = []
    bytes.append(little: 0x9901 as UInt16)
    bytes.append(little: 7 as UInt16)
    bytes.append(little: 2 as UInt16)
    bytes += [UInt8(ascii: "A"), UInt8(ascii: "E"), 3]
    bytes.append(little: method.rawValue)
    return bytes
  }

  private static func large(_ values: [Int64]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(little: 1 as UInt16)
    bytes.append(little: UInt16(8 * values.count))
    for value in values { bytes.append(little: UInt64(value)) }
    return bytes
  }

  /// As clocks on the wall showed it here, to two seconds, from 1980 on.
  private static func dosTime(_ seconds: Int64) -> (time: UInt16, date: UInt16) {
    let local = seconds + Int64(Clock.localOffset(at: seconds))
    let second = (local % 86_400 + 86_400) % 86_400
    let date = CivilDate(daysSince1970: (local - second) / 86_400)
    guard (1980...2107).contains(date.year) else { return (0, 1 << 5 | 1) }
    let (hours, minutes) = (second / 3600, second / 60 % 60)
    return (
      UInt16(hours << 11 | minutes << 5 | (second % 60) / 2),
      UInt16((date.year - 1980) << 9 | Int64(date.month) << 5 | Int64(date.day))
    )
  }
}

// MARK: The end

extension ZipRecord {
  /// What stands behind the list.
  ///
  /// - Parameters:
  ///   - offset: of the list in the archive, in bytes.
  ///   - size: of the list, in bytes.
  static func end(ofList count: Int, at offset: Int64, size: Int64) -> [UInt8] {
    var bytes: [UInt8] = []
    if count >= Int(UInt16.max) || offset >= limit || size >= limit {
      bytes.append(little: 0x0606_4B50 as UInt32)
      bytes.append(little: 44 as UInt64)
      bytes.append(little: madeByUnix | 45)
      bytes.append(little: 45 as UInt16)
      bytes += [UInt8](repeating: 0, count: 8)
      for value in [Int64(count), Int64(count), size, offset] { bytes.append(little: UInt64(value)) }
      // Where that stands.
      bytes.append(little: 0x0706_4B50 as UInt32)
      bytes.append(little: 0 as UInt32)
      bytes.append(little: UInt64(offset + size))
      bytes.append(little: 1 as UInt32)
    }
    bytes.append(little: 0x0605_4B50 as UInt32)
    bytes.append(little: 0 as UInt32)
    bytes.append(little: UInt16(clamping: count))
    bytes.append(little: UInt16(clamping: count))
    bytes.append(little: UInt32(clamping: size))
    bytes.append(little: UInt32(clamping: offset))
    bytes.append(little: 0 as UInt16)
    return bytes
  }
}

extension [UInt8] {
  fileprivate mutating func append(little value: some FixedWidthInteger & UnsignedInteger) {
    for byte in 0..<(value.bitWidth / 8) { append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
  }
}
