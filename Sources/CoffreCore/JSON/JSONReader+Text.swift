/// Where a string stands in the text, between its quotes, not decoded yet.
package struct JSONText: Sendable, Hashable {
  package let start: Int
  package let end: Int
  /// Whether it is ASCII without escapes: its bytes are its content.
  package let isPlain: Bool

  @inlinable
  init(start: Int, end: Int, isPlain: Bool) {
    self.start = start
    self.end = end
    self.isPlain = isPlain
  }
}

extension JSONReader {
  /// Passes over a string and tells where it stands.
  @inlinable
  package mutating func text() throws(MalformedJSON) -> JSONText {
    guard try peek() == UInt8(ascii: "\"") else { throw failure("expected a string") }
    let text = Self.scanText(in: bytes.span, from: position + 1)
    guard text.end < bytes.count else { throw failure("string without end") }
    guard bytes[text.end] == UInt8(ascii: "\"") else { throw failure("control character in a string", at: text.end) }
    if !text.isPlain { try verifyEscapes(in: text) }
    position = text.end + 1
    return text
  }

  /// A string's bytes, escapes undone, in valid UTF-8.
  package mutating func string() throws(MalformedJSON) -> [UInt8] { content(of: try text()) }

  package mutating func swiftString() throws(MalformedJSON) -> String { swiftString(of: try text()) }

  /// What `text` stands for; what is no UTF-8 becomes U+FFFD.
  package func swiftString(of text: JSONText) -> String {
    if text.isPlain { return String(decoding: bytes[text.start..<text.end], as: UTF8.self) }
    return String(decoding: content(of: text), as: UTF8.self)
  }

  /// A list of strings; `null` counts as an empty one.
  package mutating func strings() throws(MalformedJSON) -> [String] {
    if try takesNull() { return [] }
    var result: [String] = []
    try enterArray()
    while try nextElement() { result.append(try swiftString()) }
    return result
  }

  /// 64 lower-case hexadecimal digits in quotes.
  @inlinable
  package mutating func digest() throws(MalformedJSON) -> Digest {
    guard try peek() == UInt8(ascii: "\"") else { throw failure("expected an id") }
    let end = position + 1 + Digest.hexCount
    guard end < bytes.count, bytes[end] == UInt8(ascii: "\""), let digest = lowerCaseDigest(at: position + 1)
    else { throw failure("expected an id of 64 hexadecimal digits") }
    position = end + 1
    return digest
  }

  /// A time of RFC 3339; `null` counts as a missing one.
  package mutating func time() throws(MalformedJSON) -> Timestamp {
    if try takesNull() { return .missing }
    return try time(of: try text())
  }

  /// The time that `text` tells.
  package func time(of text: JSONText) throws(MalformedJSON) -> Timestamp {
    guard let time = Timestamp(rfc3339: bytes.span.extracting(text.start..<text.end)) else {
      throw failure("time that cannot be read", at: text.start - 1)
    }
    return time
  }

  /// Whether two strings look the same in the text.
  @inlinable
  package func isSame(_ left: JSONText, _ right: JSONText) -> Bool {
    guard left.end &- left.start == right.end &- right.start else { return false }
    let bytes = bytes.span
    for offset in 0..<(left.end &- left.start) where bytes[left.start &+ offset] != bytes[right.start &+ offset] {
      return false
    }
    return true
  }

  /// Bytes in base64; `null` counts as none.
  package mutating func base64() throws(MalformedJSON) -> [UInt8] {
    if try takesNull() { return [] }
    let start = position
    let text = try text()
    let decoded: [UInt8]?
    if text.isPlain {
      decoded = Base64.decode(bytes.span.extracting(text.start..<text.end))
    } else {
      decoded = Base64.decode(content(of: text).span)
    }
    guard let decoded else { throw failure("base64 that cannot be read", at: start) }
    return decoded
  }

  /// The bytes that `text` stands for.
  package func content(of text: JSONText) -> [UInt8] {
    if text.isPlain { return Array(bytes[text.start..<text.end]) }
    var output = [UInt8]()
    output.reserveCapacity(text.end - text.start)
    appendContent(of: text, to: &output)
    return output
  }

  /// - Precondition: 64 bytes remain from `start` on.
  @inlinable
  func lowerCaseDigest(at start: Int) -> Digest? {
    let bytes = bytes.span
    var faults: UInt8 = 0
    let word0 = Self.lowerCaseWord(in: bytes, at: start, &faults)
    let word1 = Self.lowerCaseWord(in: bytes, at: start &+ 16, &faults)
    let word2 = Self.lowerCaseWord(in: bytes, at: start &+ 32, &faults)
    let word3 = Self.lowerCaseWord(in: bytes, at: start &+ 48, &faults)
    return faults == 0 ? Digest(words: word0, word1, word2, word3) : nil
  }

