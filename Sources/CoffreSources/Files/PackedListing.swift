import CoffreCore

/// A listing in a third of its memory: what a folder's entries have in common is written once, numbers as short as they
/// are, times as their distance from each other.
///
/// Bytes of an entry, one behind the other: flags; the name's length and the name; size; inode, as its distance from the
/// entry before; the times modified, changed, accessed, the first as its distance from the entry before, the others from
/// the first; and what the flags say is not as in the entry before. Numbers are written in groups of seven bits, the low
/// ones first, the highest bit telling that another follows.
struct PackedListing: Sendable {
  private struct Flags: OptionSet {
    let rawValue: UInt8

    static let kind = Flags(rawValue: 1)
    static let owner = Flags(rawValue: 2)
    static let device = Flags(rawValue: 4)
    static let links = Flags(rawValue: 8)
    static let deviceNumber = Flags(rawValue: 16)
  }

  private let bytes: [UInt8]
  private let notes: [ListingNote]
  let count: Int

  /// - Returns: `nil` if an entry has what no folder on disk gives it, such as a part.
  init?(_ listing: Listing) {
    var writer = Writer()
    for index in listing.entries.indices {
      let entry = listing.entries[index]
      let times = [entry.attributes.modified, entry.attributes.changed, entry.attributes.accessed]
      guard entry.isComparable, entry.parts == 1, entry.making == .found, times.allSatisfy({ $0.utcOffset == 0 }) else {
        return nil
      }
      writer.append(entry.attributes, name: listing.name(of: index))
    }
    // As large as it is, and no larger.
    bytes = Array(writer.bytes[...])
    notes = listing.notes
    count = listing.count
  }

  var byteCount: Int { bytes.count }

  var unpacked: Listing {
    var listing = Listing()
    listing.reserve(entries: count)
    var reader = Reader(bytes)
    for _ in 0..<count {
      let (name, attributes) = reader.next()
      listing.append(name: bytes.span.extracting(name), attributes: attributes)
    }
    listing.notes = notes
    return listing
  }
}

// MARK: One entry after the other

extension PackedListing {
  private static let start = EntryAttributes(
    kind: .file, permissions: 0o644, modified: Timestamp(seconds: 0, nanoseconds: 0), links: 1)

  private struct Writer {
    var bytes: [UInt8] = []
    private var last = PackedListing.start

    mutating func append(_ entry: EntryAttributes, name: [UInt8]) {
      var flags: Flags = []
      if entry.kind != last.kind || entry.permissions != last.permissions { flags.insert(.kind) }
      if entry.userID != last.userID || entry.groupID != last.groupID { flags.insert(.owner) }
      if entry.device != last.device { flags.insert(.device) }
      if entry.links != last.links { flags.insert(.links) }
      if entry.deviceNumber != last.deviceNumber { flags.insert(.deviceNumber) }
      bytes.append(flags.rawValue)
      append(UInt64(name.count))
      bytes += name
      append(UInt64(bitPattern: entry.size))
      append(difference: Int64(bitPattern: entry.inode &- last.inode))
      append(entry.modified, from: last.modified)
      append(entry.changed, from: entry.modified)
      append(entry.accessed, from: entry.modified)
      if flags.contains(.kind) { append(UInt64(entry.kind.rawValue) << 16 | UInt64(entry.permissions)) }
      if flags.contains(.owner) { append(UInt64(entry.userID) << 32 | UInt64(entry.groupID)) }
      if flags.contains(.device) { append(entry.device) }
      if flags.contains(.links) { append(entry.links) }
      if flags.contains(.deviceNumber) { append(entry.deviceNumber) }
      last = entry
    }

    private mutating func append(_ time: Timestamp, from other: Timestamp) {
      append(difference: time.seconds &- other.seconds)
      append(difference: Int64(time.nanoseconds) - Int64(other.nanoseconds))
    }

    /// Small ones of both signs are short.
    private mutating func append(difference: Int64) {
      append(UInt64(bitPattern: difference << 1 ^ difference >> 63))
    }

    private mutating func append(_ number: UInt64) {
      var rest = number
      while rest >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }
  }

  private struct Reader {
    private let bytes: [UInt8]
    private var position = 0
    private var last = PackedListing.start

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Returns: where the name lies, and the rest.
    mutating func next() -> (name: Range<Int>, attributes: EntryAttributes) {
      let flags = Flags(rawValue: bytes[position])
      position += 1
      let length = Int(number())
      let name = position..<position + length
      position += length
      last.size = Int64(bitPattern: number())
      last.inode &+= UInt64(bitPattern: difference())
      last.modified = time(from: last.modified)
      last.changed = time(from: last.modified)
      last.accessed = time(from: last.modified)
      if flags.contains(.kind) {
        let both = number()
        last.kind = EntryKind(rawValue: UInt8(both >> 16)) ?? .file
        last.permissions = UInt16(truncatingIfNeeded: both)
      }
      if flags.contains(.owner) {
        let both = number()
        last.userID = UInt32(both >> 32)
        last.groupID = UInt32(truncatingIfNeeded: both)
      }
      if flags.contains(.device) { last.device = number() }
      if flags.contains(.links) { last.links = number() }
      if flags.contains(.deviceNumber) { last.deviceNumber = number() }
      return (name, last)
    }

    private mutating func time(from other: Timestamp) -> Timestamp {
      let seconds = other.seconds &+ difference()
      return Timestamp(seconds: seconds, nanoseconds: other.nanoseconds + Int32(truncatingIfNeeded: difference()))
    }

    private mutating func difference() -> Int64 {
      let folded = number()
      return Int64(bitPattern: folded >> 1) ^ -Int64(bitPattern: folded & 1)
    }

    private mutating func number() -> UInt64 {
      var result: UInt64 = 0
      var shift: UInt64 = 0
      while true {
        let byte = bytes[position]
        position += 1
        result |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return result }
        shift += 7
      }
    }
  }
}
