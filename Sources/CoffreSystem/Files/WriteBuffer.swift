import CoffreCore
import Synchronization

/// Memory for writes, where blocks of a disk may begin; used again and again, as fresh memory is slow.
///
/// `@unchecked Sendable`: whoever has taken it has it alone, or shares it with others that only read it.
@safe final class WriteBuffer: @unchecked Sendable {
  /// In bytes.
  static let size = 2 << 20
  /// Of memory, places in the file and lengths; hardly any disk has larger blocks.
  static let alignment = 4096
  private static let spares = Mutex<[WriteBuffer]>([])
  private static let spareLimit = 2
  private let memory: UnsafeMutableRawBufferPointer

  init() { unsafe memory = .allocate(byteCount: Self.size, alignment: Self.alignment) }

  deinit { unsafe memory.deallocate() }

  static func take() -> WriteBuffer { spares.withLock { $0.popLast() } ?? WriteBuffer() }

  func giveBack() { Self.spares.withLock { if $0.count < Self.spareLimit { $0.append(self) } } }

  func put(_ bytes: Span<UInt8>, at position: Int) {
    unsafe bytes.withUnsafeBytes { source in
      unsafe UnsafeMutableRawBufferPointer(rebasing: memory[position...]).copyMemory(from: source)
    }
  }

  /// Lends its first `count` bytes.
  func withBytes(_ count: Int, _ body: (Span<UInt8>) -> Void) {
    unsafe body(Span(_unsafeBytes: UnsafeRawBufferPointer(rebasing: memory[..<count])))
  }

  func write(_ range: Range<Int>, to file: borrowing FileDescriptor, at offset: Int64) throws(SystemError) {
    guard !range.isEmpty else { return }
    try unsafe file.write(Span(_unsafeBytes: UnsafeRawBufferPointer(rebasing: memory[range])), at: offset)
  }
}