  private func appendContent(of text: JSONText, to output: inout [UInt8]) {
    let source = bytes.span.extracting(text.start..<text.end)
    var offset = 0
    while offset < source.count {
      let byte = source[offset]
      if byte == UInt8(ascii: "\\") {
        offset = appendEscape(in: source, at: offset + 1, to: &output)
      } else if byte < 0x80 {
        output.append(byte)
        offset += 1
      } else {
        let scalar = UTF8Scalar(in: source, at: offset)
        UTF8Scalar.append(scalar.isValid ? scalar.value : 0xFFFD, to: &output)
        offset += scalar.width
      }
    }
  }

  /// - Parameter offset: of the letter behind the backslash; `verifyEscapes` has seen the escape.
  /// - Returns: the offset behind the escape.
  private func appendEscape(in source: Span<UInt8>, at offset: Int, to output: inout [UInt8]) -> Int {
    switch source[offset] {
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "u"):
      let unit = hexadecimal(in: source, at: offset + 1, digits: 4) ?? 0xFFFD
      let next = offset + 5
      if unit & 0xFC00 == 0xD800, next + 5 < source.count, source[next] == UInt8(ascii: "\\"),
        source[next + 1] == UInt8(ascii: "u"), let low = hexadecimal(in: source, at: next + 2, digits: 4),
        low & 0xFC00 == 0xDC00
      {
        UTF8Scalar.append(0x1_0000 + (unit & 0x3FF) << 10 + low & 0x3FF, to: &output)
        return next + 6
      }
      UTF8Scalar.append(unit, to: &output)  // a lone surrogate becomes U+FFFD there
      return next
    default: output.append(source[offset])
    }
    return offset + 1
  }

  @usableFromInline
  func verifyEscapes(in text: JSONText) throws(MalformedJSON) {
    let source = bytes.span
    var offset = text.start
    while offset < text.end {
      guard source[offset] == UInt8(ascii: "\\") else {
        offset += 1
        continue
      }
      switch source[offset + 1] {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
        UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
        offset += 2
      case UInt8(ascii: "u"):
        guard offset + 6 <= text.end, hexadecimal(in: source, at: offset + 2, digits: 4) != nil else {
          throw failure("escape with digits that are not hexadecimal", at: offset)
        }
        offset += 6
      default: throw failure("unknown escape", at: offset)
      }
    }
  }
}

// MARK: Scanning

extension JSONReader {
  /// The end is the closing quote, or the first byte that may not stand in a string, or the end of `bytes`.
  @inlinable
  static func scanText(in bytes: Span<UInt8>, from start: Int) -> JSONText {
    var end = start
    var isPlain = true
    while end < bytes.count {
      let byte = bytes[end]
      if byte == UInt8(ascii: "\"") || byte < 0x20 { break }
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        end &+= 1
        // A control character behind the backslash ends the string as it does elsewhere.
        if end < bytes.count, bytes[end] < 0x20 { break }
      } else if byte >= 0x80 {
        isPlain = false
      }
      end &+= 1
    }
    return JSONText(start: start, end: min(end, bytes.count), isPlain: isPlain)
  }

  /// Reads 16 digits without a branch on any of them: those of a digest are as good as random.
  ///
  /// - Parameter faults: gets other bits than 0 if a byte is no lower-case digit.
  @inlinable @inline(__always)
  static func lowerCaseWord(in bytes: Span<UInt8>, at start: Int, _ faults: inout UInt8) -> UInt64 {
    var word: UInt64 = 0
    for index in start..<(start &+ 16) {
      let byte = bytes[index]
      let value = (byte & 15) &+ (byte >> 6) &* 9  // letters are 0x61 to 0x66
      let letterGap: UInt8 = (value &+ 6) >> 4 &* 39
      faults |= (value &+ 48 &+ letterGap) ^ byte | value >> 4
      word = word << 4 | UInt64(value & 15)
    }
    return word
  }
}

/// - Returns: `nil` if fewer bytes remain or one is no hexadecimal digit of either case.
package func hexadecimal(in bytes: Span<UInt8>, at offset: Int, digits: Int) -> UInt32? {
  guard bytes.count - offset >= digits else { return nil }
  var value: UInt32 = 0
  for index in offset..<(offset + digits) {
    let digit: UInt8
    switch bytes[index] {
    case 48...57: digit = bytes[index] - 48
    case 65...70: digit = bytes[index] - 55
    case 97...102: digit = bytes[index] - 87
    default: return nil
    }
    value = value << 4 | UInt32(digit)
  }
  return value
}
