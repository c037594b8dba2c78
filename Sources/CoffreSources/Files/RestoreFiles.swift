import CoffreCore
import CoffreSystem
import Synchronization

/// A file that is being written, open.
final class RestoreFile: Sendable {
  let descriptor: FileDescriptor
  init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
}

/// The files of a restore that have some of their bytes, by their number: many may be begun, few are open.
final class RestoreFiles: Sendable {
  /// Some of the files, so that threads seldom wait for each other.
  private final class Part: Sendable {
    let state = Mutex(State())
  }

  private struct State {
    var begun: Set<Int> = []
    var open: [Int: RestoreFile] = [:]
  }

  private static let partCount = 16
  /// Per part: 256 in all.
  private static let limit = 16
  private let parts = (0..<partCount).map { _ in Part() }

  private func part(_ number: Int) -> Part { parts[number % Self.partCount] }

  func isBegun(_ number: Int) -> Bool { part(number).state.withLock { $0.begun.contains(number) } }

  /// - Parameter open: told whether the file is to be made or stands there already. Called under a lock: two threads may
  ///   bring the first bytes of one file at the same moment.
  func file(_ number: Int, open: (_ isNew: Bool) throws(SystemError) -> RestoreFile) throws(SystemError) -> RestoreFile
  {
    try part(number).state.withLock { state throws(SystemError) in
      if let file = state.open[number] { return file }
      // A thread that is writing to the one set aside keeps it open until it has done.
      if state.open.count >= Self.limit, let other = state.open.keys.first { state.open[other] = nil }
      let file = try open(!state.begun.contains(number))
      state.begun.insert(number)
      state.open[number] = file
      return file
    }
  }

  /// - Returns: whether the file was begun.
  func forget(_ number: Int) -> Bool {
    part(number).state.withLock { state in
      state.open[number] = nil
      return state.begun.remove(number) != nil
    }
  }

  /// - Returns: all that were begun and not forgotten.
  func forgetAll() -> [Int] {
    parts.flatMap { part in
      part.state.withLock { state in
        defer { state = State() }
        return Array(state.begun)
      }
    }
  }
}
