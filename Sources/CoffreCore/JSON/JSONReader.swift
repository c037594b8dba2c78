/// Reads a JSON text value by value, as the caller asks for them (a pull reader).
///
/// Strict where it matters and never more: numbers are integers, a nesting deeper than `maximumDepth` is refused. Bytes
/// that are not UTF-8 and lone surrogates in strings become U+FFFD, as in Go. Each element and each field that
/// `nextElement` and `nextField` announce must be read or skipped before the next is asked for.
package struct JSONReader: Sendable {
  package static let maximumDepth = 128

  /// The whole text.
  package let bytes: [UInt8]
  /// In bytes from the start: where the next value is looked for.
  package var position = 0
  @usableFromInline var depth = 0
  /// Whether nothing of the container just entered was read yet, so that no comma is due.
  @usableFromInline var isFirst = false

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// What to throw about the text at `offset`, or at the position.
  package func failure(_ problem: Message, at offset: Int? = nil) -> MalformedJSON {
    MalformedJSON(offset: offset ?? position, problem: problem)
  }

  /// The next byte that is no white space, which is not consumed.
  @inlinable @inline(__always)
  package mutating func peek() throws(MalformedJSON) -> UInt8 {
    while position < bytes.count {
      let byte = bytes[position]
      if byte > 0x20 { return byte }
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      position &+= 1
    }
    throw failure("the text ends too early")
  }

  @inlinable @inline(__always)
  mutating func expect(_ byte: UInt8) throws(MalformedJSON) {
    guard try peek() == byte else { throw failure("expected '\(Character(UnicodeScalar(byte)))'") }
    position &+= 1
  }

  /// Makes sure that only white space follows.
  package mutating func finish() throws(MalformedJSON) {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else {
        throw failure("something follows the end")
      }
      position += 1
    }
  }
}

// MARK: Containers

extension JSONReader {
  @inlinable
  package mutating func enterObject() throws(MalformedJSON) { try enter(UInt8(ascii: "{")) }
  @inlinable
  package mutating func enterArray() throws(MalformedJSON) { try enter(UInt8(ascii: "[")) }

  /// Moves to the next element of the array entered last.
  ///
  /// - Returns: `false` behind the last one; the array is left then.
  @inlinable
  package mutating func nextElement() throws(MalformedJSON) -> Bool { try advance(closing: UInt8(ascii: "]")) }

  /// Moves to the value of the next field of the object entered last.
  ///
  /// - Returns: its key, or `nil` behind the last field; the object is left then.
  @inlinable
  package mutating func nextKey() throws(MalformedJSON) -> JSONText? {
    guard try advance(closing: UInt8(ascii: "}")) else { return nil }
    let key = try text()
    try expect(UInt8(ascii: ":"))
    return key
  }

  /// Moves to the value of the next field that `fields` knows; others are skipped.
  ///
  /// - Returns: `nil` behind the last field; the object is left then.
  @inlinable @inline(__always)
  package mutating func nextField<Field>(_ fields: inout JSONFields<Field>) throws(MalformedJSON) -> Field? {
    guard let number = try nextField(among: &fields.names) else { return nil }
    return fields.fields[number]
  }

  @usableFromInline
  mutating func nextField(among names: inout JSONFieldNames) throws(MalformedJSON) -> Int? {
    while let key = try nextKey() {
      if key.isPlain {
        if let number = names.number(of: bytes.span, from: key.start, to: key.end) { return number }
      } else {
        let name = content(of: key)
        if let number = names.number(of: name.span, from: 0, to: name.count) { return number }
      }
      try skipValue()
    }
    return nil
  }

  @inlinable
  mutating func enter(_ opening: UInt8) throws(MalformedJSON) {
    try expect(opening)
    guard depth < Self.maximumDepth else { throw failure("nested too deeply", at: position - 1) }
    depth += 1
    isFirst = true
  }

  @inlinable @inline(__always)
  mutating func advance(closing: UInt8) throws(MalformedJSON) -> Bool {
    let byte = try peek()
    if byte == closing {
      position &+= 1
      depth &-= 1
      isFirst = false
      return false
    }
    if isFirst {
      isFirst = false
      return true
    }
    guard byte == UInt8(ascii: ",") else { throw failure("expected ',' or the end of the list or object") }
    position &+= 1
    return true
  }
}

// MARK: Plain values

