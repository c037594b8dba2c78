import CoffreCore
import FoundationEssentials
import OpenSSLKit

/// What `cdc-kat.json` holds.
struct ChunkingVectors: Decodable {
  struct Case: Decodable {
    struct Input: Decodable {
      let stream_seed: String?
      let repeat_byte: UInt8?
    }
    struct Chunk: Decodable {
      let start: Int
      let length: Int
      let fingerprint_at_cut: String?
      let sha256: String
    }
    let name: String
    let input: Input
    let polynomial: String
    let size: Int
    let sha256: String
    let chunks: [Chunk]
  }
  struct Tables: Decodable {
    let out: [String: String]
    let mod: [String: String]
    let sha256_of_out_as_256_u64_LE: String
    let sha256_of_mod_as_256_u64_LE: String
  }
  struct WindowFingerprint: Decodable {
    let window: String
    let fingerprint: String
  }
  struct Derivation: Decodable {
    let first_irreducible_word_index: Int
    let polynomial: String
  }
  struct Irreducibility: Decodable {
    let polynomial: String
    let irreducible: Bool
  }

  let polynomial: String
  let cases: [Case]
  let tables: Tables
  let window_fingerprints: [WindowFingerprint]
  let derive_polynomial: Derivation
  let irreducibility: [Irreducibility]

  static func read() throws -> ChunkingVectors {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = tests.appending(path: "CoffreTestKit/Vectors/cdc-kat.json")
    return try JSONDecoder().decode(ChunkingVectors.self, from: Data(contentsOf: file))
  }
}

// MARK: Inputs

extension ChunkingVectors.Case {
  var content: [UInt8] {
    if let seed = input.stream_seed { return sampleStream(seed: seed, count: size) }
    if let byte = input.repeat_byte { return [UInt8](repeating: byte, count: size) }
    return sampleText(count: size)
  }
}

/// Block i is SHA-256(seed, i as eight little-endian bytes).
func sampleStream(seed: String, count: Int) -> [UInt8] {
  let hasher = SHA256Hasher()
  var result: [UInt8] = []
  result.reserveCapacity(count + Digest.byteCount)
  var block = Array(seed.utf8) + littleEndianBytes(of: 0)
  var index: UInt64 = 0
  while result.count < count {
    for byte in 0..<8 { block[block.count - 8 + byte] = UInt8(truncatingIfNeeded: index >> UInt64(8 * byte)) }
    hasher.hash(block.span).append(to: &result)
    index += 1
  }
  result.removeLast(result.count - count)
  return result
}

/// The lines of `big.txt` of the repository vectors.
func sampleText(count: Int) -> [UInt8] {
  let hasher = SHA256Hasher()
  var result: [UInt8] = []
  result.reserveCapacity(count + 80)
  var index: UInt64 = 0
  while result.count < count {
    let digits = String(index)
    let mark = sampleBlock(seed: "coffre-text", index: index, with: hasher).hexBytes.prefix(2)
    result.append(contentsOf: "line ".utf8)
    result.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(7 - digits.utf8.count, 0)))
    result.append(contentsOf: digits.utf8)
    result.append(contentsOf: " of the coffre five megabyte file, mark ".utf8)
    result.append(contentsOf: mark)
    result.append(UInt8(ascii: "\n"))
    index += 1
  }
  result.removeLast(result.count - count)
  return result
}

private func sampleBlock(seed: String, index: UInt64, with hasher: SHA256Hasher) -> Digest {
  let block = Array(seed.utf8) + littleEndianBytes(of: index)
  return hasher.hash(block.span)
}

func littleEndianBytes(of word: UInt64) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
}
