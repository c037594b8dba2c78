import CoffreCore
import CoffreSystem

/// Lines on their way into a manifest, kept in a file that has no use afterwards.
final class LineSpool {
  private static let capacity = 256 << 10

  private let file: FileDescriptor
  private var buffer: [UInt8] = []
  private(set) var count = 0

  /// - Parameter name: of a file that does not exist yet; it loses its name at once.
  init(_ name: PathBytes, in folder: borrowing FileDescriptor) throws {
    file = try folder.open(name, for: .readingAndWriting, [.create, .exclusive, .noFollow])
    try folder.removeFile(name)
    buffer.reserveCapacity(Self.capacity + 1024)
  }

  func add(_ line: [UInt8]) throws {
    buffer += line
    buffer.append(0x0A)
    count += 1
    if buffer.count >= Self.capacity { try flush() }
  }

  private func flush() throws {
    let full = buffer
    try file.write(full.span)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Calls `body` with each line. More may be added afterwards.
  func forEach(_ body: ([UInt8]) throws -> Void) throws {
    try flush()
    try file.seek(to: 0)
    let lines = LineReader(try file.duplicate())
    for _ in 0..<count {
      guard let line = try lines.next() else { preconditionFailure("a spool lost lines") }
      try body(line)
    }
    // The duplicate shares the position, which stands at the end again.
  }
}
