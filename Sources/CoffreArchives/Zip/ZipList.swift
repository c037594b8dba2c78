import CoffreCore
import CoffreSystem

/// The list of entries at the end of a zip (APPNOTE.TXT 4.3.12 to 4.3.16), as far as it tells of names.
struct ZipList {
  struct Entry {
    let name: PathBytes
    /// Which system's attributes it has: 0 for DOS, 3 for Unix.
    let system: UInt8
    /// Of its header, in the archive.
    let offset: Int64
    /// A symbolic link whose target is encrypted as contents are.
    let isEncryptedLink: Bool
  }

  /// The longest comment, and the end itself.
  private static let longestEnd = (1 << 16) + 22
  private static let windowSize = 1 << 20
  private static let unix: UInt8 = 3

  private let input: any ArchiveInput
  private let range: Range<Int64>
  /// What stands before the zip, such as a program that unpacks it.
  private let start: Int64

  /// - Returns: `nil` if there is no list where it should be.
  init?(_ input: any ArchiveInput) throws {
    guard let size = input.size else { return nil }
    let tailStart = max(0, size - Int64(Self.longestEnd + 20))
    let tail = try input.bytes(at: tailStart, count: Int(size - tailStart))
    guard tail.count >= 22,
      let end = stride(from: tail.count - 22, through: 0, by: -1).first(where: {
        tail.little($0) as UInt32 == 0x0605_4B50
      })
    else { return nil }
    var listSize = Int64(tail.little(end + 12) as UInt32)
    var listOffset = Int64(tail.little(end + 16) as UInt32)
    var listEnd = tailStart + Int64(end)
    if end >= 20, tail.little(end - 20) as UInt32 == 0x0706_4B50, let place = tail.position(end - 12),
      place <= size - 56
    {
      let large = try input.bytes(at: place, count: 56)
      if large.count == 56, large.little(0) as UInt32 == 0x0606_4B50, let count = large.position(40),
        let offset = large.position(48)
      {
        (listSize, listOffset, listEnd) = (count, offset, place)
      }
    }
    guard listSize <= listEnd else { return nil }
    range = (listEnd - listSize)..<listEnd
    start = range.lowerBound - listOffset
    guard start >= 0 else { return nil }
    self.input = input
  }

  /// Whether there are links that libarchive cannot read.
  func hasEncryptedLinks() throws -> Bool {
    var found = false
    try forEach { found = found || $0.isEncryptedLink }
    return found
  }

  /// Ends before the first entry that cannot be understood.
  func forEach(_ body: (Entry) throws -> Void) throws {
    var window: [UInt8] = []
    var position = 0
    var next = range.lowerBound
    while true {
      if window.count - position < 3 * Int(UInt16.max) + 46, next < range.upperBound {
        window = Array(window[position...])
        position = 0
        let more = try input.bytes(at: next, count: Int(min(Int64(Self.windowSize), range.upperBound - next)))
        guard !more.isEmpty else { return }
        window += more
        next += Int64(more.count)
      }
      guard window.count - position >= 46, window.little(position) as UInt32 == 0x0201_4B50 else { return }
      let (nameCount, extraCount) = (
        Int(window.little(position + 28) as UInt16), Int(window.little(position + 30) as UInt16)
      )
      let end = position + 46 + nameCount + extraCount + Int(window.little(position + 32) as UInt16)
      guard end <= window.count else { return }
      let extra = Array(window[(position + 46 + nameCount)..<(position + 46 + nameCount + extraCount)])
      if let offset = offset(of: Array(window[position..<(position + 46)]), extra) {
        let name = Array(window[(position + 46)..<(position + 46 + nameCount)])
        let isLink = (window.little(position + 38) as UInt32) >> 16 & 0o170000 == EntryKind.symlink.modeBits
        let isEncrypted = window[position + 8] & 1 != 0
        let system = window[position + 5]
        try body(
          Entry(
            name: name, system: system, offset: offset,
            isEncryptedLink: isLink && isEncrypted && system == Self.unix))
      }
      position = end
    }
  }

  /// Of an entry's header, which may stand in a field of 64 bits.
  private func offset(of header: [UInt8], _ extra: [UInt8]) -> Int64? {
    let short: UInt32 = header.little(42)
    var offset: Int64? = Int64(short)
    if short == .max {
      // Behind the sizes that have too little room too.
      let before = [24, 20].filter { header.little($0) as UInt32 == .max }.count * 8
      offset = extra.zipField(1).flatMap { $0.count >= before + 8 ? Array($0).position(before) : nil }
    }
    return offset.flatMap {
      let (sum, overflows) = $0.addingReportingOverflow(start)
      return overflows ? nil : sum
    }
  }
}

extension [UInt8] {
  fileprivate func little<Number: FixedWidthInteger & UnsignedInteger>(_ offset: Int) -> Number {
    var number: Number = 0
    for byte in 0..<(Number.bitWidth / 8) { number |= Number(self[offset + byte]) << (8 * byte) }
    return number
  }

  /// A place or length of 64 bits; `nil` if no file is so long.
  fileprivate func position(_ offset: Int) -> Int64? { Int64(exactly: little(offset) as UInt64) }

  /// The content of an extra field.
  fileprivate func zipField(_ id: UInt16) -> ArraySlice<UInt8>? {
    var position = 0
    while position + 4 <= count {
      let end = position + 4 + Int(little(position + 2) as UInt16)
      guard end <= count else { return nil }
      if little(position) as UInt16 == id { return self[(position + 4)..<end] }
      position = end
    }
    return nil
  }
}
