import CoffreCore
import OpenSSLKit

/// The names of files as mongodump makes them of collections' names, so that mongorestore and others find what they look
/// for. Every byte that a file system could take for something else is written %XX.
enum MongoFileName {
  /// Of the name before its longest suffix, in bytes.
  private static let longest = 238
  private static let kept = 208
  private static let plain = Set("-._~$&+=@".utf8)

  /// - Parameter suffix: `.bson` or `.metadata.json`.
  static func fileName(of collection: String, suffix: String) -> PathBytes {
    var escaped: [UInt8] = []
    for byte in collection.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        escaped.append(byte)
      case _ where plain.contains(byte): escaped.append(byte)
      default: PercentEncoding.appendEscaped(byte, to: &escaped)
      }
    }
    guard escaped.count > longest else { return escaped + Array(suffix.utf8) }
    // As mongodump does, but for the hash: what the name was stands in the file with the definition.
    let digits = SHA256Hasher().hash(Array(collection.utf8).span).hexBytes.prefix(27)
    return Array(escaped.prefix(kept)) + Array("%24".utf8) + digits + Array(suffix.utf8)
  }
}
