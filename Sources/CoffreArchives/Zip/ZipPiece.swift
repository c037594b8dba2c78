import CoffreCore
import OpenSSLKit
import ZlibKit

/// A part of an entry's content on its way into a zip.
struct ZipPiece: Sendable {
  enum Way: Sendable {
    case store
    /// As a part of a stream that refers to the bytes before it.
    case deflate(after: [UInt8], isLast: Bool)
    /// All there is of the entry: compressed if it gets smaller.
    case shrink
  }

  let bytes: [UInt8]
  let way: Way
  /// What the entry is encrypted with; the first piece of each brings it, as deriving its keys takes time too.
  var lock: Lock?

  struct Lock: Sendable {
    let password: Secret
    let salt: [UInt8]
  }

  struct Packed: Sendable {
    let bytes: [UInt8]
    let method: ZipRecord.Method
    let sum: CRC32
    /// Before it was compressed.
    let count: Int
    var keys: WinZipCipher.Keys?
  }

  /// What each thread works with.
  struct Tools {
    let deflater: Deflater
    /// For a look whether it shrinks, where that is wanted.
    let quick: Deflater?

    init(level: Int, looks: Bool) {
      deflater = Deflater(level: level)
      quick = looks ? Deflater(level: 1) : nil
    }
  }

  /// So much of an entry shows whether it shrinks.
  static let sampleSize = 64 << 10
  /// Compressing less than this takes no longer than looking.
  private static let smallest = 16 << 10

  func pack(_ tools: Tools) -> Packed {
    var packed = compressed(tools)
    packed.keys = lock.map { WinZipCipher.Keys(password: $0.password.exposedBytes, salt: $0.salt) }
    return packed
  }

  private func compressed(_ tools: Tools) -> Packed {
    var sum = CRC32()
    sum.update(bytes.span)
    let stored = Packed(bytes: bytes, method: .stored, sum: sum, count: bytes.count)
    var output: [UInt8] = []
    switch way {
    case .store: return stored
    case .deflate(let history, let isLast):
      tools.deflater.compress(bytes.span, after: history.span, isLast: isLast, into: &output)
    case .shrink:
      if let quick = tools.quick, bytes.count > Self.smallest {
        let sample = bytes.span.extracting(0..<min(bytes.count, Self.sampleSize))
        guard quick.shrinks(sample) else { return stored }
      }
      let nothing: [UInt8] = []
      tools.deflater.compress(bytes.span, after: nothing.span, isLast: true, into: &output)
      guard output.count < bytes.count else { return stored }
    }
    return Packed(bytes: output, method: .deflated, sum: sum, count: bytes.count)
  }
}
