import CoffreCore

/// The program's log; its level comes from `COFFRE_LOG_LEVEL`.
package let log = Log(level: Environment.value("COFFRE_LOG_LEVEL").flatMap(Log.Level.init(name:)) ?? .warning)

/// Lines on standard error: `2026-11-21T14:05:09+01:00 info snapshot saved snapshot=3fa2c1d0`.
///
/// A message is constant and in lower case; what varies goes into the facts, and a secret never.
package struct Log: Sendable {
  package typealias Facts = KeyValuePairs<String, any CustomStringConvertible>

  package enum Level: Int, Sendable, Comparable, CaseIterable {
    case trace, debug, info, notice, warning, error

    package init?(name: String) {
      guard let level = Self.allCases.first(where: { $0.name == name.lowercased() }) else { return nil }
      self = level
    }

    package var name: String { String(describing: self) }
    package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  /// What is less grave is not written.
  package let level: Level
  private let stream: StandardStream

  package init(level: Level, stream: StandardStream = .errors) {
    self.level = level
    self.stream = stream
  }

  /// Frames and system calls.
  package func trace(_ message: StaticString, _ facts: @autoclosure () -> Facts = [:]) {
    write(.trace, message, facts)
  }

  /// Decisions.
  package func debug(_ message: StaticString, _ facts: @autoclosure () -> Facts = [:]) {
    write(.debug, message, facts)
  }

  /// Steps of a job.
  package func info(_ message: StaticString, _ facts: @autoclosure () -> Facts = [:]) { write(.info, message, facts) }

  /// What an operator reads daily.
  package func notice(_ message: StaticString, _ facts: @autoclosure () -> Facts = [:]) {
    write(.notice, message, facts)
  }

  /// Worse than it should be, and going on.
  package func warning(_ message: StaticString, _ facts: @autoclosure () -> Facts = [:]) {
    write(.warning, message, facts)
  }

  /// A job failed.
  package func error(_ message: StaticString, _ facts: @autoclosure () -> Facts = [:]) {
    write(.error, message, facts)
  }

  private func write(_ level: Level, _ message: StaticString, _ facts: () -> Facts) {
    guard level >= self.level else { return }
    // There is nobody to tell that the log cannot be written.
    try? stream.write(Log.line(level, message.description, facts(), at: Clock.now()))
  }

  static func line(_ level: Level, _ message: String, _ facts: Facts, at time: Timestamp) -> String {
    let second = Timestamp(seconds: time.seconds, nanoseconds: 0, utcOffset: time.utcOffset)
    var line = "\(second) \(level.name) \(message)"
    for (name, value) in facts { line += " \(name)=\(quoted(value.description))" }
    return line + "\n"
  }

  /// One word stays bare; anything else is quoted, and nothing in it can start a new line or move the cursor.
  private static func quoted(_ value: String) -> String {
    var isPlain = !value.isEmpty
    var text = ""
    for scalar in value.unicodeScalars {
      switch scalar.value {
      case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0x22, 0x5C:
        isPlain = false
        text += scalar.escaped(asASCII: true)
      case 0x20, 0x3D:
        isPlain = false
        text.unicodeScalars.append(scalar)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return isPlain ? text : "\"\(text)\""
  }
}
