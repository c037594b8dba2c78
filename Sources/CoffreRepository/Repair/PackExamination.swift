import CoffreCore
import OpenSSLKit

/// What a pack's bytes really hold, whatever its name, its header and the index say.
struct PackExamination: Sendable {
  /// By the header; `nil` if it cannot be read or does not fit the pack.
  var header: [IndexedBlob]?
  /// Blobs that open and have their hash, by the header or the index, in the order of their offsets.
  var good: [IndexedBlob] = []
  /// Those that do not.
  var bad: [IndexedBlob] = []
  var problems: [Message] = []
  private var hasRightName = true

  /// Name, header and every blob of the header are in order: it may be listed as its header says.
  var isSound: Bool {
    guard hasRightName, let header else { return false }
    let bad = Set(bad)
    return header.allSatisfy { !bad.contains($0) }
  }

  /// - Parameters:
  ///   - indexed: what index files say lies in it.
  ///   - version: of the repository; in version 1 nothing is compressed.
  init(of bytes: [UInt8], id: PackID, indexed: [IndexedBlob], version: Int, with codec: BlobCodec) {
    if codec.hasher.hash(bytes.span) != id {
      hasRightName = false
      problems.append("its name is not the hash of its content")
    }
    do {
      header = try Self.readHeader(bytes.span, version: version, with: codec)
    } catch let error as BlobProblem {
      problems.append("its header cannot be opened: \(error.text)")
    } catch let error as MalformedPackHeader {
      problems.append(error.text)
    } catch {
      problems.append("its header cannot be read")
    }
    var plain: [UInt8] = []
    for blob in Set(indexed).union(header ?? []).sorted(by: { ($0.offset, $0.length) < ($1.offset, $1.length) }) {
      if let problem = Self.problem(of: blob, in: bytes.span, pack: id, with: codec, &plain) {
        bad.append(blob)
        problems.append("blob \(blob.id.short) at \(blob.offset): \(problem)")
      } else {
        good.append(blob)
      }
    }
  }

  private static func readHeader(_ bytes: Span<UInt8>, version: Int, with codec: BlobCodec) throws -> [IndexedBlob] {
    let length = try PackHeader.sealedLength(inTail: bytes, packSize: Int64(bytes.count))
    let end = bytes.count - PackHeader.lengthFieldSize
    var plain: [UInt8] = []
    try codec.openHeader(bytes.extracting((end - length)..<end), into: &plain)
    let header = try PackHeader(decoding: plain.span)
    try header.verify(packSize: Int64(bytes.count))
    guard version >= 2 || header.entries.allSatisfy({ $0.uncompressedLength == nil }) else {
      throw MalformedPackHeader(offset: 0, problem: "compressed blobs in a repository of version 1")
    }
    return header.withOffsets().map { offset, entry in
      IndexedBlob(
        id: entry.id, kind: entry.kind, offset: UInt32(offset), length: entry.length,
        uncompressedLength: entry.uncompressedLength ?? 0)
    }
  }

  private static func problem(
    of blob: IndexedBlob, in bytes: Span<UInt8>, pack: PackID, with codec: BlobCodec, _ plain: inout [UInt8]
  ) -> Message? {
    let end = Int(blob.offset) + Int(blob.length)
    guard end <= bytes.count else { return "it lies beyond the end" }
    do throws(BlobProblem) {
      try codec.open(
        bytes.extracting(Int(blob.offset)..<end), id: blob.id, at: blob.location(in: pack), into: &plain)
      return nil
    } catch {
      return error.text
    }
  }
}

extension IndexedBlob {
  func location(in pack: PackID) -> BlobLocation {
    BlobLocation(pack: pack, offset: offset, length: length, uncompressedLength: uncompressedLength)
  }
}

extension Repository {
  /// All bytes of a pack. Where a disk gives some of them no more, the rest is still read.
  ///
  /// - Returns: the bytes, zeros where they could not be read, and how many could not.
  func readPack(_ pack: ListedObject) throws -> (bytes: [UInt8], unreadable: Int64) {
    let key = ObjectKind.pack.storeKey(of: pack.id)
    guard pack.sizeInBytes <= Int64(UInt32.max) else {
      throw RepositoryError.damaged(object: key.path, problem: "it is larger than any pack can be")
    }
    do throws(StoreError) {
      return (try store.load(key, expectedSize: Int(pack.sizeInBytes)), 0)
    } catch {
      guard error.reason == .failed else { throw error }
    }
    let piece: Int64 = 64 << 10
    var bytes = [UInt8](repeating: 0, count: Int(pack.sizeInBytes))
    var unreadable: Int64 = 0
    for start in stride(from: Int64(0), to: pack.sizeInBytes, by: Int(piece)) {
      let end = min(start + piece, pack.sizeInBytes)
      do throws(StoreError) {
        let part = try store.load(key, range: start..<end, expectedSize: Int(end - start))
        bytes.replaceSubrange(Int(start)..<Int(end), with: part)
      } catch {
        guard error.reason == .failed else { throw error }
        unreadable += end - start
      }
    }
    return (bytes, unreadable)
  }
}
