import CoffreCore
import OpenSSLKit

/// Tink's streaming AEAD `AES256_GCM_HKDF_1MB`, with no associated data: a header of 40 bytes, then pieces of 1 MiB.
enum AESSealing {
  private static let saltSize = 32
  private static let prefixSize = 7
  static let headerSize = 1 + saltSize + prefixSize
  static let segmentSize = 1 << 20

  static func sealer(_ key: AESKey, into sink: any ByteSink) throws -> any EndingSink {
    let salt = randomBytes(saltSize)
    let prefix = randomBytes(prefixSize)
    try sink.write(([UInt8(headerSize)] + salt + prefix).span)
    return PieceSealer(layout(key.primary, salt: salt, prefix: prefix), into: sink)
  }

  static func open(_ input: any ArchiveInput, _ key: AESKey) throws -> any ArchiveInput {
    let header = try input.bytes(at: 0, count: headerSize)
    guard header.count == headerSize, header[0] == UInt8(headerSize) else {
      throw ArchiveError(.damaged, format: "aes", because: "its header is malformed")
    }
    let salt = Array(header[1..<(1 + saltSize)])
    let prefix = Array(header[(1 + saltSize)...])
    for secret in [key.primary] + key.others {
      do {
        return try PieceInput(input, layout(secret, salt: salt, prefix: prefix))
      } catch let error as ArchiveError {
        // What cannot be read, or is not to be read on, says nothing of the key.
        guard error.reason == .damaged else { throw error }
      }
    }
    // The last piece does not open: of a whole file that is the key.
    throw ArchiveError(.wrongKey, format: "aes", because: "the key is another one, or the end of the file is missing")
  }

  private static func layout(_ secret: Secret, salt: [UInt8], prefix: [UInt8]) -> PieceLayout {
    let pieceSize = segmentSize - PieceCipher.overhead
    return PieceLayout(
      algorithm: .aes256GCM, key: hkdfSHA256(secret.exposedBytes, salt: salt, info: [], count: 32),
      headerLength: Int64(headerSize), pieceSize: pieceSize, firstPieceSize: pieceSize - headerSize,
      nonce: { number, isLast in
        prefix + (0..<4).map { UInt8(truncatingIfNeeded: number >> Int64(8 * (3 - $0))) } + [isLast ? 1 : 0]
      }, name: "aes")
  }
}
