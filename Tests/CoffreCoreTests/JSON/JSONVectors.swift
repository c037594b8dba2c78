import CoffreCore
import CoffreTestKit
import Foundation

/// The known answers of `Tests/CoffreTestKit/Vectors/json-kat.json`, read with another JSON reader than the one under test.
enum JSONVectors {
  private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "CoffreTestKit/Vectors/json-kat.json")

  struct Unreadable: Error { let name: String }

  static func objects(_ key: String) throws -> [[String: Any]] {
    let value = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    guard let object = value as? [String: Any], let list = object[key] as? [[String: Any]] else {
      throw Unreadable(name: key)
    }
    return list
  }
}

/// The bytes that hexadecimal digits tell.
func bytes(hex: String) -> [UInt8] {
  let digits = Array(hex.utf8)
  return stride(from: 0, to: digits.count - 1, by: 2).compactMap { index in
    UInt8(String(decoding: digits[index..<(index + 2)], as: UTF8.self), radix: 16)
  }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// An id made of a number, evenly spread.
func digest(_ number: UInt64) -> Digest {
  var generator = SeededRandom(seed: number)
  return Digest(words: generator.next(), generator.next(), generator.next(), generator.next())
}
