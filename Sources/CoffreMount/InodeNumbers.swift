import CoffreCore
import CoffreRepository

/// Inode numbers as programs see them: the same at every mount, by nothing but what an entry is and where in its snapshot
/// it lies. Two entries with one number are one file with two names, in one snapshot.
enum InodeNumbers {
  static let top: UInt64 = 1

  /// Of what the layout made.
  static func number(ofVirtual path: PathBytes) -> UInt64 {
    path.isEmpty ? top : StableHash(1).adding(path).number
  }

  static func number(of top: SnapshotTop) -> UInt64 { StableHash(2).adding(top.id.word0).adding(top.path).number }

  /// - Parameter folder: the number of the folder it lies in.
  static func number(of node: Node, in folder: UInt64, of top: SnapshotTop) -> UInt64 {
    guard node.links > 1, node.inode != 0, node.kind != .directory else {
      return StableHash(3).adding(folder).adding(node.name).number
    }
    var hash = StableHash(4).adding(top.id.word0).adding(node.deviceID).adding(node.inode)
    // With the content: a file that changed while its names were backed up is two files.
    for blob in node.content ?? [] { hash = hash.adding(blob.word0) }
    return hash.number
  }
}

/// FNV-1a, well mixed at the end: the same in every process, unlike Swift's own.
private struct StableHash {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  /// - Parameter kind: of what is hashed; different kinds never agree by their parts.
  init(_ kind: UInt64) { mix(kind) }

  private mutating func mix(_ word: UInt64) { state = (state ^ word) &* 0x0000_0100_0000_01B3 }

  func adding(_ word: UInt64) -> StableHash {
    var hash = self
    for shift in stride(from: UInt64(0), to: 64, by: 8) { hash.mix(word >> shift & 0xFF) }
    return hash
  }

  func adding(_ bytes: [UInt8]) -> StableHash {
    var hash = self
    for byte in bytes { hash.mix(UInt64(byte)) }
    return hash
  }

  /// Never 0, which means "no entry", nor 1, which is the top.
  var number: UInt64 {
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return max(2, word ^ (word >> 31))
  }
}
