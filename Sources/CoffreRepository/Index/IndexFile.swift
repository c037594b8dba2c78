package import CoffreCore

/// An index file that cannot be read.
package struct MalformedIndex: MalformedDocument {
  package static let documentName: Message = "index file"
  package let offset: Int
  package let problem: Message

  package init(offset: Int, problem: Message) {
    self.offset = offset
    self.problem = problem
  }
}

/// Reads index files: which pack holds which blobs.
package struct IndexFile: Sendable {
  /// What an index file says beside the blobs.
  package struct Facts: Sendable, Hashable {
    package var packCount = 0
    package var blobCount = 0
    /// Packs that rustic has marked for deletion. Their blobs count as absent.
    package var packsToDelete: [PackID] = []
  }

  private enum Field: String, CaseIterable, Sendable {
    case packs
    case packsToDelete = "packs_to_delete"
  }

  private enum PackField: String, CaseIterable, Sendable { case id, blobs }

  private enum BlobField: String, CaseIterable, Sendable {
    case id, type, offset, length
    case uncompressedLength = "uncompressed_length"
  }

  /// What stands between the values of a blob.
  private struct UsualText: Sendable {
    let id = Array("{\"id\":\"".utf8)
    let data = Array("\",\"type\":\"data\",\"offset\":".utf8)
    let tree = Array("\",\"type\":\"tree\",\"offset\":".utf8)
    let length = Array(",\"length\":".utf8)
    let uncompressedLength = Array(",\"uncompressed_length\":".utf8)
    let end = Array("}".utf8)
  }

  private let allowsCompression: Bool
  private let usual = UsualText()
  private var facts = Facts()
  private var fields = JSONFields<Field>()
  private var packFields = JSONFields<PackField>()
  private var blobFields = JSONFields<BlobField>()

  private init(repositoryVersion: Int) { allowsCompression = repositoryVersion >= 2 }

  /// Reads an index file in one pass.
  ///
  /// - Parameters:
  ///   - bytes: the plaintext, decompressed.
  ///   - repositoryVersion: in version 1 no blob may be compressed.
  ///   - beginPack: called before the blobs of each pack.
  ///   - blob: called for each blob, in the order of the file, which need not be that of the offsets.
  package static func decode(
    _ bytes: [UInt8], repositoryVersion: Int, beginPack: (PackID) -> Void, blob: (PackID, IndexedBlob) -> Void
  ) throws(MalformedIndex) -> Facts {
    var file = IndexFile(repositoryVersion: repositoryVersion)
    do throws(MalformedJSON) {
      try file.read(JSONReader(bytes), beginPack, blob)
    } catch {
      throw MalformedIndex(error)
    }
    return file.facts
  }

  /// What rustic has marked for deletion, as the file writes it.
  ///
  /// - Returns: `nil` if the file has no such list.
  static func packsToDelete(in bytes: [UInt8]) throws(MalformedIndex) -> [UInt8]? {
    do throws(MalformedJSON) {
      var reader = JSONReader(bytes)
      var fields = JSONFields<Field>()
      var found: [UInt8]?
      try reader.enterObject()
      while let field = try reader.nextField(&fields) {
        if field == .packsToDelete { found = try reader.rawValue() } else { try reader.skipValue() }
      }
      return found
    } catch {
      throw MalformedIndex(error)
    }
  }
}

extension IndexFile {
  private mutating func read(
    _ start: JSONReader, _ beginPack: (PackID) -> Void, _ blob: (PackID, IndexedBlob) -> Void
  ) throws(MalformedJSON) {
    var reader = start
    if try reader.peek() == UInt8(ascii: "[") {
      throw reader.failure("the old format of restic 0.1, which is not supported")
    }
    try reader.enterObject()
    while let field = try reader.nextField(&fields) {
      if try reader.takesNull() { continue }
      try reader.enterArray()
      while try reader.nextElement() {
        switch field {
        case .packs: try readPack(&reader, beginPack, blob)
        case .packsToDelete: facts.packsToDelete.append(try readPackID(&reader))
        }
      }
    }
    try reader.finish()
  }

  private mutating func readPack(
    _ reader: inout JSONReader, _ beginPack: (PackID) -> Void, _ blob: (PackID, IndexedBlob) -> Void
  ) throws(MalformedJSON) {
    var pack: PackID?
    var postponed: JSONReader?
    let start = reader.position
    try reader.enterObject()
    while let field = try reader.nextField(&packFields) {
      switch field {
      case .id:
        guard pack == nil else { throw reader.failure("pack with two ids") }
        pack = try reader.digest()
      case .blobs:
        if let pack {
          beginPack(pack)
          try readBlobs(of: pack, &reader, blob)
        } else {
          // Somebody wrote the blobs before the id: come back when it is known.
          postponed = reader
          try reader.skipValue()
        }
      }
    }
    guard let pack else { throw reader.failure("pack without id", at: start) }
    facts.packCount += 1
    if var postponed {
      beginPack(pack)
      try readBlobs(of: pack, &postponed, blob)
    }
  }

