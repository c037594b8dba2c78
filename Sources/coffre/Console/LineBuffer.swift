import CoffreCore

/// Gathers lines, so that a long listing is not one system call each.
final class LineBuffer {
  private let console: Console
  private var bytes: [UInt8] = []

  init(_ console: Console) { self.console = console }

  /// Lines of JSON end already.
  func add(_ line: [UInt8]) throws {
    bytes += line
    if bytes.count >= 1 << 16 { try flush() }
  }

  /// What is not ours is made visible by whoever gives it.
  func add(line: String) throws { try add(Array(line.utf8) + [UInt8(ascii: "\n")]) }

  func add(_ message: Message) throws { try add(line: console.language.text(message)) }

  func flush() throws {
    guard !bytes.isEmpty else { return }
    try console.print(bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}
