/// What a database can be read from instead of a file: it never changes, and is read from anywhere.
package protocol ReadOnlyBytes: AnyObject, Sendable {
  /// In bytes.
  var size: Int64 { get }
  /// Fills `buffer` from the front with what lies at `offset`.
  ///
  /// - Returns: how many bytes; fewer than there was room for at the end only.
  func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws -> Int
}
