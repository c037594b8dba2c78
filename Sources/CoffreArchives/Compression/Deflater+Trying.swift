import CoffreCore
import ZlibKit

extension Deflater {
  /// Whether a sample becomes smaller by more than a fiftieth, at this level.
  func shrinks(_ sample: Span<UInt8>) -> Bool {
    var output: [UInt8] = []
    let nothing: [UInt8] = []
    compress(sample, after: nothing.span, into: &output)
    return output.count < sample.count - sample.count / 50
  }
}
