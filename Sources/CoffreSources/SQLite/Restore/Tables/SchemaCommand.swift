import CoffreCore

/// The command that made something, as SQLite keeps it: `CREATE`, what it is, its name, the rest.
struct SchemaCommand: Sendable, Hashable {
  private let opening: String
  /// What stands behind the name.
  let rest: String

  /// What ends a name in quotes, by what begins it.
  static let closing: [UInt8: UInt8] = [
    UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "`"): UInt8(ascii: "`"),
    UInt8(ascii: "'"): UInt8(ascii: "'"), UInt8(ascii: "["): UInt8(ascii: "]"),
  ]

  private static let openings = [
    #"CREATE TABLE "#, #"CREATE VIRTUAL TABLE "#, #"CREATE UNIQUE INDEX "#, #"CREATE INDEX "#, #"CREATE TRIGGER "#,
  ]

  /// - Returns: `nil` for what is none of those.
  init?(_ sql: String) {
    guard let opening = Self.openings.first(where: { sql.hasPrefix($0) }) else { return nil }
    self.opening = opening
    let bytes = Array(sql.utf8.dropFirst(opening.utf8.count))
    guard let end = Self.endOfName(bytes) else { return nil }
    rest = String(decoding: bytes[end...], as: UTF8.self)
  }

  /// The command for the same thing with another name.
  func text(named name: String) -> String { opening + quoted(name) + rest }

  /// Behind the first name.
  private static func endOfName(_ bytes: [UInt8]) -> Int? {
    guard let first = bytes.first else { return nil }
    guard let mark = closing[first] else {
      return bytes.firstIndex { !isPartOfName($0) } ?? bytes.endIndex
    }
    var position = 1
    while position < bytes.count {
      if bytes[position] == mark {
        // Twice is one of it, but for brackets.
        guard mark != UInt8(ascii: "]"), position + 1 < bytes.count, bytes[position + 1] == mark else {
          return position + 1
        }
        position += 1
      }
      position += 1
    }
    return nil
  }

  private static func isPartOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...0xFF:
      true
    default: false
    }
  }
}
