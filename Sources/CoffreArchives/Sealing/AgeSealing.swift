import CoffreCore
import OpenSSLKit

/// age v1: header, then the stream in pieces of 64 KiB under ChaCha20-Poly1305.
enum AgeSealing {
  /// 2^17: 128 MiB of memory for an instant. age's own files take 2^18.
  private static let passphraseCost = 17
  private static let nonceSize = 16

  static func sealer(for recipients: [AgeRecipient], into sink: any ByteSink) throws -> any EndingSink {
    guard !recipients.isEmpty else {
      throw ArchiveError(.unsupported, format: "age", because: "no recipient is named")
    }
    let fileKey = randomBytes(AgeHeader.fileKeySize)
    return try sealer(fileKey, try AgeHeader.sealed(fileKey, for: recipients), into: sink)
  }

  static func sealer(with passphrase: Secret, into sink: any ByteSink) throws -> any EndingSink {
    let fileKey = randomBytes(AgeHeader.fileKeySize)
    return try sealer(
      fileKey, try AgeHeader.sealed(fileKey, with: passphrase, cost: passphraseCost), into: sink)
  }

  private static func sealer(_ fileKey: [UInt8], _ header: [UInt8], into sink: any ByteSink) throws -> any EndingSink {
    let nonce = randomBytes(nonceSize)
    try sink.write((header + nonce).span)
    return PieceSealer(layout(fileKey, nonce: nonce, headerLength: 0), into: sink)
  }

  static func isAge(_ start: [UInt8]) -> Bool { start.starts(with: AgeHeader.magic.utf8) }

  /// Whether a passphrase opens it: then nothing else does.
  static func isForPassphrase(_ start: [UInt8]) -> Bool { start.starts(with: (AgeHeader.magic + #"-> scrypt "#).utf8) }

  static func open(_ input: any ArchiveInput, _ keys: ArchiveKeys) throws -> any ArchiveInput {
    let start = try input.bytes(at: 0, count: Int(min(Int64(AgeHeader.limit), input.size ?? 0)))
    let header = try AgeHeader(start)
    let fileKey = try header.fileKey(keys)
    let nonce = try input.bytes(at: Int64(header.length), count: nonceSize)
    guard nonce.count == nonceSize else {
      throw ArchiveError(.damaged, format: "age", because: "it ends in the middle")
    }
    return try PieceInput(input, layout(fileKey, nonce: nonce, headerLength: Int64(header.length + nonceSize)))
  }

  private static func layout(_ fileKey: [UInt8], nonce: [UInt8], headerLength: Int64) -> PieceLayout {
    PieceLayout(
      algorithm: .chaCha20Poly1305, key: hkdfSHA256(fileKey, salt: nonce, info: Array("payload".utf8), count: 32),
      headerLength: headerLength, pieceSize: 64 << 10, firstPieceSize: 64 << 10,
      nonce: { number, isLast in
        // Eleven bytes of the number, then whether it is the last.
        [0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: number >> Int64(8 * (7 - $0))) } + [isLast ? 1 : 0]
      }, name: "age")
  }
}
