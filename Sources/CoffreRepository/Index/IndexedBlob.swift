import CoffreCore

/// One blob of a pack, as an index file lists it.
package struct IndexedBlob: Sendable, Hashable {
  package let id: BlobID
  package let kind: BlobKind
  /// In the pack, in bytes.
  package let offset: UInt32
  /// As sealed in the pack, in bytes: at least 32.
  package let length: UInt32
  /// Before compression, in bytes; 0 if it is stored plain.
  package let uncompressedLength: UInt32

  package init(id: BlobID, kind: BlobKind, offset: UInt32, length: UInt32, uncompressedLength: UInt32) {
    self.id = id
    self.kind = kind
    self.offset = offset
    self.length = length
    self.uncompressedLength = uncompressedLength
  }

  /// In bytes, of its entry in the pack's header.
  package var headerSize: Int { PackHeader.entrySize(isCompressed: uncompressedLength != 0) }
}

/// Where a blob lies.
package struct BlobLocation: Sendable, Hashable {
  package let pack: PackID
  /// In the pack, in bytes.
  package let offset: UInt32
  /// As sealed in the pack, in bytes: at least 32.
  package let length: UInt32
  /// Before compression, in bytes; 0 if it is stored plain.
  package let uncompressedLength: UInt32

  package init(pack: PackID, offset: UInt32, length: UInt32, uncompressedLength: UInt32) {
    self.pack = pack
    self.offset = offset
    self.length = length
    self.uncompressedLength = uncompressedLength
  }

  package var isCompressed: Bool { uncompressedLength != 0 }

  /// Of the plaintext, in bytes.
  package var plainLength: UInt32 { Self.plainLength(length: length, uncompressedLength: uncompressedLength) }

  static func plainLength(length: UInt32, uncompressedLength: UInt32) -> UInt32 {
    uncompressedLength != 0 ? uncompressedLength : length - min(length, UInt32(PackHeader.sealOverhead))
  }
}
