import CoffreCore
import CoffreSystem
import OpenSSLKit

/// The checksum and size of a file.
func hashed(_ file: borrowing FileDescriptor, _ cancellation: Cancellation) throws -> (sha256: Digest, size: Int64) {
  let hasher = SHA256Hasher()
  hasher.begin()
  var buffer = makeBuffer(1 << 20)
  var size: Int64 = 0
  file.adviseSequential()
  while true {
    try cancellation.check()
    var span = buffer.mutableSpan
    let count = try file.read(into: &span)
    guard count > 0 else { return (hasher.finish(), size) }
    hasher.update(buffer.span.extracting(0..<count))
    size += Int64(count)
  }
}
