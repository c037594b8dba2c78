package import CoffreCore
import CoffreSystem
import MongoKit

/// Finds the documents in pieces of a collection's file, which may be cut anywhere, and writes each as a line of text:
/// extended JSON, as the rows of a table of one column are written.
package struct StoredDocuments {
  /// What the one column is called.
  package static let column = "document"

  /// What is no document, or has no text.
  package struct Malformed: Error, Sendable, Hashable {}

  private static let backslash = UInt8(ascii: "\\")
  private var pending: [UInt8] = []
  private var start = 0

  /// - Parameter path: of the file, for errors.
  /// - Throws: `toolMissing` without the library that writes the text.
  package init(of path: PathBytes) throws(SourceError) {
    do throws(MongoError) {
      try MongoLibrary.open()
    } catch {
      throw SourceError(error, "read the documents of", path)
    }
  }

  /// Takes the next piece.
  ///
  /// - Parameter line: told each document that is whole now; answers whether it wants more.
  /// - Returns: `false` once `line` wanted no more.
  package mutating func take(_ piece: Span<UInt8>, _ line: (Span<UInt8>) throws -> Bool) throws -> Bool {
    if start > 0 {
      pending.removeFirst(start)
      start = 0
    }
    append(piece, to: &pending)
    while let end = try nextEnd() {
      let text = try Self.line(of: Array(pending[start..<end]))
      start = end
      guard try line(text.span) else { return false }
    }
    return true
  }

  /// - Throws: if the last piece ended in the middle of a document.
  package func end() throws(Malformed) {
    guard start == pending.count else { throw Malformed() }
  }

  private func nextEnd() throws(Malformed) -> Int? {
    guard pending.count - start >= 4 else { return nil }
    var length = 0
    for index in 0..<4 { length |= Int(pending[start + index]) << (8 * index) }
    guard length >= 5, length <= BSONScanner.largest else { throw Malformed() }
    return pending.count - start >= length ? start + length : nil
  }

  private static func line(of bytes: [UInt8]) throws(Malformed) -> [UInt8] {
    guard let document = try? BSONDocument(bytes), let text = ExtendedJSON.text(of: document) else { throw Malformed() }
    // There is no tab and no end of a line in it, but what a backslash stands before.
    return text.utf8.flatMap { $0 == backslash ? [backslash, backslash] : [$0] }
  }
}
