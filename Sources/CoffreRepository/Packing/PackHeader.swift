package import CoffreCore

/// One blob as a pack's header describes it. Offsets are implied: the blobs lie one behind the other from 0 on.
package struct PackEntry: Sendable, Hashable {
  package let kind: BlobKind
  package let id: BlobID
  /// As sealed in the pack, in bytes.
  package let length: UInt32
  /// Before compression, in bytes; `nil` if it is stored plain.
  package let uncompressedLength: UInt32?

  package init(kind: BlobKind, id: BlobID, length: UInt32, uncompressedLength: UInt32?) {
    self.kind = kind
    self.id = id
    self.length = length
    self.uncompressedLength = uncompressedLength
  }

  /// In bytes, of the entry in the header.
  package var size: Int { PackHeader.entrySize(isCompressed: uncompressedLength != nil) }
}

/// A pack header that cannot be true.
package struct MalformedPackHeader: MalformedDocument {
  package static let documentName: Message = "pack header"
  package let offset: Int
  package let problem: Message

  package init(offset: Int, problem: Message) {
    self.offset = offset
    self.problem = problem
  }
}

/// The list of its blobs at the end of a pack: `blobs || sealed header || length of the sealed header`.
package struct PackHeader: Sendable, Hashable {
  package var entries: [PackEntry]

  package init(entries: [PackEntry] = []) { self.entries = entries }

  /// What sealing adds to a blob or header: the initial vector and the tag.
  package static let sealOverhead = 32
  /// Of the number behind the sealed header.
  package static let lengthFieldSize = 4
  /// What a pack holds beside blobs and entries.
  package static let overhead = sealOverhead + lengthFieldSize
  /// Of the sealed header with its length field.
  package static let maximumSize = 16 * 1024 * 1024 + lengthFieldSize
  /// A pack has one blob at least.
  package static let minimumPackSize = entrySize(isCompressed: false) + overhead
  /// In bytes; a pack is closed when it has as many, if nobody chose otherwise. restic's is 16 MiB: with a little more, a server
  /// is asked less often than by restic wherever packs happen to end.
  package static let usualPackSize = 17 << 20

  /// In bytes, of one entry.
  package static func entrySize(isCompressed: Bool) -> Int { isCompressed ? 41 : 37 }

  /// In bytes, of the plaintext.
  package var plainSize: Int { entries.reduce(0) { $0 + $1.size } }

  /// In bytes, of the whole pack.
  package var packSize: Int64 { entries.reduce(Int64(Self.overhead)) { $0 + Int64($1.length) + Int64($1.size) } }
}

// MARK: Bytes

extension PackHeader {
  /// The plaintext, ready for sealing.
  package func encoded() -> [UInt8] {
    var output = [UInt8]()
    output.reserveCapacity(plainSize)
    for entry in entries {
      output.append(entry.kind.rawValue | (entry.uncompressedLength == nil ? 0 : 2))
      Self.append(entry.length, to: &output)
      if let length = entry.uncompressedLength { Self.append(length, to: &output) }
      entry.id.append(to: &output)
    }
    return output
  }

  /// Appends what follows the sealed header.
  package static func appendLengthField(sealedLength: Int, to output: inout [UInt8]) {
    append(UInt32(sealedLength), to: &output)
  }

  /// Reads the number in the last four bytes of a pack.
  ///
  /// - Parameter tail: the last bytes of the pack, at least four.
  /// - Returns: the length of the sealed header, which lies right before the number and fits into the pack.
  package static func sealedLength(inTail tail: Span<UInt8>, packSize: Int64) throws(MalformedPackHeader) -> Int {
    guard tail.count >= lengthFieldSize, packSize >= Int64(minimumPackSize) else {
      throw MalformedPackHeader(offset: 0, problem: "the pack is too short to have one")
    }
    let length = Int(number(in: tail, at: tail.count - lengthFieldSize))
    guard length >= sealOverhead + entrySize(isCompressed: false), length <= maximumSize - lengthFieldSize,
      Int64(length) <= packSize - Int64(lengthFieldSize)
    else { throw MalformedPackHeader(offset: 0, problem: "impossible length \(length)") }
    return length
  }

  /// Reads the plaintext of a header.
  package init(decoding bytes: Span<UInt8>) throws(MalformedPackHeader) {
    var entries: [PackEntry] = []
    entries.reserveCapacity(bytes.count / Self.entrySize(isCompressed: false))
    var offset = 0
    while offset < bytes.count {
      let type = bytes[offset]
      guard type < 4, let kind = BlobKind(rawValue: type & 1) else {
        throw MalformedPackHeader(offset: offset, problem: "unknown blob type \(type)")
      }
      let size = Self.entrySize(isCompressed: type >= 2)
      guard bytes.count - offset >= size else { throw MalformedPackHeader(offset: offset, problem: "cut short") }
      let length = Self.number(in: bytes, at: offset + 1)
      guard length >= UInt32(Self.sealOverhead) else {
        throw MalformedPackHeader(offset: offset, problem: "impossible blob length \(length)")
      }
      entries.append(
        PackEntry(
          kind: kind, id: BlobID(bytes: bytes, at: offset + size - BlobID.byteCount), length: length,
          uncompressedLength: type >= 2 ? Self.number(in: bytes, at: offset + 5) : nil))
      offset += size
    }
    guard !entries.isEmpty else { throw MalformedPackHeader(offset: 0, problem: "no blobs") }
    self.init(entries: entries)
  }

  /// Makes sure that the blobs fill the pack exactly and that all offsets have 32 bits.
  package func verify(packSize actual: Int64) throws(MalformedPackHeader) {
    let expected = packSize
    guard expected == actual else {
      throw MalformedPackHeader(
        offset: 0, problem: "its blobs make a pack of \(expected) bytes, but the pack has \(actual)")
    }
    guard expected <= Int64(UInt32.max) else {
      throw MalformedPackHeader(offset: 0, problem: "the pack is larger than 4 GiB")
    }
  }

  /// Each entry with the offset of its blob in the pack.
  package func withOffsets() -> [(offset: Int64, entry: PackEntry)] {
    var offset: Int64 = 0
    return entries.map { entry in
      defer { offset += Int64(entry.length) }
      return (offset, entry)
    }
  }

  private static func append(_ number: UInt32, to output: inout [UInt8]) {
    for shift in [0, 8, 16, 24] as [UInt32] { output.append(UInt8(truncatingIfNeeded: number >> shift)) }
  }

  private static func number(in bytes: Span<UInt8>, at offset: Int) -> UInt32 {
    UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
      | UInt32(bytes[offset + 3]) << 24
  }
}
