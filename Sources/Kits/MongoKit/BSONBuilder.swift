import CoffreSystem

/// Puts a document together, field by field.
package struct BSONBuilder {
  private var bytes: [UInt8] = [0, 0, 0, 0]

  package init() {}

  package mutating func append(_ name: String, _ value: BSONValue) {
    begin(value.kind, name)
    switch value {
    case .double(let number): append(number.bitPattern)
    case .string(let text):
      append(Int32(text.utf8.count + 1))
      bytes.append(contentsOf: text.utf8)
      bytes.append(0)
    case .document(let document), .array(let document): bytes.append(contentsOf: document.bytes)
    case .binary(let kind, let content):
      append(Int32(content.count))
      bytes.append(kind)
      bytes.append(contentsOf: content)
    case .bool(let value): bytes.append(value ? 1 : 0)
    case .null: break
    case .int32(let number): append(number)
    case .int64(let number): append(UInt64(bitPattern: number))
    case .date(let time): append(UInt64(bitPattern: time))
    case .timestamp(let time): append(time)
    case .other(_, let content): bytes.append(contentsOf: content)
    }
  }

  package mutating func append(contentsOf document: BSONDocument) throws(MalformedBSON) {
    for field in try document.fields() { append(field.name, field.value) }
  }

  /// Appends an array of documents that lie one behind the other.
  ///
  /// - Parameters:
  ///   - documents: nothing but whole documents.
  ///   - ends: where each of them ends.
  package mutating func append(_ name: String, documents: Span<UInt8>, ends: ArraySlice<Int>, from first: Int) {
    begin(0x04, name)
    let start = bytes.count
    bytes.reserveCapacity(start + (ends.last ?? first) - first + ends.count * 8 + 64)
    bytes.append(contentsOf: [0, 0, 0, 0])
    var position = first
    for (number, end) in ends.enumerated() {
      bytes.append(0x03)
      bytes.append(contentsOf: String(number).utf8)
      bytes.append(0)
      CoffreSystem.append(documents.extracting(position..<end), to: &bytes)
      position = end
    }
    bytes.append(0)
    Self.write(Int32(bytes.count - start), at: start, into: &bytes)
  }

  package var document: BSONDocument {
    var whole = bytes
    whole.append(0)
    Self.write(Int32(whole.count), at: 0, into: &whole)
    return BSONDocument(unchecked: whole)
  }

  /// - Precondition: no zero byte in the name: it would end there.
  private mutating func begin(_ kind: UInt8, _ name: String) {
    precondition(!name.utf8.contains(0), "a field's name with a zero byte")
    bytes.append(kind)
    bytes.append(contentsOf: name.utf8)
    bytes.append(0)
  }

  private mutating func append(_ number: Int32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: UInt32(bitPattern: number) >> shift))
    }
  }

  private mutating func append(_ number: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
  }

  private static func write(_ number: Int32, at start: Int, into bytes: inout [UInt8]) {
    for index in 0..<4 {
      bytes[start + index] = UInt8(truncatingIfNeeded: UInt32(bitPattern: number) >> UInt32(8 * index))
    }
  }
}
