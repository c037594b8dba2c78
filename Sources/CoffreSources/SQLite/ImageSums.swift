import CoffreCore
import CoffreSystem
import OpenSSLKit

/// The sums of an image: of all of it, and of the parts that were stored, in one reading.
struct ImageSums: Sendable, Hashable {
  let whole: Digest
  let parts: [Digest]

  init(of copy: PrivateCopy, _ cancellation: Cancellation) throws(SystemError) {
    let whole = SHA256Hasher()
    let part = SHA256Hasher()
    whole.begin()
    var parts: [Digest] = []
    var buffer = makeBuffer(1 << 20)
    for number in 0..<ImageChunks.partCount(of: copy.size) {
      let range = ImageChunks.range(ofPart: number, of: copy.size)
      part.begin()
      var position = range.lowerBound
      while position < range.upperBound, !cancellation.isCancelled {
        var span = buffer.mutableSpan
        // A part is a multiple of the buffer, unless the copy ends there.
        let count = try copy.read(at: position, into: &span)
        guard count > 0 else { break }
        whole.update(buffer.span.extracting(0..<count))
        part.update(buffer.span.extracting(0..<count))
        position += Int64(count)
      }
      parts.append(part.finish())
    }
    self.whole = whole.finish()
    self.parts = parts
  }
}
