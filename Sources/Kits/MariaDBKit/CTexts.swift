import Glibc

/// Texts as C strings, which the library may read as long as this lives; wiped at its end, as passwords may be among them.
@safe final class CTexts {
  private var texts: [UnsafeMutableBufferPointer<CChar>] = unsafe []

  /// - Returns: `nil` for `nil`.
  func add(_ text: String?) -> UnsafePointer<CChar>? { unsafe add(text.map { Array($0.utf8) }) }

  /// - Returns: `nil` for `nil`. A zero byte ends what the library sees.
  func add(_ bytes: [UInt8]?) -> UnsafePointer<CChar>? {
    guard let bytes else { return nil }
    let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { unsafe copy[index] = CChar(bitPattern: byte) }
    unsafe copy[bytes.count] = 0
    unsafe texts.append(copy)
    return unsafe UnsafePointer(copy.baseAddress)
  }

  deinit {
    while let text = unsafe texts.popLast() {
      if let start = text.baseAddress { unsafe explicit_bzero(start, text.count) }
      unsafe text.deallocate()
    }
  }
}
