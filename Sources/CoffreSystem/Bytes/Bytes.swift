import Glibc

/// Appends with one copy and no filling.
package func append(_ bytes: Span<UInt8>, to array: inout [UInt8]) {
  unsafe bytes.withUnsafeBufferPointer { unsafe array.append(contentsOf: $0) }
}

/// - Precondition: all of `source` fits from `offset` on.
#if compiler(<6.3)
  @_lifetime(target: copy target)
#endif
package func copy(_ source: Span<UInt8>, into target: inout MutableSpan<UInt8>, at offset: Int = 0) {
  precondition(offset >= 0 && source.count <= target.count - offset, "the bytes do not fit")
  unsafe source.withUnsafeBytes { source in
    guard let from = source.baseAddress, source.count > 0 else { return }
    unsafe target.withUnsafeMutableBytes { target in
      guard let to = target.baseAddress else { return }
      unsafe memcpy(to + offset, from, source.count)
    }
  }
}

/// Moves `count` bytes from `start` on to the front; what lies behind them stays as it was.
package func moveToFront(of array: inout [UInt8], from start: Int, count: Int) {
  precondition(start >= 0 && count >= 0 && count <= array.count - start, "the range is outside the array")
  unsafe array.withUnsafeMutableBytes { bytes in
    guard let front = bytes.baseAddress, count > 0, start > 0 else { return }
    unsafe memmove(front, front + start, count)
  }
}

package func isAllZero(_ bytes: Span<UInt8>) -> Bool {
  unsafe bytes.withUnsafeBytes { bytes in
    guard let start = bytes.baseAddress, bytes.count > 0 else { return true }
    guard unsafe bytes[0] == 0 else { return false }
    // Every byte equals the one before it.
    return unsafe memcmp(start, start + 1, bytes.count - 1) == 0
  }
}

package func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
  guard left.count == right.count else { return false }
  return unsafe left.withUnsafeBytes { left in
    unsafe right.withUnsafeBytes { right in
      guard let first = left.baseAddress, let second = right.baseAddress, left.count > 0 else { return true }
      return unsafe memcmp(first, second, left.count) == 0
    }
  }
}

/// An array of `count` bytes that hold whatever the memory held: for buffers that are filled before they are read.
package func makeBuffer(_ count: Int) -> [UInt8] {
  unsafe [UInt8](unsafeUninitializedCapacity: count) { _, initialized in initialized = count }
}

/// - Parameter start: where the search begins; `nil` is the answer for the span's end.
package func firstIndex(of byte: UInt8, in bytes: Span<UInt8>, from start: Int = 0) -> Int? {
  precondition(start >= 0, "a span has no negative positions")
  guard start < bytes.count else { return nil }
  return unsafe bytes.withUnsafeBytes { bytes in
    guard let front = bytes.baseAddress,
      let found = unsafe memchr(front + start, Int32(byte), bytes.count - start)
    else { return nil }
    return unsafe UnsafeRawPointer(found) - front
  }
}
