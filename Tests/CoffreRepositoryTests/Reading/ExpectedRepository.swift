import CoffreCore
import CoffreTestKit
import FoundationEssentials

@testable import CoffreRepository

/// What `Vectors/repo-*.expected.json` tells, read with another JSON reader than the one under test.
struct ExpectedRepository: Decodable {
  struct MasterKeyFields: Decodable {
    struct MAC: Decodable {
      let k: Data
      let r: Data
    }
    let mac: MAC
    let encrypt: Data
  }

  struct SnapshotFields: Decodable {
    let plain_json: String
    let files: [FileFields]
  }

  struct FileFields: Decodable {
    struct Attribute: Decodable {
      let name: String
      let value: Data
    }
    let path_hex: String
    let type: String
    let go_mode: UInt32
    let mtime: String
    let size: UInt64
    let inode: UInt64
    let links: UInt64?
    let device: UInt64?
    let subtree: String?
    let sha256: String?
    let content: [String]?
    let linktarget: String?
    let linktarget_raw: Data?
    let extended_attributes: [Attribute]?
  }

  let password: String
  let second_password: String?
  let config_json: String
  let opening_key: String
  let master_key: MasterKeyFields
  let snapshots: [String: SnapshotFields]

  static func read(_ repository: VectorRepository) throws -> ExpectedRepository {
    try JSONDecoder().decode(ExpectedRepository.self, from: Data(try repository.expectationBytes()))
  }
}

extension ExpectedRepository.FileFields {
  var path: PathBytes { bytes(hex: path_hex) }

  var attributes: [ExtendedAttribute] {
    (extended_attributes ?? []).map { ExtendedAttribute(name: Array($0.name.utf8), value: Array($0.value)) }
  }

  /// The raw bytes, as far as the program that wrote them kept them.
  var target: [UInt8] { linktarget_raw.map { Array($0) } ?? Array((linktarget ?? "").utf8) }

  var permissions: UInt16 { GoFileMode(rawValue: go_mode).permissions }
}
