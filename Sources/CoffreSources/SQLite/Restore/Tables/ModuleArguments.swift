/// What stands in the parentheses behind a virtual table's module.
struct ModuleArguments: Sendable, Hashable {
  /// `name=value`, by the names in lower case; the values without their quotes.
  private(set) var options: [String: String] = [:]

  /// - Parameter text: behind the module's name.
  init(_ text: Substring) {
    for argument in Self.arguments(Array(text.utf8)) {
      guard let equals = argument.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = Self.text(argument[..<equals]).lowercased()
      // The first of two counts; a name in quotes is a column's.
      if options[name] == nil { options[name] = Self.unquoted(argument[(equals + 1)...]) }
    }
  }

  /// Parted by commas that stand neither in quotes nor in inner parentheses.
  private static func arguments(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    guard let open = bytes.firstIndex(of: UInt8(ascii: "(")) else { return [] }
    var found: [ArraySlice<UInt8>] = []
    var start = open + 1
    var depth = 1
    var quote: UInt8?
    for index in bytes.indices[(open + 1)...] {
      let byte = bytes[index]
      if let end = quote {
        // Twice is one of it: it closes, and opens again.
        if byte == end { quote = nil }
        continue
      }
      switch byte {
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth -= 1
      default: quote = SchemaCommand.closing[byte]
      }
      guard depth == 0 || depth == 1 && byte == UInt8(ascii: ",") else { continue }
      found.append(bytes[start..<index])
      start = index + 1
      if depth == 0 { break }
    }
    return found
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    return String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  private static func unquoted(_ bytes: ArraySlice<UInt8>) -> String {
    let text = text(bytes)
    guard let first = text.utf8.first, text.utf8.count > 1, text.utf8.last == SchemaCommand.closing[first] else {
      return text
    }
    return String(text.dropFirst().dropLast())
  }
}
