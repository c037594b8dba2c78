import CoffreCore
import CoffreSystem

/// A lock on a shelf, held as long as this lives. The kernel lets go of it when the process ends, however it does.
package final class ShelfLock: Sendable {
  enum Purpose: Sendable {
    /// One writer at a time: whatever has a temporary name is then of a run that is dead.
    case writing
    /// Shared by all who read; removal waits for none of them, it refuses.
    case reading
    case removing

    var fileName: PathBytes {
      switch self {
      case .writing: Array(".coffre-writer.lock".utf8)
      case .reading, .removing: Array(".coffre-reader.lock".utf8)
      }
    }

    var kind: FileDescriptor.LockKind { self == .reading ? .shared : .exclusive }
  }

  private let file: FileDescriptor

  private static let pace = Duration.milliseconds(200)

  /// - Parameters:
  ///   - makingFile: whether the file that is locked is made; if not, and it is not there, the lock cannot be had.
  ///   - patience: how long to wait for somebody else to end.
  /// - Throws: `ShelfError.locked` if somebody else still holds it then; `SystemError` if it cannot be had.
  init(
    _ purpose: Purpose, on folder: borrowing FileDescriptor, makingFile: Bool = true, patience: Duration = .zero,
    cancellation: Cancellation = Cancellation()
  ) throws {
    let file = try folder.open(
      purpose.fileName, for: .readingAndWriting, makingFile ? [.create, .noFollow] : .noFollow, permissions: 0o600)
    let deadline = Clock.monotonic() + patience
    while try !file.tryLock(purpose.kind) {
      guard Clock.monotonic() < deadline else {
        let holder = (try? file.readToEnd(expecting: 128, limit: 4096)).map { displayed($0) } ?? ""
        throw ShelfError.locked(displayed(folder.path), by: holder)
      }
      try pause(for: Self.pace, unless: cancellation)
    }
    if purpose == .writing {
      // For people: what counts is the kernel's lock.
      let text = "process \(ProcessIdentity.current()?.processID ?? 0) on \(hostName())"  // not for people
      try? file.truncate(to: 0)
      try? file.write(Array(text.utf8).span, at: 0)
    }
    self.file = file
  }

  deinit { try? file.unlock() }
}
