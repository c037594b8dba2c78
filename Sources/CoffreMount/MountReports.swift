import CoffreCore
import FuseKit
import Synchronization

/// What is wrong with what somebody tried to read, each thing told once.
final class MountReports: Sendable {
  private struct State {
    var told: Set<String> = []
    var count = 0
  }

  /// A repository of ruins must not fill the memory with complaints.
  private static let remembered = 1000
  private let events: any EventSink
  private let state = Mutex(State())

  init(_ events: any EventSink) { self.events = events }

  /// How many warnings were told.
  var count: Int { state.withLock { $0.count } }

  func warn(_ code: String, _ subject: String, _ message: Message, isLoss: Bool) {
    let isNew = state.withLock { state in
      if state.told.count >= Self.remembered { state.told = [] }
      guard state.told.insert("\(code) \(subject) \(message)").inserted else { return false }
      state.count += 1
      return true
    }
    guard isNew else { return }
    events.take(.warning(JobWarning(code: code, subject: subject, message: message, isLoss: isLoss)))
  }

  /// Tells why something cannot be read.
  ///
  /// - Returns: what the program that wanted it is told.
  func damage(_ error: any Error, _ subject: String) -> FileSystemFailure {
    // The mount is ending.
    if error is Cancelled { return .damaged }
    warn("unreadable", subject, (error as? any Explained)?.text ?? .verbatim("\(error)"), isLoss: true)
    return .damaged
  }
}
