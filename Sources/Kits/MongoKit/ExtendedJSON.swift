import CMongo

/// Documents as text, each value with its kind ("canonical extended JSON" of MongoDB), by libbson: `MongoLibrary.open` tells
/// whether it is there.
package enum ExtendedJSON {
  /// - Returns: `nil` for a document that has no such form: a text in it is no UTF-8. Also without the library.
  package static func text(of document: BSONDocument) -> String? {
    guard isReady else { return nil }
    return unsafe BSONHolder.with(document) { pointer in
      var length = 0
      guard let text = unsafe bson_as_canonical_extended_json(pointer, &length) else { return nil }
      defer { unsafe bson_free(text) }
      return unsafe String(
        decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
    }
  }

  /// - Returns: `nil` for a text that is none. Also without the library.
  package static func document(of text: [UInt8]) -> BSONDocument? {
    guard isReady else { return nil }
    var error = bson_error_t()
    let made = unsafe text.withUnsafeBufferPointer { bytes in
      unsafe bson_new_from_json(bytes.baseAddress, bytes.count, &error)
    }
    guard let made = unsafe made else { return nil }
    defer { unsafe bson_destroy(made) }
    return try? BSONDocument(unsafe Array(BSONHolder.bytes(of: made)))
  }

  private static var isReady: Bool { (try? MongoLibrary.open()) != nil }
}
