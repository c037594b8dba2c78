import CoffreCore

/// What an index remembers of a blob's id and kind to know it again: 16 bytes instead of 32 (decision 14).
struct BlobFingerprint: Sendable, Hashable {
  let word0: UInt64
  let word1: UInt64
}

/// What a fingerprint leaves away: with it and the key the id can be told.
struct FingerprintRest: Sendable, Hashable {
  let word2: UInt64
  let word3: UInt64
}

/// Makes fingerprints of ids. Each index has another one, drawn at random, that nobody sees.
///
/// Two different blobs have the same fingerprint as rarely as two different files have the same MD5 by chance, once in
/// 2^128; and who looks for such a pair on purpose does not know the key, so that there is nothing to compute.
struct FingerprintKey: Sendable, Hashable {
  let first: UInt64
  let second: UInt64

  init(_ first: UInt64, _ second: UInt64) {
    self.first = first
    self.second = second
  }

  static func random() -> FingerprintKey {
    FingerprintKey(.random(in: .min ... .max), .random(in: .min ... .max))
  }

  /// Data and a tree with the same id are told apart.
  @inline(__always)
  func fingerprint(of id: BlobID, _ kind: BlobKind) -> BlobFingerprint {
    let word = id.word1 &+ mixed(id.word2, id.word3)
    return BlobFingerprint(word0: id.word0, word1: kind == .data ? word : ~word)
  }

  func id(of fingerprint: BlobFingerprint, _ kind: BlobKind, _ rest: FingerprintRest) -> BlobID {
    let word = kind == .data ? fingerprint.word1 : ~fingerprint.word1
    return Digest(words: fingerprint.word0, word &- mixed(rest.word2, rest.word3), rest.word2, rest.word3)
  }

  @inline(__always)
  private func mixed(_ word2: UInt64, _ word3: UInt64) -> UInt64 {
    let product = (word2 ^ first).multipliedFullWidth(by: word3 ^ second)
    return product.high ^ product.low
  }
}
