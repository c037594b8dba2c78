import CoffreCore

/// Reads the lists of a REST server: version 2, objects with `name` and `size`; or version 1, names only.
enum RESTList {
  struct Entry: Sendable, Hashable {
    let name: String
    /// In bytes; `nil` if the list does not tell.
    let size: Int64?
  }

  struct Malformed: Error, Sendable, Hashable {
    let problem: Message
    let offset: Int
  }

  /// - Throws: unless the text is one whole array; a list that broke off is no list.
  static func entries(in text: Span<UInt8>) throws(Malformed) -> [Entry] {
    var scanner = Scanner(position: 0)
    var entries: [Entry] = []
    try scanner.array(text) { (scanner, text) throws(Malformed) in
      if scanner.peek(text) == UInt8(ascii: "\"") {
        entries.append(Entry(name: try scanner.string(text), size: nil))
      } else {
        entries.append(try scanner.entry(text))
      }
    }
    guard scanner.peek(text) == nil else { throw scanner.problem("something follows the list") }
    return entries
  }
}

/// A position in a JSON text, and the steps that move it.
private struct Scanner {
  var position: Int
  private var depth = 0
  private static let deepest = 32

  init(position: Int) { self.position = position }

  func problem(_ text: Message) -> RESTList.Malformed { RESTList.Malformed(problem: text, offset: position) }

  /// The next byte that is no space.
  mutating func peek(_ text: Span<UInt8>) -> UInt8? {
    while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
    return position < text.count ? text[position] : nil
  }

  mutating func take(_ character: Unicode.Scalar, _ text: Span<UInt8>) throws(RESTList.Malformed) {
    guard peek(text) == UInt8(ascii: character) else { throw problem("'\(character)' is missing") }
    position += 1
  }

  mutating func array(
    _ text: Span<UInt8>, _ element: (inout Scanner, Span<UInt8>) throws(RESTList.Malformed) -> Void
  ) throws(RESTList.Malformed) {
    try sequence("[", "]", text, element)
  }

  private mutating func sequence(
    _ opening: Unicode.Scalar, _ closing: Unicode.Scalar, _ text: Span<UInt8>,
    _ element: (inout Scanner, Span<UInt8>) throws(RESTList.Malformed) -> Void
  ) throws(RESTList.Malformed) {
    try take(opening, text)
    depth += 1
    guard depth <= Self.deepest else { throw problem("it is nested too deeply") }
    defer { depth -= 1 }
    if peek(text) == UInt8(ascii: closing) {
      position += 1
      return
    }
    while true {
      try element(&self, text)
      if peek(text) == UInt8(ascii: ",") {
        position += 1
        continue
      }
      return try take(closing, text)
    }
  }

  /// An object with a name and a size; other fields are passed over.
  mutating func entry(_ text: Span<UInt8>) throws(RESTList.Malformed) -> RESTList.Entry {
    var name: String?
    var size: Int64?
    try sequence("{", "}", text) { (scanner, text) throws(RESTList.Malformed) in
      let field = try scanner.string(text)
      try scanner.take(":", text)
      switch field {
      case "name": name = try scanner.string(text)
      case "size": size = try scanner.number(text)
      default: try scanner.passOver(text)
      }
    }
    guard let name, let size else { throw problem("an object has no name or no size") }
    guard size >= 0 else { throw problem("an object has a negative size") }
    return RESTList.Entry(name: name, size: size)
  }

  private mutating func number(_ text: Span<UInt8>) throws(RESTList.Malformed) -> Int64 {
    _ = peek(text)
    var digits = ""
    while position < text.count, text[position] == 0x2D || (0x30...0x39).contains(text[position]) {
      digits.unicodeScalars.append(UnicodeScalar(text[position]))
      position += 1
    }
    guard let number = Int64(digits) else { throw problem("a size is no whole number") }
    return number
  }

  /// Escapes are decoded, save surrogates: no name of ours has any.
  mutating func string(_ text: Span<UInt8>) throws(RESTList.Malformed) -> String {
    try take("\"", text)
    var bytes: [UInt8] = []
    while position < text.count {
      let byte = text[position]
      position += 1
      if byte == UInt8(ascii: "\"") {
        guard let name = String(validating: bytes, as: UTF8.self) else { throw problem("a text is not UTF-8") }
        return name
      }
      guard byte >= 0x20 else { throw problem("a text holds a control character") }
      if byte == UInt8(ascii: "\\") { try escape(text, into: &bytes) } else { bytes.append(byte) }
    }
    throw problem("it ends too early")
  }

  private mutating func escape(_ text: Span<UInt8>, into bytes: inout [UInt8]) throws(RESTList.Malformed) {
    guard position < text.count else { throw problem("it ends too early") }
    let letter = text[position]
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(letter)
    case UInt8(ascii: "b"): bytes.append(8)
    case UInt8(ascii: "f"): bytes.append(12)
    case UInt8(ascii: "n"): bytes.append(10)
    case UInt8(ascii: "r"): bytes.append(13)
    case UInt8(ascii: "t"): bytes.append(9)
    case UInt8(ascii: "u"):
      guard position + 4 <= text.count else { throw problem("it ends too early") }
      var digits = ""
      for index in position..<(position + 4) { digits.unicodeScalars.append(UnicodeScalar(text[index])) }
      guard let value = UInt16(digits, radix: 16) else { throw problem("an escape is none") }
      position += 4
      bytes += Array(String(UnicodeScalar(value) ?? "\u{FFFD}").utf8)
    default: throw problem("an escape is none")
    }
  }

  /// Any value.
  private mutating func passOver(_ text: Span<UInt8>) throws(RESTList.Malformed) {
    switch peek(text) {
    case UInt8(ascii: "\"")?: _ = try string(text)
    case UInt8(ascii: "[")?:
      try sequence("[", "]", text) { (scanner, text) throws(RESTList.Malformed) in try scanner.passOver(text) }
    case UInt8(ascii: "{")?:
      try sequence("{", "}", text) { (scanner, text) throws(RESTList.Malformed) in
        _ = try scanner.string(text)
        try scanner.take(":", text)
        try scanner.passOver(text)
      }
    default:
      let start = position
      while position < text.count, !",]} \n\r\t".utf8.contains(text[position]) { position += 1 }
      guard position > start else { throw problem("a value is missing") }
    }
  }
}
