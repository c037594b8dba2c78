import CZlib

/// The checksum of gzip, zip and 7z (ISO 3309).
package struct CRC32: Sendable, Hashable {
  package private(set) var value: UInt32

  /// Of nothing.
  package init() { value = 0 }

  package mutating func update(_ bytes: Span<UInt8>) {
    guard !bytes.isEmpty else { return }
    let before = value
    value = unsafe bytes.withUnsafeBufferPointer { bytes in
      UInt32(truncatingIfNeeded: unsafe crc32_z(UInt(before), bytes.baseAddress, bytes.count))
    }
  }

  /// Adds bytes of which only the sum is known.
  ///
  /// - Parameter count: how many there are.
  package mutating func append(_ other: CRC32, count: Int) {
    value = UInt32(truncatingIfNeeded: crc32_combine(UInt(value), UInt(other.value), count))
  }
}
