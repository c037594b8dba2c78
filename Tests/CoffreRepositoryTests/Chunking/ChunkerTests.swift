import CoffreCore
import OpenSSLKit
import Testing

@testable import CoffreRepository

@Suite("Chunking: known answers")
struct ChunkerTests {
  let vectors: ChunkingVectors

  init() throws { vectors = try ChunkingVectors.read() }

  @Test func `cuts as restic does`() throws {
    let hasher = SHA256Hasher()
    #expect(vectors.cases.count == 18)
    for known in vectors.cases {
      let content = known.content
      let digest = hasher.hash(content.span)
      #expect(digest.description == known.sha256, "the input of \(known.name) is made wrongly")
      let chunker = ContentChunker(polynomial: try #require(RabinPolynomial(hex: known.polynomial)))
      let lengths = chunker.lengths(of: content)
      #expect(lengths == known.chunks.map(\.length), "\(known.name)")
      for chunk in known.chunks {
        let digest = hasher.hash(content.span.extracting(chunk.start..<(chunk.start + chunk.length)))
        #expect(digest.description == chunk.sha256)
        guard let fingerprint = chunk.fingerprint_at_cut, chunk.length >= ContentChunker.window else { continue }
        let found = chunker.fingerprint(in: content.span, before: chunk.start + chunk.length)
        #expect(found == UInt64(fingerprint, radix: 16), "\(known.name) at \(chunk.start)")
      }
    }
  }

  @Test func `fingerprints of single windows`() throws {
    let chunker = ContentChunker(polynomial: try #require(RabinPolynomial(hex: vectors.polynomial)))
    #expect(vectors.window_fingerprints.count == 4)
    for known in vectors.window_fingerprints {
      let digits = try known.window.map { try #require($0.hexDigitValue) }
      let window = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
      let fingerprint = chunker.fingerprint(in: window.span, before: window.count)
      #expect(fingerprint == UInt64(known.fingerprint, radix: 16))
    }
  }

  @Test func `tables are restic's`() throws {
    let polynomial = try #require(RabinPolynomial(hex: vectors.polynomial))
    let mod = ContentChunker(polynomial: polynomial).overflowing
    let out = ContentChunker.table(of: polynomial, shiftedBy: 8 * 63)
    for (table, known) in [(mod, vectors.tables.mod), (out, vectors.tables.out)] {
      #expect(known.count == 7)
      for (index, value) in known { #expect(table[try #require(Int(index))] == UInt64(value, radix: 16)) }
    }
    let hasher = SHA256Hasher()
    let modBytes = mod.flatMap(littleEndianBytes)
    let outBytes = out.flatMap(littleEndianBytes)
    let (modDigest, outDigest) = (hasher.hash(modBytes.span), hasher.hash(outBytes.span))
    #expect(modDigest.description == vectors.tables.sha256_of_mod_as_256_u64_LE)
    #expect(outDigest.description == vectors.tables.sha256_of_out_as_256_u64_LE)
  }

  @Test func `the leaving table is restic's, one byte later`() {
    let polynomial = RabinPolynomial(0x3da3_358b_4dc1_73)
    let chunker = ContentChunker(polynomial: polynomial)
    let later = ContentChunker.table(of: polynomial, shiftedBy: 8 * 63).map {
      RabinPolynomial($0).shifted(by: 8, modulo: polynomial).coefficients
    }
    #expect(chunker.leaving == later)
  }
}

extension ContentChunker {
  /// All chunks of `content`, handed over at once.
  func lengths(of content: [UInt8]) -> [Int] {
    var lengths: [Int] = []
    var start = 0
    var scanned = 0
    while let length = cut(in: content.span, from: start, isLast: true, scanned: &scanned) {
      lengths.append(length)
      start += length
    }
    return lengths
  }
}
