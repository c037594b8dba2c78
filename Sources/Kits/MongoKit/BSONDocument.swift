/// A document: its bytes, whose frame is known to be right. What lies in it is checked when it is looked at.
package struct BSONDocument: Sendable, Hashable {
  package let bytes: [UInt8]

  /// - Throws: unless the bytes are one document, and nothing besides.
  package init(_ bytes: [UInt8]) throws(MalformedBSON) {
    guard try BSONScanner.extent(of: bytes.span, at: 0).upperBound == bytes.count else {
      throw MalformedBSON(position: 0)
    }
    self.bytes = bytes
  }

  init(unchecked bytes: [UInt8]) { self.bytes = bytes }

  package init(_ fields: [(name: String, value: BSONValue)]) {
    var builder = BSONBuilder()
    for field in fields { builder.append(field.name, field.value) }
    self = builder.document
  }

  /// All fields, in their order.
  package func fields() throws(MalformedBSON) -> [(name: String, value: BSONValue)] {
    let bytes = bytes
    let span = bytes.span
    var scanner = try BSONScanner(span, 0..<bytes.count)
    var fields: [(name: String, value: BSONValue)] = []
    while let field = try scanner.next(in: span) {
      fields.append(
        (String(decoding: bytes[field.name], as: UTF8.self), BSONValue(field.kind, span, field.value)))
    }
    return fields
  }

  /// The values of an array.
  package func values() throws(MalformedBSON) -> [BSONValue] { try fields().map(\.value) }

  /// The value of the first field of that name; `nil` also where the bytes are no document.
  package subscript(_ name: String) -> BSONValue? {
    let span = bytes.span
    guard var scanner = try? BSONScanner(span, 0..<bytes.count) else { return nil }
    while let field = try? scanner.next(in: span) {
      guard field.name.count == name.utf8.count, bytes[field.name].elementsEqual(name.utf8) else { continue }
      return BSONValue(field.kind, span, field.value)
    }
    return nil
  }

  /// Whether one of its own fields is the timestamp of zero, by which servers mean the time of now when it is inserted.
  ///
  /// - Parameter range: of the document.
  package static func hasEmptyTime(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard var scanner = try? BSONScanner(bytes, range) else { return false }
    while let field = try? scanner.next(in: bytes) {
      if field.kind == 0x11, BSONScanner.uint64(bytes, at: field.value.lowerBound) == 0 { return true }
    }
    return false
  }

  /// The same without fields of these names.
  package func without(_ names: Set<String>) throws(MalformedBSON) -> BSONDocument {
    BSONDocument(try fields().filter { !names.contains($0.name) })
  }
}

extension BSONDocument: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, BSONValue)...) {
    self.init(elements.map { (name: $0.0, value: $0.1) })
  }
}
