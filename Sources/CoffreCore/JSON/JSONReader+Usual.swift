/// For documents of millions of like values: what stands at a place is compared with what usually stands there, and read by
/// the strict rules only if it differs. `position` does not move.
extension JSONReader {
  /// Moves `place` behind `text`, if that stands there.
  @inlinable @inline(__always)
  package func passes(_ text: [UInt8], _ place: inout Int) -> Bool {
    let bytes = bytes.span
    let text = text.span
    guard text.count <= bytes.count &- place else { return false }
    for index in 0..<text.count where bytes[place &+ index] != text[index] { return false }
    place &+= text.count
    return true
  }

  /// Moves `place` behind 64 lower-case hexadecimal digits, if they stand there.
  @inlinable @inline(__always)
  package func lowerCaseDigest(ifAny place: inout Int) -> Digest? {
    guard Digest.hexCount <= bytes.count &- place, let digest = lowerCaseDigest(at: place) else { return nil }
    place &+= Digest.hexCount
    return digest
  }

  /// Moves `place` behind a whole number of at most nine digits, if one stands there.
  @inlinable @inline(__always)
  package func digits(_ place: inout Int) -> UInt32? {
    let bytes = bytes.span
    let start = place
    var value: UInt32 = 0
    while place < bytes.count, place &- start < 10 {
      let digit = bytes[place] &- 48
      guard digit < 10 else { break }
      value = value &* 10 &+ UInt32(digit)
      place &+= 1
    }
    let count = place &- start
    guard count > 0, count < 10, count == 1 || bytes[start] != 48 else { return nil }
    return value
  }
}
