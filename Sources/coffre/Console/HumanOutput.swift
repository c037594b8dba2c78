import CoffreCore
import CoffreSystem
import Synchronization

/// Events for people: warnings and one progress line on stderr, the result on stdout.
final class HumanOutput: EventSink {
  private struct State {
    /// How many lines of progress are the last thing on the terminal; the next text replaces them.
    var progressLines = 0
    var lastLine: ContinuousClock.Instant?
    /// Warnings of one kind beyond the first few are counted, not shown one by one.
    var shown: [String: Int] = [:]
  }

  private static let minute = Duration.seconds(60)
  private static let shownPerKind = 20
  private let isQuiet: Bool
  private let verbosity: Int
  private let language: Language
  private let isTerminal = Terminal.isTerminal(.errors)
  private let details: @Sendable () -> [Message]
  private let summary: @Sendable (JobResult) -> [Message]
  private let state = Mutex(State())

  /// - Parameter details: lines below that of the whole, on a terminal: what is done beside each other.
  init(
    isQuiet: Bool, verbosity: Int, language: Language, details: @escaping @Sendable () -> [Message] = { [] },
    summary: @escaping @Sendable (JobResult) -> [Message]
  ) {
    self.details = details
    self.language = language
    self.isQuiet = isQuiet
    self.verbosity = verbosity
    self.summary = summary
  }

  func take(_ event: JobEvent) {
    switch event {
    case .started: state.withLock { $0.lastLine = .now }
    case .progress(let progress): show(progress)
    case .warning(let warning): show(warning)
    case .item(let item): if verbosity > 0 { say("\(.word(item.action)) \(item.path) (\(byteText(item.size)))") }
    case .note(let text): if !isQuiet { say(text) }
    case .part(let part): if !isQuiet { say(part.message) }
    case .finished(let result): finish(result)
    case .failed(let explanation, _):
      clearLine()
      write(language.text(of: explanation))
    }
  }

  private func finish(_ result: JobResult) {
    let hidden = state.withLock { state in state.shown.filter { $0.value > Self.shownPerKind } }
    for (code, count) in hidden.sorted(by: { $0.key < $1.key }) {
      say("warning: \(count - Self.shownPerKind) more of '\(code)'; see the journal for all")
    }
    clearLine()
    if isQuiet {
      // Silence means that all is well; a cron mail about anything else should tell what there is.
      if result.exitCode != .done { for line in summary(result) { say(line) } }
      return
    }
    for line in summary(result) { try? StandardStream.output.write(language.text(line) + "\n") }
  }

  private func show(_ warning: JobWarning) {
    if !warning.isLoss, isQuiet { return }
    let number = state.withLock { state in
      state.shown[warning.code, default: 0] += 1
      return state.shown[warning.code, default: 0]
    }
    guard number <= Self.shownPerKind || verbosity > 0 else { return }
    let subject: Message = Self.words(for: warning.subject)
    say(
      warning.isLoss
        ? "error: '\(subject)': \(warning.message)" : "warning: '\(subject)': \(warning.message)")
  }

  /// A subject is a path, or the kind of an object and its id: the same for programs in every language.
  static func words(for subject: String) -> Message {
    if subject.hasPrefix("tree "), let of = subject.firstRange(of: " of ") {  // not for people
      let tree = subject[..<of.lowerBound].dropFirst(5)
      return "tree \(tree) of \(words(for: String(subject[of.upperBound...])))"
    }
    for (kind, named) in kinds where subject.hasPrefix(kind) { return named(String(subject.dropFirst(kind.count))) }
    return .verbatim(subject)
  }

  private static let kinds: [(kind: String, named: @Sendable (String) -> Message)] = [
    ("snapshot file ", { "snapshot file \($0)" }),  // not for people
    ("snapshot ", { "snapshot \($0)" }), ("tree ", { "tree \($0)" }), ("database ", { "database \($0)" }),
    ("row ", { "row \($0)" }), ("table ", { "table \($0)" }), ("role ", { "role \($0)" }),
    ("tablespace ", { "tablespace \($0)" }),
  ]

  private func show(_ progress: JobProgress) {
    guard !isQuiet else { return }
    let line = ProgressLine(progress, language: language)
    if isTerminal {
      let width = max(20, (Terminal.width ?? 80) - 1)
      let lines = [line.text(width: width)] + details().map { String(language.text($0).prefix(width)) }
      let before = state.withLock { state in
        defer { state.progressLines = lines.count }
        return state.progressLines
      }
      // At once, so that nothing flickers.
      write(Self.wiping(before) + lines.joined(separator: "\n"))
      return
    }
    let isDue = state.withLock { state in
      guard let last = state.lastLine, ContinuousClock.now - last >= Self.minute else { return false }
      state.lastLine = .now
      return true
    }
    if isDue { write(line.text(width: 200) + "\n") }
  }

  private func say(_ text: Message) {
    clearLine()
    write(language.text(text) + "\n")
  }

  private func clearLine() {
    let count = state.withLock { state in
      defer { state.progressLines = 0 }
      return state.progressLines
    }
    if count > 0 { write(Self.wiping(count)) }
  }

  /// Clears lines from the last one upwards, and stays at the begin of the first.
  private static func wiping(_ count: Int) -> String {
    "\r\u{1B}[K" + String(repeating: "\u{1B}[A\u{1B}[K", count: max(0, count - 1))
  }

  private func write(_ text: String) { try? StandardStream.errors.write(text) }
}
