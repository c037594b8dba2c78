import CMongo

/// A document of the library's: its frame needs more alignment than Swift gives, and its bytes may be ours or its own.
@safe final class BSONHolder {
  let pointer: OpaquePointer
  private let memory: UnsafeMutableRawPointer
  /// Both the size and the alignment that `bson_t` is made with.
  private static let frame = 128

  /// An empty one.
  init() {
    unsafe memory = UnsafeMutableRawPointer.allocate(byteCount: Self.frame, alignment: Self.frame)
    unsafe pointer = OpaquePointer(memory)
    unsafe bson_init(pointer)
  }

  deinit {
    unsafe bson_destroy(pointer)
    unsafe memory.deallocate()
  }

  /// A document of ours for one call, without a copy.
  static func with<Result>(_ document: BSONDocument, _ body: (OpaquePointer) -> Result) -> Result {
    let holder = BSONHolder()
    defer { withExtendedLifetime(holder) {} }
    return unsafe document.bytes.withUnsafeBufferPointer { bytes in
      // The frame was checked; what the library does not take for a document stays an empty one.
      if let start = bytes.baseAddress { _ = unsafe bson_init_static(holder.pointer, start, bytes.count) }
      return unsafe body(holder.pointer)
    }
  }

  /// What the library wrote, copied; `nil` if it is no document.
  var document: BSONDocument? {
    let bytes = read { bytes in
      var copy: [UInt8] = []
      copy.reserveCapacity(bytes.count)
      for index in 0..<bytes.count { copy.append(bytes[index]) }
      return copy
    }
    return try? BSONDocument(bytes)
  }

  /// Looks at what the library wrote, without a copy.
  func read<Result, Failure: Error>(_ body: (Span<UInt8>) throws(Failure) -> Result) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    let bytes = unsafe Self.bytes(of: pointer)
    return try body(unsafe bytes.span)
  }

  /// As long as the document itself says: the library keeps its length in step.
  static func bytes(of pointer: OpaquePointer) -> UnsafeBufferPointer<UInt8> {
    let start = unsafe bson_get_data(pointer)
    let length = unsafe UnsafeRawPointer(start).map {
      unsafe Int(Int32(littleEndian: $0.loadUnaligned(as: Int32.self)))
    }
    return unsafe UnsafeBufferPointer(start: start, count: length ?? 0)
  }
}
