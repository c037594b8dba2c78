package import CoffreCore
import CoffreSystem
import Synchronization

/// A file for people, one for each day, with a line for each thing that a run did: `coffre-2026-11-23.log`, and
/// `coffre-2026-11-23.1.log` and so on once one is full.
///
/// Several threads, and several runs, may write at once: each line is one write to the end of a file, and no file is ever
/// renamed. A log is never why something else fails: the first trouble is told once, and later lines are still tried.
package final class DayLog: Sendable {
  package struct Settings: Sendable {
    /// Made if it is not there.
    package var folder: PathBytes
    /// Of one file, in bytes; the next line begins another one.
    package var largestInBytes: Int64 = 10 << 20
    /// How many days stay, today among them.
    package var keptDays = 30
    /// What must not stand in it, whoever says it.
    package var hidden: [Secret] = []

    package init(folder: PathBytes) { self.folder = folder }
  }

  /// The raw values are words for programs, the same in every language.
  package enum Level: String, Sendable, Hashable {
    case info, warning, error

    fileprivate var column: String { rawValue + String(repeating: " ", count: 7 - rawValue.count) }
  }

  private let settings: Settings
  private let language: Language
  private let now: @Sendable () -> Timestamp
  private let warn: @Sendable (Message) -> Void

  private struct State {
    var file: OpenLog?
    var hasWarned = false
    /// The last line may have no end.
    var isBroken = false
  }

  private let state = Mutex(State())

  /// Opens nothing yet.
  ///
  /// - Parameter warn: told once that the log cannot be written, and why.
  package init(
    _ settings: Settings, language: Language, now: @escaping @Sendable () -> Timestamp = { Clock.now() },
    warn: @escaping @Sendable (Message) -> Void
  ) {
    self.settings = settings
    self.language = language
    self.now = now
    self.warn = warn
  }

  /// Writes a line: time, level, row, text.
  ///
  /// - Parameter row: how messages call it; `nil` for what concerns the whole run.
  package func write(_ level: Level, row: String? = nil, _ message: Message) {
    let moment = now()
    let whole: Message = row.map { "row \($0): \(message)" } ?? message
    let text = hidingSecrets(language.text(whole))
    let line = Array("\(moment.forPeople) \(level.column) \(text)\n".utf8)
    let problem = state.withLock { state in
      do throws(SystemError) {
        try append(line, on: DayName(moment), &state)
        return nil as SystemError?
      } catch {
        state.file = nil
        defer { state.hasWarned = true }
        return state.hasWarned ? nil : error
      }
    }
    guard let problem else { return }
    warn("cannot write the log in '\(displayed(settings.folder))': \(problem.cause)")
  }

  /// Lets go of the file; a later line opens it again.
  package func close() { state.withLock { $0.file = nil } }

  /// In one line, and without what must not be told.
  private func hidingSecrets(_ text: String) -> String {
    var text = text
    for secret in settings.hidden {
      let word = String(decoding: secret.exposedBytes, as: UTF8.self)
      // One that short is found in every other word.
      if word.utf8.count >= 4 { text = text.replacing(word, with: "***") }
    }
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

// MARK: Files

/// The file that lines go to.
private final class OpenLog: Sendable {
  let day: DayName
  let number: Int
  private let file: FileDescriptor

  init(_ day: DayName, _ number: Int, _ file: consuming FileDescriptor) {
    self.day = day
    self.number = number
    self.file = file
  }

  func size() throws(SystemError) -> Int64 { try file.attributes().size }
  func write(_ bytes: [UInt8]) throws(SystemError) { try file.write(bytes.span) }
}

extension DayLog {
  private func append(_ line: [UInt8], on day: DayName, _ state: inout State) throws(SystemError) {
    var file: OpenLog
    if let open = state.file, open.day == day {
      file = open
    } else {
      file = try openLast(of: day)
      removeOld(today: day)
    }
    let size = try file.size()
    if size > 0, size + Int64(line.count) > settings.largestInBytes { file = try open(day, file.number + 1) }
    state.file = file
    let start: [UInt8] = state.isBroken ? [0x0A] : []
    state.isBroken = true
    try file.write(start + line)
    state.isBroken = false
  }

  /// The one with the highest number: another run may have begun it.
  private func openLast(of day: DayName) throws(SystemError) -> OpenLog {
    try makeDirectories(settings.folder, permissions: 0o750)
    let names = try FileDescriptor.openDirectory(path: settings.folder).entryNames()
    let numbers = names.compactMap { DayName.parse($0) }.filter { $0.day == day }.map(\.number)
    return try open(day, numbers.max() ?? 0)
  }

  private func open(_ day: DayName, _ number: Int) throws(SystemError) -> OpenLog {
    let path = joined(settings.folder, day.fileName(number))
    let file = try FileDescriptor.open(
      path, for: .writing, [.create, .append, .noFollow, .nonBlocking], permissions: 0o640)
    return OpenLog(day, number, file)
  }

  /// What cannot be removed stays until the next day.
  private func removeOld(today: DayName) {
    guard let folder = try? FileDescriptor.openDirectory(path: settings.folder), let names = try? folder.entryNames()
    else { return }
    for name in names {
      guard let found = DayName.parse(name), today.number - found.day.number >= Int64(max(1, settings.keptDays)) else {
        continue
      }
      try? folder.removeFile(name)
    }
  }
}
