/// Bytes that are no document: a length, a kind or an end is not what it must be.
package struct MalformedBSON: Error, Sendable, Hashable {
  /// Where, from the beginning of what was read, in bytes.
  package let position: Int
}

/// Walks over the fields of a document that lies somewhere in bytes. Every length is checked before it is believed.
package struct BSONScanner: Sendable {
  package struct Field: Sendable, Hashable {
    /// As BSON numbers its kinds: 2 for a string, 3 for a document…
    package let kind: UInt8
    /// Without the zero byte at its end.
    package let name: Range<Int>
    package let value: Range<Int>
  }

  /// The smallest document: its length and its end.
  private static let least = 5
  /// Larger than any document that a server keeps or answers, in bytes: 16 MiB, a few for the answer around it, and room.
  package static let largest = 64 << 20

  private var position: Int
  /// Of the zero byte that ends the document.
  private let end: Int

  /// - Parameter range: of the document, as `extent` tells it.
  package init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(MalformedBSON) {
    guard try Self.extent(of: bytes, at: range.lowerBound) == range else {
      throw MalformedBSON(position: range.lowerBound)
    }
    position = range.lowerBound + 4
    end = range.upperBound - 1
  }

  /// Where a document lies that begins at `start`.
  package static func extent(of bytes: Span<UInt8>, at start: Int) throws(MalformedBSON) -> Range<Int> {
    guard start >= 0, bytes.count - start >= least else { throw MalformedBSON(position: start) }
    let length = int32(bytes, at: start)
    guard length >= least, length <= largest, length <= bytes.count - start, bytes[start + length - 1] == 0 else {
      throw MalformedBSON(position: start)
    }
    return start..<(start + length)
  }

  /// - Returns: `nil` behind the last field.
  package mutating func next(in bytes: Span<UInt8>) throws(MalformedBSON) -> Field? {
    guard position < end else { return nil }
    let kind = bytes[position]
    let name = try text(in: bytes, from: position + 1)
    let start = name.upperBound + 1
    let length = try size(of: kind, in: bytes, at: start)
    guard length >= 0, length <= end - start else { throw MalformedBSON(position: position) }
    position = start + length
    return Field(kind: kind, name: name, value: start..<position)
  }

  /// A text up to its zero byte.
  private func text(in bytes: Span<UInt8>, from start: Int) throws(MalformedBSON) -> Range<Int> {
    var at = start
    while at < end, bytes[at] != 0 { at += 1 }
    guard at < end else { throw MalformedBSON(position: start) }
    return start..<at
  }

  private func size(of kind: UInt8, in bytes: Span<UInt8>, at start: Int) throws(MalformedBSON) -> Int {
    switch kind {
    case 0x01, 0x09, 0x11, 0x12: return 8
    case 0x06, 0x0A, 0x7F, 0xFF: return 0
    case 0x07: return 12
    case 0x08: return 1
    case 0x10: return 4
    case 0x13: return 16
    case 0x02, 0x0D, 0x0E: return try stringSize(in: bytes, at: start)
    case 0x0C: return try stringSize(in: bytes, at: start) + 12
    case 0x03, 0x04:
      let extent = try Self.extent(of: bytes, at: start)
      guard extent.upperBound <= end else { throw MalformedBSON(position: start) }
      return extent.count
    case 0x05: return try length(in: bytes, at: start) + 5
    case 0x0B:
      let pattern = try text(in: bytes, from: start)
      return try text(in: bytes, from: pattern.upperBound + 1).upperBound + 1 - start
    case 0x0F: return try length(in: bytes, at: start)
    default: throw MalformedBSON(position: start)
    }
  }

  /// With its length and its zero byte.
  private func stringSize(in bytes: Span<UInt8>, at start: Int) throws(MalformedBSON) -> Int {
    let length = try length(in: bytes, at: start)
    guard length > 0, length <= end - start - 4, bytes[start + 3 + length] == 0 else {
      throw MalformedBSON(position: start)
    }
    return length + 4
  }

  private func length(in bytes: Span<UInt8>, at start: Int) throws(MalformedBSON) -> Int {
    guard end - start >= 4 else { throw MalformedBSON(position: start) }
    let length = Self.int32(bytes, at: start)
    guard length >= 0, length <= end - start else { throw MalformedBSON(position: start) }
    return length
  }

  /// Little-endian; the caller knows that it is there.
  static func int32(_ bytes: Span<UInt8>, at start: Int) -> Int {
    let bits =
      UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
      | UInt32(bytes[start + 3]) << 24
    return Int(Int32(bitPattern: bits))
  }

  static func uint64(_ bytes: Span<UInt8>, at start: Int) -> UInt64 {
    var bits: UInt64 = 0
    for index in 0..<8 { bits |= UInt64(bytes[start + index]) << (8 * UInt64(index)) }
    return bits
  }
}
