package import CoffreCore
import Synchronization

/// Counters of a running backup, written by all its threads.
package final class ArchiveProgress: Sendable {
  package struct Counters: Sendable, Hashable {
    package var filesNew = 0
    package var filesChanged = 0
    package var filesUnmodified = 0
    package var directoriesNew = 0
    package var directoriesChanged = 0
    package var directoriesUnmodified = 0
    package var bytesProcessed: Int64 = 0
    package var losses = 0
    package var warnings = 0
    package var files: Int { filesNew + filesChanged + filesUnmodified }
  }

  private let counters = Mutex(Counters())
  private let threads = Mutex([ArchivePosition]())
  private let events: any EventSink
  private let reportsItems: Bool

  package init(events: any EventSink, reportsItems: Bool) {
    self.events = events
    self.reportsItems = reportsItems
  }

  package var snapshot: Counters { counters.withLock { $0 } }
  package var currentItems: [String] {
    threads.withLock { $0 }.compactMap { $0.place }.map { displayed($0.path) }
  }

  func count(_ change: (inout Counters) -> Void) { counters.withLock { change(&$0) } }

  /// For a thread to say where it is.
  func makePosition() -> ArchivePosition {
    let position = ArchivePosition()
    threads.withLock { $0.append(position) }
    return position
  }

  func item(_ action: String, _ path: @autoclosure () -> PathBytes, size: Int64) {
    guard reportsItems else { return }
    events.take(.item(JobItem(action: action, path: displayed(path()), size: size)))
  }

  func warn(_ code: String, _ path: PathBytes, _ message: Message, isLoss: Bool) {
    count { counters in
      counters.warnings += 1
      if isLoss { counters.losses += 1 }
    }
    events.take(.warning(JobWarning(code: code, subject: displayed(path), message: message, isLoss: isLoss)))
  }

  func note(_ text: Message) { events.take(.note(text)) }
}

/// Where one thread of a backup is. Each has its own: they say it for every directory and file that is read.
final class ArchivePosition: Sendable {
  private let current = Mutex<ArchivePlace?>(nil)

  var place: ArchivePlace? { current.withLock { $0 } }

  func move(to place: ArchivePlace) {
    // What the one before held is let go of behind the lock.
    let before = current.withLock { current in
      defer { current = place }
      return current
    }
    withExtendedLifetime(before) {}
  }
}

/// A place of a backup; the path is put together only for whoever wants to see it.
struct ArchivePlace: Sendable {
  let work: DirectoryWork
  var name: [UInt8]?

  var path: PathBytes { name.map { joined(work.path, $0) } ?? work.path }
}
