package import CoffreCore

/// How much content a session has, in bytes, as its listings tell: to look for space before it is needed.
///
/// - Parameter session: whose directories can be opened again.
package func contentSize(of session: any SourceSession, cancellation: Cancellation) throws -> Int64 {
  var size: Int64 = 0
  var waiting = [session.top]
  while let next = waiting.popLast() {
    try cancellation.check()
    // What cannot be read is told when it is read.
    guard let directory = try? next.open(), let listing = try? directory.list() else { continue }
    for index in listing.entries.indices {
      let attributes = listing.entries[index].attributes
      if attributes.kind == .directory { waiting.append(directory.directory(index, in: listing)) }
      size = size.adding(saturating: attributes.size)
    }
  }
  return size
}
