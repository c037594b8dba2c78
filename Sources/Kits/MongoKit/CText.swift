import Glibc

/// A text as a C string, wiped at its end: passwords go through it.
@safe final class CText {
  private let buffer: UnsafeMutableBufferPointer<CChar>

  init(_ bytes: [UInt8]) {
    let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { unsafe copy[index] = CChar(bitPattern: byte) }
    unsafe copy[bytes.count] = 0
    unsafe buffer = copy
  }

  var pointer: UnsafePointer<CChar>? { unsafe UnsafePointer(buffer.baseAddress) }

  deinit {
    if let start = unsafe buffer.baseAddress { unsafe explicit_bzero(start, buffer.count) }
    unsafe buffer.deallocate()
  }
}
