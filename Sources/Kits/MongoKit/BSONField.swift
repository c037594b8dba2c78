/// A field as the bytes that it is, whatever they mean.
package struct BSONField: Sendable, Hashable {
  /// As BSON numbers its kinds.
  package let kind: UInt8
  package let name: [UInt8]
  package let value: [UInt8]

  package init(kind: UInt8, name: [UInt8], value: [UInt8]) {
    self.kind = kind
    self.name = name
    self.value = value
  }

  static let object: UInt8 = 0x03
  static let array: UInt8 = 0x04
  static let null: UInt8 = 0x0A

  func named(_ name: [UInt8]) -> BSONField { BSONField(kind: kind, name: name, value: value) }
}

extension BSONDocument {
  /// All fields, in their order, byte by byte.
  package func rawFields() throws(MalformedBSON) -> [BSONField] {
    let bytes = bytes
    let span = bytes.span
    var scanner = try BSONScanner(span, 0..<bytes.count)
    var fields: [BSONField] = []
    while let field = try scanner.next(in: span) {
      fields.append(BSONField(kind: field.kind, name: Array(bytes[field.name]), value: Array(bytes[field.value])))
    }
    return fields
  }

  package init(rawFields: [BSONField]) {
    var bytes: [UInt8] = [0, 0, 0, 0]
    bytes.reserveCapacity(rawFields.reduce(5) { $0 + $1.name.count + $1.value.count + 2 })
    for field in rawFields {
      bytes.append(field.kind)
      bytes.append(contentsOf: field.name)
      bytes.append(0)
      bytes.append(contentsOf: field.value)
    }
    bytes.append(0)
    for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: bytes.count >> (8 * index)) }
    self.init(unchecked: bytes)
  }

  /// By which a document is known in its collection: kind and bytes of its `_id`. `nil` without one.
  ///
  /// - Parameter range: of the document, in `bytes`.
  package static func identity(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
    guard var scanner = try? BSONScanner(bytes, range) else { return nil }
    while let field = try? scanner.next(in: bytes) {
      guard field.name.count == 3, bytes[field.name.lowerBound] == UInt8(ascii: "_"),
        bytes[field.name.lowerBound + 1] == UInt8(ascii: "i"), bytes[field.name.lowerBound + 2] == UInt8(ascii: "d")
      else { continue }
      var identity = [field.kind]
      identity.reserveCapacity(field.value.count + 1)
      for index in field.value { identity.append(bytes[index]) }
      return identity
    }
    return nil
  }

  package var identity: [UInt8]? {
    let bytes = bytes
    return Self.identity(bytes.span, 0..<bytes.count)
  }
}
