import CLinux
import CoffreCore
import Glibc
import Synchronization

/// Both ends of a pipe; the one to write into is closed once the child process has it.
final class Pipe: Sendable {
  let readEnd: FileDescriptor
  let writeNumber: Int32
  private let writeEnd: Mutex<FileDescriptor?>

  /// - Parameter name: of the program at the other end, for messages.
  init(for name: [UInt8]) throws(SystemError) {
    let ends = try pipeEnds(for: name)
    readEnd = FileDescriptor(adopting: ends.read, path: name)
    writeNumber = ends.write
    writeEnd = Mutex(FileDescriptor(adopting: ends.write, path: name))
  }

  func closeWriteEnd() { writeEnd.withLock { $0 = nil } }
}

/// A pipe that this process writes into; the end to read from is closed once the child process has it.
final class InputPipe: Sendable {
  let readNumber: Int32
  private let readEnd: Mutex<FileDescriptor?>
  private let writeEnd: Mutex<FileDescriptor?>

  /// - Parameter name: of the program at the other end, for messages.
  init(for name: [UInt8]) throws(SystemError) {
    let ends = try pipeEnds(for: name)
    readNumber = ends.read
    readEnd = Mutex(FileDescriptor(adopting: ends.read, path: name))
    writeEnd = Mutex(FileDescriptor(adopting: ends.write, path: name))
  }

  func closeReadEnd() { readEnd.withLock { $0 = nil } }
  func closeWriteEnd() { writeEnd.withLock { $0 = nil } }

  /// After `closeWriteEnd`, nothing is written.
  func write(_ bytes: Span<UInt8>) throws(SystemError) {
    var failure: SystemError?
    writeEnd.withLock { end in
      do throws(SystemError) {
        try end?.write(bytes)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }
}

private func pipeEnds(for name: [UInt8]) throws(SystemError) -> (read: Int32, write: Int32) {
  var ends: (Int32, Int32) = (-1, -1)
  let result = unsafe withUnsafeMutableBytes(of: &ends) { ends in
    unsafe ends.withMemoryRebound(to: Int32.self) { ends in
      guard let start = ends.baseAddress else { return 0 }
      return unsafe clinux_pipe(start)
    }
  }
  try checked(result, "make a pipe for", name)
  return ends
}

/// The last of what a program writes to its standard error, drained on a thread of its own so that it never blocks.
final class ErrorTail: Sendable {
  private static let limit = 64 * 1024

  private struct Tail {
    var bytes: [UInt8] = []
    var isEnded = false
  }

  private let pipe: Pipe
  private let tail = Monitor(Tail())

  private init(pipe: Pipe) { self.pipe = pipe }

  static func start(reading pipe: Pipe) throws(SystemError) -> ErrorTail {
    let tail = ErrorTail(pipe: pipe)
    _ = try EngineThread.start(named: "child-errors") { tail.drain() }
    return tail
  }

  /// All that came until the end, or until the time is over.
  func bytes(within duration: Duration) -> [UInt8] {
    _ = tail.wait(for: duration, until: \.isEnded, then: { _ in })
    return tail.withLock { Array($0.bytes.suffix(Self.limit)) }
  }

  private func drain() {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      var span = buffer.mutableSpan
      guard let count = try? pipe.readEnd.read(into: &span), count > 0 else { break }
      tail.withLock(signalling: false) { tail in
        tail.bytes.append(contentsOf: buffer[..<count])
        // Cut rarely, not at every line.
        if tail.bytes.count > 2 * Self.limit { tail.bytes.removeFirst(tail.bytes.count - Self.limit) }
      }
    }
    tail.withLock { $0.isEnded = true }
  }
}

/// Lends byte strings as the NULL-terminated array that C programs are started with. A NUL inside is refused.
func withCArray(
  _ strings: [[UInt8]], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int
) -> Int {
  guard !strings.contains(where: { $0.contains(0) }) else { return Int(-EINVAL) }
  var arena: [CChar] = []
  var starts: [Int] = []
  for string in strings {
    starts.append(arena.count)
    arena.append(contentsOf: string.map(CChar.init(bitPattern:)))
    arena.append(0)
  }
  return unsafe arena.withUnsafeMutableBufferPointer { arena in
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe []
    for start in starts { unsafe pointers.append(arena.baseAddress.map { unsafe $0 + start }) }
    unsafe pointers.append(nil)
    return unsafe pointers.withUnsafeBufferPointer { pointers in
      guard let first = pointers.baseAddress else { return Int(-ENOMEM) }
      return unsafe body(first)
    }
  }
}
