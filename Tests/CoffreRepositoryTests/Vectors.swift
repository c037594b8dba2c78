import CoffreCore
import CoffreTestKit
import Foundation

@testable import CoffreRepository

/// The known answers in `Tests/CoffreTestKit/Vectors`, read with another JSON reader than the one under test.
enum Vectors {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "CoffreTestKit/Vectors")

  static let repositories = ["repo-v1", "repo-v2", "repo-v2-r0191"]

  static func object(_ name: String) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appending(path: name)))
    guard let object = value as? [String: Any] else { throw Unreadable(name: name) }
    return object
  }

  static func expected(_ repository: String) throws -> [String: Any] { try object("\(repository).expected.json") }

  static func objects(_ key: String, of file: String) throws -> [[String: Any]] {
    guard let list = try object(file)[key] as? [[String: Any]] else { throw Unreadable(name: key) }
    return list
  }

  /// Id and text of each tree of all repositories.
  static func trees() throws -> [(id: String, text: [UInt8])] {
    try repositories.flatMap { repository in
      guard let trees = try expected(repository)["trees"] as? [String: String] else { throw Unreadable(name: "trees") }
      return trees.map { (id: $0.key, text: Array($0.value.utf8)) }
    }
  }

  /// All packs of a repository with their size.
  static func packs(_ repository: String) throws -> [(id: PackID, size: Int64, entries: [PackEntry])] {
    guard let packs = try expected(repository)["packs"] as? [String: [String: Any]] else {
      throw Unreadable(name: "packs")
    }
    return try packs.map { id, pack in
      guard let packID = PackID(hex: id), let size = pack["size"] as? Int64,
        let entries = pack["entries"] as? [[String: Any]]
      else { throw Unreadable(name: id) }
      return (id: packID, size: size, entries: try entries.map { try entry($0) })
    }
  }

  private static func entry(_ fields: [String: Any]) throws -> PackEntry {
    guard let hex = fields["id"] as? String, let id = BlobID(hex: hex), let type = fields["type_byte"] as? UInt8,
      let kind = BlobKind(rawValue: type & 1), let length = fields["length"] as? UInt32
    else { throw Unreadable(name: "entry") }
    return PackEntry(
      kind: kind, id: id, length: length,
      uncompressedLength: type >= 2 ? fields["uncompressed_length"] as? UInt32 : nil)
  }

  struct Unreadable: Error { let name: String }
}

/// The bytes that hexadecimal digits tell.
func bytes(hex: String) -> [UInt8] {
  let digits = Array(hex.utf8)
  return stride(from: 0, to: digits.count - 1, by: 2).compactMap { index in
    UInt8(String(decoding: digits[index..<(index + 2)], as: UTF8.self), radix: 16)
  }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

extension PackEntry {
  func indexed(at offset: Int64) -> IndexedBlob {
    IndexedBlob(
      id: id, kind: kind, offset: UInt32(offset), length: length, uncompressedLength: uncompressedLength ?? 0)
  }
}

/// An id made of a number, evenly spread.
func digest(_ number: UInt64) -> Digest {
  var generator = SeededRandom(seed: number)
  return Digest(words: generator.next(), generator.next(), generator.next(), generator.next())
}
