import CMariaDB
package import CoffreCore

/// What a server refused, or what kept its answer away, in the server's or the library's words.
package struct MariaDBError: Error, Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    /// There is no connection, or it broke.
    case unreachable
    /// The server answered with an error.
    case refused
    /// The run was cancelled meanwhile.
    case cancelled
    /// The answer is none that was asked for.
    case unexpected
  }

  package let reason: Reason
  /// The server's (below 2000 and above 2999) or the library's; 0 for our own words.
  package let code: Int
  /// SQLSTATE, five characters; empty where nobody said one.
  package let state: String
  package let text: String
  /// In our own words; `nil` if they are the server's or the library's.
  private let ownWords: Message?
  private let ownAdvice: Message?

  package init(_ reason: Reason, _ text: String, code: Int = 0, state: String = "") {
    self.reason = reason
    self.code = code
    self.state = state
    self.text = text
    ownWords = nil
    ownAdvice = nil
  }

  /// In our own words.
  package init(_ reason: Reason, saying words: Message, advice: Message? = nil) {
    self.reason = reason
    code = 0
    state = ""
    text = words.description
    ownWords = words
    ownAdvice = advice
  }

  package static let cancelled = MariaDBError(.cancelled, saying: "the run was cancelled")

  /// What people read of it, in one line, with the number by which the server's manual knows it.
  package var message: Message {
    if let ownWords { return ownWords }
    let words = text.split(whereSeparator: \.isNewline).joined(separator: "; ")
    return .verbatim(code == 0 ? words : "\(words) (\(code))")
  }

  /// What helps; `nil` where nobody knows.
  package var advice: Message? { ownAdvice }

  /// A server ends a session with these: killed, shut down, too long idle.
  private static let endings: Set<Int> = [1053, 1077, 1080, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 3169, 4031]
}

extension MariaDBError {
  /// From a connection whose last call failed.
  ///
  /// - Parameter isConnecting: whether it never stood.
  init(of handle: UnsafeMutablePointer<MYSQL>, isConnecting: Bool = false) {
    let code = Int(unsafe mysql_errno(handle))
    let text = unsafe String(cString: mysql_error(handle))
    let state = unsafe String(cString: mysql_sqlstate(handle))
    guard code != 0 else {
      self.init(.unexpected, saying: "the server gave another answer than was asked for")
      return
    }
    let isLibrarys = (2000..<3000).contains(code) || (5000..<6000).contains(code)
    let isBroken = isLibrarys || Self.endings.contains(code) || isConnecting
    self.init(
      isBroken ? .unreachable : .refused, text, code: code,
      state: isLibrarys || state == "00000" ? "" : state)
  }
}
