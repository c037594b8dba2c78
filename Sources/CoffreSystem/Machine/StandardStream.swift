import CLinux
import CoffreCore
import Glibc
import Synchronization

/// One of the three streams every process has. Writing is whole: two threads never mix their bytes.
package final class StandardStream: Sendable {
  package static let input = StandardStream(0, name: "standard input")
  package static let output = StandardStream(1, name: "standard output")
  package static let errors = StandardStream(2, name: "standard error")

  private let number: Int32
  private let name: PathBytes
  private let turn = Mutex(())
  private let hasFailed = Atomic<Bool>(false)

  private init(_ number: Int32, name: String) {
    self.number = number
    self.name = Array(name.utf8)
  }

  /// Writes all bytes at once, with no buffer behind. A reader that has gone is an error (`isBrokenPipe`), provided
  /// that `SignalWatch` was started.
  package func write(_ bytes: Span<UInt8>) throws(SystemError) {
    let result = turn.withLock { _ in
      unsafe bytes.withUnsafeBytes { unsafe clinux_write_fully(number, $0.baseAddress, $0.count) }
    }
    if result < 0, result != -Int(EPIPE) { hasFailed.store(true, ordering: .relaxed) }
    try checked(result, "write to", name)
  }

  /// Whether something could not be written, other than for want of a reader.
  package var hasLostOutput: Bool { hasFailed.load(ordering: .relaxed) }

  package func write(_ bytes: [UInt8]) throws(SystemError) { try write(bytes.span) }

  package func write(_ text: String) throws(SystemError) { try write(Array(text.utf8)) }

  /// Fills `buffer` from the front with what one call gives.
  ///
  /// - Returns: how many bytes; 0 at the end only.
  package func read(into buffer: inout MutableSpan<UInt8>) throws(SystemError) -> Int {
    let number = number
    let result = unsafe buffer.withUnsafeMutableBytes { unsafe clinux_read(number, $0.baseAddress, $0.count) }
    return try checked(result, "read", name)
  }

  /// Waits until something can be read, or the end is there.
  ///
  /// - Returns: `false` if neither came within the time, so that whoever waits can look whether it is still wanted.
  package func isReadable(within milliseconds: Int32) throws(SystemError) -> Bool {
    try checked(clinux_wait_until_readable(number, milliseconds), "read", name) > 0
  }

  /// Reads to the end.
  ///
  /// - Parameter limit: in bytes; more is an error (`isNoSpace`), never cut.
  package func readToEnd(limit: Int) throws(SystemError) -> [UInt8] {
    let copy = FileDescriptor(adopting: Int32(try checked(clinux_duplicate(number), "read", name)), path: name)
    return try copy.readToEnd(expecting: 4096, limit: limit)
  }
}