extension JSONReader {
  /// Consumes a `null` if that is the next value.
  @inlinable
  package mutating func takesNull() throws(MalformedJSON) -> Bool {
    guard try peek() == UInt8(ascii: "n") else { return false }
    try word([0x6E, 0x75, 0x6C, 0x6C])
    return true
  }

  package mutating func bool() throws(MalformedJSON) -> Bool {
    switch try peek() {
    case UInt8(ascii: "t"):
      try word([0x74, 0x72, 0x75, 0x65])
      return true
    case UInt8(ascii: "f"):
      try word([0x66, 0x61, 0x6C, 0x73, 0x65])
      return false
    default: throw failure("expected true or false")
    }
  }

  @inlinable
  package mutating func unsigned() throws(MalformedJSON) -> UInt64 {
    let first = try peek()
    let start = position
    guard isDigit(first) else { throw failure("expected a number without sign") }
    var value: UInt64 = 0
    while position < bytes.count, isDigit(bytes[position]) {
      let (tenfold, overflowed) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = tenfold.addingReportingOverflow(UInt64(bytes[position] &- 48))
      guard !overflowed, !carried else { throw failure("number out of range", at: start) }
      value = sum
      position &+= 1
    }
    guard first != 48 || position == start + 1 else { throw failure("number with leading zero", at: start) }
    if position < bytes.count, bytes[position] == 0x2E || bytes[position] | 0x20 == 0x65 {
      throw failure("expected an integer", at: start)
    }
    return value
  }

  /// An `unsigned()` of at most 32 bits.
  @inlinable
  package mutating func unsigned32() throws(MalformedJSON) -> UInt32 {
    let value = try unsigned()
    guard let narrow = UInt32(exactly: value) else { throw failure("number out of range") }
    return narrow
  }

  package mutating func signed() throws(MalformedJSON) -> Int64 {
    let isNegative = try peek() == UInt8(ascii: "-")
    if isNegative {
      position += 1
      guard position < bytes.count, isDigit(bytes[position]) else { throw failure("expected a number") }
    }
    let start = position
    let magnitude = try unsigned()
    if isNegative, magnitude <= UInt64(Int64.max) + 1 { return Int64(truncatingIfNeeded: 0 &- magnitude) }
    guard !isNegative, let value = Int64(exactly: magnitude) else { throw failure("number out of range", at: start) }
    return value
  }

  @inlinable
  func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

  @usableFromInline
  mutating func word(_ letters: [UInt8]) throws(MalformedJSON) {
    guard bytes.count - position >= letters.count, bytes[position..<(position + letters.count)] == letters[...] else {
      throw failure("unknown word")
    }
    position += letters.count
  }
}

// MARK: Skipping

extension JSONReader {
  /// Passes over the next value, whatever it is; its syntax is still verified.
  package mutating func skipValue() throws(MalformedJSON) {
    switch try peek() {
    case UInt8(ascii: "{"):
      try enterObject()
      while try nextKey() != nil { try skipValue() }
    case UInt8(ascii: "["):
      try enterArray()
      while try nextElement() { try skipValue() }
    case UInt8(ascii: "\""): _ = try text()
    case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
    case UInt8(ascii: "n"): _ = try takesNull()
    default: try skipNumber()
    }
  }

  /// Passes over the next value.
  ///
  /// - Returns: its bytes as they stand there.
  package mutating func rawValue() throws(MalformedJSON) -> [UInt8] {
    _ = try peek()
    let start = position
    try skipValue()
    return Array(bytes[start..<position])
  }

  private mutating func skipNumber() throws(MalformedJSON) {
    let start = position
    if try peek() == UInt8(ascii: "-") { position += 1 }
    let first = position
    guard skipDigits() else { throw failure("expected a value", at: start) }
    guard bytes[first] != 48 || position == first + 1 else { throw failure("number with leading zero", at: start) }
    if position < bytes.count, bytes[position] == 0x2E {
      position += 1
      guard skipDigits() else { throw failure("number without decimals", at: start) }
    }
    if position < bytes.count, bytes[position] | 0x20 == 0x65 {
      position += 1
      if position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D { position += 1 }
      guard skipDigits() else { throw failure("number without exponent", at: start) }
    }
  }

  private mutating func skipDigits() -> Bool {
    let start = position
    while position < bytes.count, isDigit(bytes[position]) { position += 1 }
    return position > start
  }
}
