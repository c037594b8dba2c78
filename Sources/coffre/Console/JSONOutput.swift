import CoffreCore
import CoffreEngine
import CoffreSystem
import Synchronization

/// Events as JSON lines on stdout; errors too, so that a program reads one stream.
final class JSONOutput: EventSink {
  private static let interval = Duration.milliseconds(500)
  private let showsProgress: Bool
  private let language: Language
  private let lastProgress = Mutex<ContinuousClock.Instant?>(nil)

  init(showsProgress: Bool, language: Language) {
    self.showsProgress = showsProgress
    self.language = language
  }

  func take(_ event: JobEvent) {
    if case .progress = event {
      guard showsProgress, isDue() else { return }
    }
    guard let line = EventJSON.line(event, at: Clock.now(), in: language) else { return }
    try? StandardStream.output.write(line)
  }

  /// At most two status lines a second.
  private func isDue() -> Bool {
    lastProgress.withLock { last in
      let now = ContinuousClock.now
      if let last, now - last < Self.interval { return false }
      last = now
      return true
    }
  }
}
