/// The value of a field, as far as Coffre looks at it; others are kept as the bytes they are.
package enum BSONValue: Sendable, Hashable {
  case double(Double)
  case string(String)
  case document(BSONDocument)
  case array(BSONDocument)
  /// Of kind 4, a UUID.
  case binary(UInt8, [UInt8])
  case bool(Bool)
  case null
  case int32(Int32)
  case int64(Int64)
  /// Milliseconds since 1970.
  case date(Int64)
  /// Of a server's log: seconds in the upper half, a number within the second in the lower.
  case timestamp(UInt64)
  case other(UInt8, [UInt8])

  package var text: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  package var document: BSONDocument? {
    switch self {
    case .document(let document), .array(let document): document
    default: nil
    }
  }

  /// Of any number that has no fraction; servers answer with all three kinds.
  package var integer: Int64? {
    switch self {
    case .int32(let number): Int64(number)
    case .int64(let number): number
    case .double(let number): Int64(exactly: number)
    default: nil
    }
  }

  /// As servers take values for conditions.
  package var isTrue: Bool {
    switch self {
    case .bool(let value): value
    case .int32, .int64: integer != 0
    case .double(let number): number != 0
    default: false
    }
  }

  package var timestamp: UInt64? {
    if case .timestamp(let value) = self { return value }
    return nil
  }

  package var bytes: [UInt8]? {
    if case .binary(_, let bytes) = self { return bytes }
    return nil
  }
}

extension BSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int32) { self = .int32(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension BSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
  package init(dictionaryLiteral elements: (String, BSONValue)...) {
    self = .document(BSONDocument(elements.map { (name: $0.0, value: $0.1) }))
  }

  package init(arrayLiteral elements: BSONValue...) { self = .list(elements) }

  /// An array, whose fields are called by their numbers.
  package static func list(_ values: [BSONValue]) -> BSONValue {
    .array(BSONDocument(values.enumerated().map { (name: "\($0.offset)", value: $0.element) }))
  }
}

extension BSONValue {
  /// - Parameter range: of the value, as the scanner tells it: its size is right for its kind.
  init(_ kind: UInt8, _ bytes: Span<UInt8>, _ range: Range<Int>) {
    let start = range.lowerBound
    func copied(_ part: Range<Int>) -> [UInt8] { part.map { bytes[$0] } }
    switch kind {
    case 0x01: self = .double(Double(bitPattern: BSONScanner.uint64(bytes, at: start)))
    case 0x02: self = .string(String(decoding: copied((start + 4)..<(range.upperBound - 1)), as: UTF8.self))
    case 0x03: self = .document(BSONDocument(unchecked: copied(range)))
    case 0x04: self = .array(BSONDocument(unchecked: copied(range)))
    case 0x05: self = .binary(bytes[start + 4], copied((start + 5)..<range.upperBound))
    case 0x08: self = .bool(bytes[start] != 0)
    case 0x09: self = .date(Int64(bitPattern: BSONScanner.uint64(bytes, at: start)))
    case 0x0A: self = .null
    case 0x10: self = .int32(Int32(truncatingIfNeeded: BSONScanner.int32(bytes, at: start)))
    case 0x11: self = .timestamp(BSONScanner.uint64(bytes, at: start))
    case 0x12: self = .int64(Int64(bitPattern: BSONScanner.uint64(bytes, at: start)))
    default: self = .other(kind, copied(range))
    }
  }

  var kind: UInt8 {
    switch self {
    case .double: 0x01
    case .string: 0x02
    case .document: 0x03
    case .array: 0x04
    case .binary: 0x05
    case .bool: 0x08
    case .date: 0x09
    case .null: 0x0A
    case .int32: 0x10
    case .timestamp: 0x11
    case .int64: 0x12
    case .other(let kind, _): kind
    }
  }
}
