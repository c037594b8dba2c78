import CoffreCore
import FoundationEssentials
import OpenSSLKit
import SodiumKit
import Testing
import ZstdKit

/// Whole objects of a repository, opened with nothing but the kits.
@Suite("Known objects")
struct KnownObjectTests {
  let vectors: CryptoVectors
  let cipher: BlobCipher
  let hasher = SHA256Hasher()

  init() throws {
    vectors = try CryptoVectors.read()
    let key = vectors.key
    cipher = BlobCipher(encryption: key.encrypt.bytes, macKey: key.mac_k.bytes, macR: key.mac_r.bytes)
  }

  @Test func `a password opens the key file`() throws {
    let file = Array(vectors.keyfile.file_bytes_utf8.utf8)
    #expect(hasher.hash(file).description == vectors.keyfile.file_name)
    let content = try JSONDecoder().decode(CryptoVectors.KeyFileContent.self, from: Data(file))
    let key = try scrypt(
      password: Array(vectors.keyfile.password.utf8), salt: Array(content.salt), n: content.N, r: content.r,
      p: content.p, count: 64)
    let user = BlobCipher(encryption: Array(key[..<32]), macKey: Array(key[32..<48]), macR: Array(key[48...]))
    #expect(try open(Array(content.data), with: user) == Array(vectors.keyfile.master_json.utf8))
  }

  @Test func `a pack gives its header and its blobs`() throws {
    let pack = vectors.pack.pack_bytes.bytes
    #expect(hasher.hash(pack).description == vectors.pack.pack_id)
    let headerLength = vectors.pack.header_sealed_length
    #expect(Array(pack.suffix(4)) == [UInt8(headerLength), 0, 0, 0])
    let header = Array(pack[(pack.count - 4 - headerLength)..<(pack.count - 4)])
    #expect(try open(header, with: cipher) == vectors.pack.header_plain.bytes)
    #expect(vectors.pack.entries.count == 3)
    for entry in vectors.pack.entries {
      let stored = try open(Array(pack[entry.offset..<(entry.offset + entry.length)]), with: cipher)
      #expect(stored == entry.stored_before_encryption.bytes)
      var plaintext = stored
      if entry.type_byte >= 2 {
        try ZstdDecompressor().decompress(stored.span, into: &plaintext, expecting: entry.plaintext.bytes.count)
      }
      #expect(plaintext == entry.plaintext.bytes)
      #expect(hasher.hash(plaintext).description == entry.id)
    }
  }

  @Test func `an unpacked file gives its JSON`() throws {
    let file = vectors.unpacked_v2.file_bytes.bytes
    #expect(hasher.hash(file).description == vectors.unpacked_v2.file_name)
    let plaintext = try open(file, with: cipher)
    #expect(plaintext == vectors.unpacked_v2.plaintext.bytes)
    #expect(plaintext.first == 2)
    var json: [UInt8] = []
    try ZstdDecompressor().decompress(plaintext.span.extracting(1...), into: &json, limit: 1 << 30)
    #expect(json == Array(vectors.unpacked_v2.json.utf8))
  }

  private func open(_ sealed: [UInt8], with cipher: BlobCipher) throws -> [UInt8] {
    var output: [UInt8] = []
    try cipher.open(sealed.span, into: &output)
    return output
  }
}
