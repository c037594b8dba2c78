import CoffreCore
import MongoKit

/// An archive of mongodump: all collections in one file, as its specification has it (`common/archive/spec.md` of MongoDB's
/// tools).
enum MongoArchive {
  static let suffix = ".archive"
  static let magic: [UInt8] = [0x6D, 0xE2, 0x99, 0x81]
  /// Stands where a document's length would.
  static let terminator: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
  static let version = "0.1"

  /// A collection in the beginning of an archive.
  struct Prelude: Sendable {
    let database: String
    let collection: String
    /// As in mongodump's `.metadata.json`.
    let metadata: [UInt8]
    let size: Int64
    let kind: MongoCollection.Kind

    var document: BSONDocument {
      [
        "db": .string(database), "collection": .string(collection),
        "metadata": .string(String(decoding: metadata, as: UTF8.self)), "size": .int32(Int32(clamping: size)),
        "type": .string(kind.rawValue),
      ]
    }
  }

  static func head(server version: String) -> BSONDocument {
    [
      "concurrent_collections": 1, "version": .string(Self.version), "server_version": .string(version),
      "tool_version": "100.0.0",
    ]
  }

  /// What stands before documents, or, with a checksum, behind the last ones.
  static func segment(_ database: String, _ collection: String, end sum: CRC64? = nil) -> [UInt8] {
    let document: BSONDocument = [
      "db": .string(database), "collection": .string(collection), "EOF": .bool(sum != nil),
      "CRC": .int64(sum.map { Int64(bitPattern: $0.value) } ?? 0),
    ]
    return document.bytes
  }
}
