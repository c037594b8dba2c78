import FoundationEssentials

/// What `crypto-kat.json` holds.
struct CryptoVectors: Decodable {
  struct Key: Decodable {
    let encrypt: Hex
    let mac_k: Hex
    let mac_r: Hex
    let mac_r_clamped: Hex
  }
  struct Tag: Decodable {
    let nonce: Hex
    let msg: Hex
    let mac: Hex
  }
  struct Stream: Decodable {
    let key: Hex
    let iv: Hex
    let plaintext: Hex
    let ciphertext: Hex
  }
  struct Sealed: Decodable {
    let iv: Hex
    let plaintext: Hex
    let sealed: Hex
  }
  struct Scrypt: Decodable {
    let password_utf8: Hex
    let salt: Hex
    let N: Int
    let r: Int
    let p: Int
    let out64: Hex
  }
  struct KeyFile: Decodable {
    let password: String
    let file_bytes_utf8: String
    let file_name: String
    let master_json: String
  }
  struct KeyFileContent: Decodable {
    let N: Int
    let r: Int
    let p: Int
    let salt: Data
    let data: Data
  }
  struct Pack: Decodable {
    struct Entry: Decodable {
      let type_byte: Int
      let id: String
      let offset: Int
      let length: Int
      let plaintext: Hex
      let stored_before_encryption: Hex
    }
    let header_plain: Hex
    let header_sealed_length: Int
    let entries: [Entry]
    let pack_bytes: Hex
    let pack_id: String
  }
  struct Unpacked: Decodable {
    let json: String
    let plaintext: Hex
    let file_bytes: Hex
    let file_name: String
  }

  let key: Key
  let poly1305_aes: [Tag]
  let aes256_ctr: [Stream]
  let seal: [Sealed]
  let scrypt: [Scrypt]
  let keyfile: KeyFile
  let pack: Pack
  let unpacked_v2: Unpacked

  static func read() throws -> CryptoVectors {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appending(path: "CoffreTestKit/Vectors/crypto-kat.json")
    return try JSONDecoder().decode(CryptoVectors.self, from: Data(contentsOf: file))
  }
}

/// Bytes that stand as hexadecimal digits in a JSON string.
struct Hex: Decodable {
  let bytes: [UInt8]

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let bytes = [UInt8](hex: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not hexadecimal")
    }
    self.bytes = bytes
  }
}

extension [UInt8] {
  init?(hex: String) {
    let digits = hex.compactMap(\.hexDigitValue)
    guard digits.count == hex.count, digits.count.isMultiple(of: 2) else { return nil }
    self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
