import CoffreCore
import CoffreSystem

/// A program that reads bytes and writes others. What it writes is gathered by a thread, so that neither side waits for the
/// other for ever; who writes takes what is ready after each piece.
final class FilterProcess {
  private struct Output: Sendable {
    var pieces: [[UInt8]] = []
    var isEnded = false
  }

  private let child: ChildProcess
  private let output = Monitor(Output())
  private let thread: EngineThread
  private let format: String
  private let cancellation: Cancellation

  init(_ words: [String], format: String, cancellation: Cancellation) throws {
    self.format = format
    self.cancellation = cancellation
    do throws(SystemError) {
      child = try ChildProcess.start(
        words, environment: ["LC_ALL": "C.UTF-8"], input: .piped, output: .piped, errors: .captured)
    } catch {
      guard error.isNotFound else { throw error }
      throw ArchiveError(
        .toolMissing, format: format, because: "the program '\(words.first ?? "")' is not installed")
    }
    thread = try EngineThread.start(named: "filter") { [child, output] in
      while true {
        var buffer = makeBuffer(256 << 10)
        var span = buffer.mutableSpan
        guard let count = try? child.read(into: &span), count > 0 else { break }
        buffer.removeLast(buffer.count - count)
        let piece = buffer
        output.withLock { $0.pieces.append(piece) }
      }
      output.withLock { $0.isEnded = true }
    }
  }

  deinit {
    child.kill()
    child.closeInput()
    thread.join()
  }

  func write(_ bytes: Span<UInt8>) throws {
    do throws(SystemError) {
      try cancellation.whenCancelled { [child] in
        child.kill()
      } during: { () throws(SystemError) in
        try child.write(bytes)
      }
    } catch {
      try cancellation.check()
      guard error.isBrokenPipe else { throw error }
      throw failure()
    }
  }

  func endInput() { child.closeInput() }

  /// A piece that is there already.
  func ready() -> [UInt8]? {
    output.withLock { $0.pieces.isEmpty ? nil : $0.pieces.removeFirst() }
  }

  /// The next piece.
  ///
  /// - Returns: `nil` when the program has ended well.
  func wait() throws -> [UInt8]? {
    let piece = cancellation.whenCancelled { [child] in
      child.kill()
    } during: {
      output.wait(until: { !$0.pieces.isEmpty || $0.isEnded }) { $0.pieces.isEmpty ? nil : $0.pieces.removeFirst() }
    }
    if let piece { return piece }
    try cancellation.check()
    guard try child.wait().isSuccess else { throw failure() }
    return nil
  }

  private func failure() -> ArchiveError {
    _ = try? child.wait()
    let text = displayed(child.capturedErrors())
    let cause: Message = text.split(separator: "\n").last.map { .verbatim(String($0)) } ?? "it ended with an error"
    let isKey = text.contains(#"No secret key"#) || text.contains(#"decryption failed"#)
    return ArchiveError(isKey ? .wrongKey : .cannotWrite, format: format, because: cause)
  }
}
