import CoffreCore
import CoffreSystem

/// A program that reads bytes and writes others. What it writes is gathered by a thread, so that neither side waits for the
/// other for ever; no more of it than `limit` waits to be taken, and the program with it.
final class FilterProcess {
  private struct State: Sendable {
    /// On their way to the program.
    var input: [[UInt8]] = []
    var isInputEnded = false
    /// The program takes no more.
    var isRefused = false
    /// What it wrote.
    var pieces: [[UInt8]] = []
    var size = 0
    var isEnded = false
    /// Why what it wrote after that cannot be had.
    var failure: SystemError?
    /// Nobody takes anything any more.
    var isLeft = false

    mutating func take() -> [UInt8]? {
      guard !pieces.isEmpty else { return nil }
      let piece = pieces.removeFirst()
      size -= piece.count
      return piece
    }
  }

  /// Of what the program wrote, in bytes.
  static let limit = 4 << 20
  static let pieceSize = 256 << 10
  /// Of what is on its way to the program.
  private static let mostInput = 4

  private let child: ChildProcess
  private let state = Monitor(State())
  private var threads: [EngineThread] = []
  private let format: String
  private let cancellation: Cancellation

  /// - Parameter read: what the program writes is read so.
  init(
    _ words: [String], format: String, cancellation: Cancellation,
    reading read: @escaping @Sendable (ChildProcess, inout MutableSpan<UInt8>) throws(SystemError) -> Int = {
      (child, buffer) throws(SystemError) in try child.read(into: &buffer)
    }
  ) throws {
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
    threads.append(
      try EngineThread.start(named: "filter") { [child, state] in
        while state.wait(until: { $0.size < Self.limit || $0.isLeft }, then: { !$0.isLeft }) {
          var buffer = makeBuffer(Self.pieceSize)
          var span = buffer.mutableSpan
          let count: Int
          do throws(SystemError) {
            count = try read(child, &span)
          } catch {
            // Nobody listens to it any more.
            state.withLock { $0.failure = error }
            child.kill()
            break
          }
          guard count > 0 else { break }
          buffer.removeLast(buffer.count - count)
          let piece = buffer
          state.withLock { state in
            state.pieces.append(piece)
            state.size += piece.count
          }
        }
        state.withLock { $0.isEnded = true }
      })
  }

  deinit {
    child.kill()
    state.withLock { $0.isLeft = true }
    for thread in threads { thread.join() }
    child.closeInput()
  }

  /// How much waits to be taken, in bytes.
  var waitingSize: Int { state.withLock { $0.size } }

  /// A piece that is there already.
  func ready() -> [UInt8]? { state.withLock { $0.take() } }

  /// The next piece.
  ///
  /// - Returns: `nil` when the program has ended well.
  func wait() throws -> [UInt8]? {
    let piece = cancellation.whenCancelled { [child] in
      child.kill()
    } during: {
      state.wait(until: { !$0.pieces.isEmpty || $0.isEnded }) { $0.take() }
    }
    if let piece { return piece }
    try cancellation.check()
    try checkReading()
    guard try child.wait().isSuccess else { throw failure() }
    return nil
  }

  private func checkReading() throws { if let failure = state.withLock({ $0.failure }) { throw failure } }

  private func failure() -> ArchiveError {
    _ = try? child.wait()
    let text = displayed(child.capturedErrors())
    let cause: Message = text.split(separator: "\n").last.map { .verbatim(String($0)) } ?? "it ended with an error"
    let isKey = text.contains(#"No secret key"#) || text.contains(#"decryption failed"#)
    return ArchiveError(isKey ? .wrongKey : .cannotWrite, format: format, because: cause)
  }
}

// MARK: Input

extension FilterProcess {
  /// Writes, and takes what is ready before it goes on: for programs that write about as much as they read.
  func write(_ bytes: Span<UInt8>, taking take: (Span<UInt8>) throws -> Void) throws {
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + Self.pieceSize)
      try write(bytes.extracting(start..<end))
      start = end
      while let piece = ready() { try take(piece.span) }
    }
  }

  private func write(_ bytes: Span<UInt8>) throws {
    do throws(SystemError) {
      try cancellation.whenCancelled { [child] in
        child.kill()
      } during: { () throws(SystemError) in
        try child.write(bytes)
      }
    } catch {
      try cancellation.check()
      guard error.isBrokenPipe else { throw error }
      try checkReading()
      throw failure()
    }
  }

  func endInput() { child.closeInput() }

  /// Has a thread write what `feed` gives, for programs that may write much more than they read. `write` is not to be
  /// called then.
  func startFeeding() throws {
    threads.append(
      try EngineThread.start(named: "filter-in") { [child, state] in
        while let piece = Self.nextInput(state) {
          do throws(SystemError) {
            try child.write(piece.span)
          } catch {
            // The program's own words tell why.
            state.withLock { state in
              state.isRefused = true
              state.input = []
            }
            break
          }
        }
        child.closeInput()
      })
  }

  private static func nextInput(_ state: Monitor<State>) -> [UInt8]? {
    state.wait(until: { !$0.input.isEmpty || $0.isInputEnded || $0.isLeft }) { state in
      guard !state.isLeft, !state.input.isEmpty else { return nil }
      return state.input.removeFirst()
    }
  }

  /// The next piece that the program writes, or `nil` when it wants more to read.
  func pieceUnlessHungry() -> [UInt8]? {
    cancellation.whenCancelled { [child] in
      child.kill()
    } during: {
      state.wait(until: { !$0.pieces.isEmpty || $0.isEnded || $0.isRefused || $0.input.count < Self.mostInput }) {
        $0.take()
      }
    }
  }

  /// - Parameter bytes: of no length at the end.
  /// - Returns: whether the program takes more.
  func feed(_ bytes: [UInt8]) -> Bool {
    state.withLock { state in
      guard !state.isRefused, !state.isEnded else { return false }
      if bytes.isEmpty { state.isInputEnded = true } else { state.input.append(bytes) }
      return !bytes.isEmpty
    }
  }
}