  private mutating func readPackID(_ reader: inout JSONReader) throws(MalformedJSON) -> PackID {
    var pack: PackID?
    let start = reader.position
    try reader.enterObject()
    while let field = try reader.nextField(&packFields) {
      switch field {
      case .id: pack = try reader.digest()
      case .blobs: try reader.skipValue()
      }
    }
    guard let pack else { throw reader.failure("pack without id", at: start) }
    return pack
  }

  private mutating func readBlobs(
    of pack: PackID, _ reader: inout JSONReader, _ blob: (PackID, IndexedBlob) -> Void
  ) throws(MalformedJSON) {
    if try reader.takesNull() { return }
    try reader.enterArray()
    while try reader.nextElement() {
      if let usual = readUsualBlob(&reader) { blob(pack, usual) } else { blob(pack, try readBlob(&reader)) }
      facts.blobCount += 1
    }
  }

  /// Reads a blob as all programs write it, field behind field without a blank: that is most of what an index consists of.
  ///
  /// - Returns: `nil` if it does not look so, or is not sound; the reader stays where it was then.
  private func readUsualBlob(_ reader: inout JSONReader) -> IndexedBlob? {
    var ahead = reader.position
    guard reader.passes(usual.id, &ahead), let id = reader.lowerCaseDigest(ifAny: &ahead) else { return nil }
    let kind: BlobKind
    if reader.passes(usual.data, &ahead) {
      kind = .data
    } else if reader.passes(usual.tree, &ahead) {
      kind = .tree
    } else {
      return nil
    }
    guard let offset = reader.digits(&ahead), reader.passes(usual.length, &ahead), let length = reader.digits(&ahead)
    else { return nil }
    var uncompressedLength: UInt32 = 0
    if !reader.passes(usual.end, &ahead) {
      guard allowsCompression, reader.passes(usual.uncompressedLength, &ahead), let plain = reader.digits(&ahead),
        reader.passes(usual.end, &ahead)
      else { return nil }
      uncompressedLength = plain
    }
    guard length >= UInt32(PackHeader.sealOverhead), !offset.addingReportingOverflow(length).overflow else {
      return nil
    }
    reader.position = ahead
    return IndexedBlob(id: id, kind: kind, offset: offset, length: length, uncompressedLength: uncompressedLength)
  }

  private mutating func readBlob(_ reader: inout JSONReader) throws(MalformedJSON) -> IndexedBlob {
    var id: BlobID?
    var kind: BlobKind?
    var offset: UInt32?
    var length: UInt32 = 0
    var uncompressedLength: UInt32 = 0
    let start = reader.position
    try reader.enterObject()
    while let field = try reader.nextField(&blobFields) {
      switch field {
      case .id: id = try reader.digest()
      case .type: kind = try reader.blobKind()
      case .offset: offset = try reader.unsigned32()
      case .length: length = try reader.unsigned32()
      case .uncompressedLength: uncompressedLength = try reader.takesNull() ? 0 : try reader.unsigned32()
      }
    }
    guard let id else { throw reader.failure("blob without id", at: start) }
    guard let kind else { throw reader.failure("blob without type", at: start) }
    guard let offset else { throw reader.failure("blob without offset", at: start) }
    guard length >= UInt32(PackHeader.sealOverhead) else {
      throw reader.failure("blob with the impossible length \(length)", at: start)
    }
    guard !offset.addingReportingOverflow(length).overflow else {
      throw reader.failure("blob that ends past 4 GiB", at: start)
    }
    guard allowsCompression || uncompressedLength == 0 else {
      throw reader.failure("compressed blob in a repository of version 1", at: start)
    }
    return IndexedBlob(id: id, kind: kind, offset: offset, length: length, uncompressedLength: uncompressedLength)
  }
}

extension JSONReader {
  fileprivate mutating func blobKind() throws(MalformedJSON) -> BlobKind {
    let start = position
    switch try string() {
    case [0x64, 0x61, 0x74, 0x61]: return .data
    case [0x74, 0x72, 0x65, 0x65]: return .tree
    default: throw failure("blob of unknown type", at: start)
    }
  }
}
