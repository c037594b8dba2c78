/// Takes bytes one behind the other: a file, a stream, an archive's own output.
///
/// Used by one thread at a time. What `write` took is not promised to have arrived anywhere before the sink's owner ends it.
package protocol ByteSink: AnyObject {
  func write(_ bytes: Span<UInt8>) throws
}
