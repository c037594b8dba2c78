/// Where one frame ends and how much it can hold, read from its headers alone (RFC 8878, sections 3.1.1 and 3.1.2).
///
/// libzstd decodes; this only tells beforehand how much room a frame may claim, so that a forged size reserves nothing.
struct FrameLayout: Hashable {
  enum Kind: Hashable {
    case skippable
    case content
  }

  static let largestWindow: UInt64 = 1 << 27
  private static let largestBlock = 128 << 10

  var kind = Kind.content
  /// From the first byte of the magic number to the last of the checksum.
  var length = 0
  /// What the frame says it holds; it need not say.
  var contentSize: UInt64?
  /// What its blocks can hold at most.
  var bound = 0

  /// Reads the frame that begins at `start`.
  init(in bytes: Span<UInt8>, at start: Int) throws(ZstdError) {
    var position = start
    let magic = try number(4, in: bytes, at: &position)
    if magic & 0xffff_fff0 == 0x184d_2a50 {
      let size = try number(4, in: bytes, at: &position)
      guard size <= UInt64(bytes.count - position) else { throw .truncated }
      kind = .skippable
      length = position + Int(size) - start
      return
    }
    guard magic == 0xfd2f_b528 else { throw .malformed("not the beginning of a frame") }
    let hasChecksum = try readHeader(of: bytes, at: &position)
    try walkBlocks(of: bytes, at: &position)
    if hasChecksum { _ = try number(4, in: bytes, at: &position) }
    length = position - start
    if let contentSize, contentSize > UInt64(bound) {
      throw .malformed("the frame is shorter than the content it declares")
    }
  }

  /// - Returns: whether a checksum follows the blocks.
  private mutating func readHeader(of bytes: Span<UInt8>, at position: inout Int) throws(ZstdError) -> Bool {
    let descriptor = try number(1, in: bytes, at: &position)
    let isSingleSegment = descriptor & 0x20 != 0
    if !isSingleSegment {
      let window = try number(1, in: bytes, at: &position)
      let base = UInt64(1) << (10 + (window >> 3))
      guard base + base / 8 * (window & 7) <= Self.largestWindow else { throw .windowTooLarge }
    }
    _ = try number([0, 1, 2, 4][Int(descriptor & 3)], in: bytes, at: &position)  // dictionary
    switch descriptor >> 6 {
    case 0 where !isSingleSegment: contentSize = nil
    case 0: contentSize = try number(1, in: bytes, at: &position)
    case 1: contentSize = try number(2, in: bytes, at: &position) + 256
    case 2: contentSize = try number(4, in: bytes, at: &position)
    default: contentSize = try number(8, in: bytes, at: &position)
    }
    return descriptor & 4 != 0
  }

  private mutating func walkBlocks(of bytes: Span<UInt8>, at position: inout Int) throws(ZstdError) {
    var isLast = false
    while !isLast {
      let header = try number(3, in: bytes, at: &position)
      isLast = header & 1 != 0
      let size = Int(header >> 3)
      let stored: Int
      switch (header >> 1) & 3 {
      case 0: (stored, bound) = (size, bound + size)
      case 1: (stored, bound) = (1, bound + size)
      case 2: (stored, bound) = (size, bound + Self.largestBlock)
      default: throw .malformed("a block of an unknown kind")
      }
      guard stored <= bytes.count - position else { throw .truncated }
      position += stored
    }
  }
}

extension ZstdError {
  fileprivate static var truncated: ZstdError { .malformed("it ends too early") }
}

/// Reads a little-endian number of `count` bytes and moves on.
private func number(_ count: Int, in bytes: Span<UInt8>, at position: inout Int) throws(ZstdError) -> UInt64 {
  guard count <= bytes.count - position else { throw .truncated }
  var value: UInt64 = 0
  for index in 0..<count { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
  position += count
  return value
}
