import CoffreCore
import Glibc

/// Lends `bytes` as a C string. A NUL inside is refused as an invalid argument, never cut off.
///
/// - Returns: what `body` returned, or a negated error number.
func withCName(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Int) -> Int {
  unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { copy in
    let count = bytes.count
    guard let target = copy.baseAddress else { return Int(-ENOMEM) }
    let hasNul = unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress, count > 0 else { return false }
      unsafe memcpy(target, start, count)
      return unsafe memchr(start, 0, count) != nil
    }
    guard !hasNul else { return Int(-EINVAL) }
    unsafe target[count] = 0
    return unsafe body(target)
  }
}

/// As `withCName`, for two names.
func withCNames(
  _ first: [UInt8], _ second: [UInt8], _ body: (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int
) -> Int {
  unsafe withCName(first) { first in unsafe withCName(second) { second in unsafe body(first, second) } }
}

/// Asks `fill` for bytes of unknown length until they fit.
///
/// - Parameter fill: a C function that answers a count, a full buffer (which may be cut) or -ERANGE.
func grownBytes(
  startingWith capacity: Int, fillsExactly: Bool, _ fill: (UnsafeMutableRawBufferPointer) -> Int
) -> (bytes: [UInt8], result: Int) {
  var capacity = capacity
  while true {
    var result = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      result = unsafe fill(UnsafeMutableRawBufferPointer(buffer))
      count = max(0, min(result, capacity))
    }
    // What cannot tell that it was cut is only believed if there was room left.
    let isCut = result == Int(-ERANGE) || (!fillsExactly && result == capacity)
    guard isCut, capacity < 1 << 26 else { return (bytes, result) }
    capacity *= 4
  }
}
