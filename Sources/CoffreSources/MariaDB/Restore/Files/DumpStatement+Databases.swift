import CoffreCore

// What is said of a database itself.

extension DumpStatement {
  private static let properties: Set<String> = [
    "DEFAULT", "CHARACTER", "CHARSET", "COLLATE", "COMMENT", "ENCRYPTION",
  ]

  /// Behind `CREATE DATABASE`.
  static func createdDatabase(_ words: inout DumpWords) throws(DumpWords.Deviation) -> Meaning {
    words.passCondition()
    let name = try words.name()
    return .makesDatabase(name, properties: try passProperties(&words))
  }

  /// Behind `DROP DATABASE`.
  static func droppedDatabase(_ words: inout DumpWords) throws(DumpWords.Deviation) -> Meaning {
    words.passCondition()
    return .dropsDatabase(try words.lastName())
  }

  /// Behind `ALTER DATABASE`.
  static func alteredDatabase(_ words: inout DumpWords) throws(DumpWords.Deviation) -> Meaning {
    var ahead = words
    if properties.contains(words.word), (try? passProperties(&ahead)) != nil {
      words = ahead
      return .altersDatabase(name: nil, at: nil)
    }
    let place = words.piece?.range
    let name = try words.name()
    guard words.piece != nil else { throw .strange }
    _ = try passProperties(&words)
    return .altersDatabase(name: name, at: place)
  }

  /// Passes all that is left: a database's character set, its collation, its remark. To the server some of these words may
  /// be the name of a database, too, so that each must stand before a value.
  ///
  /// - Returns: what was passed, without remarks, with a space before each word.
  private static func passProperties(_ words: inout DumpWords) throws(DumpWords.Deviation) -> [UInt8] {
    var passed: [UInt8] = []
    func take() {
      guard let piece = words.piece else { return }
      passed += [UInt8(ascii: " ")] + words.text(piece)
      words.advance()
    }
    while words.piece != nil {
      if words.word == "DEFAULT" { take() }
      let property = words.word
      switch property {
      case "CHARSET", "COLLATE", "COMMENT", "ENCRYPTION": take()
      case "CHARACTER":
        take()
        guard words.word == "SET" else { throw .strange }
        take()
      default: throw .strange
      }
      if words.isMark("=") { take() }
      guard let value = words.piece else { throw .strange }
      switch value.kind {
      case .text: break
      case .word where property != "COMMENT" && !properties.contains(words.word): break
      default: throw .strange
      }
      take()
    }
    return passed
  }
}
