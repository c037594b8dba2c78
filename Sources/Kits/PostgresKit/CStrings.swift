import Glibc

/// Lends texts as the list of C strings that the library takes, ended by a null pointer.
///
/// Their memory is wiped afterwards: passwords may be among them.
func withCStrings<Result>(
  _ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
  var arena: [CChar] = []
  // At once: growing would leave copies behind.
  arena.reserveCapacity(texts.reduce(0) { $0 + ($1?.utf8.count ?? 0) + 1 })
  var starts: [Int?] = []
  for text in texts {
    guard let text else {
      starts.append(nil)
      continue
    }
    starts.append(arena.count)
    for byte in text.utf8 { arena.append(CChar(bitPattern: byte)) }
    arena.append(0)
  }
  return unsafe arena.withUnsafeMutableBufferPointer { arena in
    var pointers: [UnsafePointer<CChar>?] = unsafe []
    for start in starts {
      guard let start, let base = arena.baseAddress else {
        unsafe pointers.append(nil)
        continue
      }
      unsafe pointers.append(UnsafePointer(base + start))
    }
    unsafe pointers.append(nil)
    let result = unsafe pointers.withUnsafeBufferPointer { pointers in
      guard let first = pointers.baseAddress else { preconditionFailure("a list with its end is not empty") }
      return unsafe body(first)
    }
    if let base = arena.baseAddress { unsafe explicit_bzero(base, arena.count) }
    return result
  }
}
