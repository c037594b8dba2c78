import CMongo
package import CoffreCore

/// What a server refused, or what kept its answer away, in the server's or the library's words.
package struct MongoError: Error, Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    /// There is no connection, or it broke.
    case unreachable
    /// The server answered with an error.
    case refused
    /// The run was cancelled meanwhile.
    case cancelled
    /// This machine has no libmongoc.
    case missing
    /// The answer is none that was asked for.
    case unexpected
  }

  package let reason: Reason
  /// The server's; 0 for the library's and our own words.
  package let code: Int
  /// As `SnapshotTooOld`; empty where nobody said one.
  package let name: String
  package let text: String
  /// In our own words; `nil` if they are the server's or the library's.
  private let ownWords: Message?
  private let ownAdvice: Message?

  package init(_ reason: Reason, _ text: String, code: Int = 0, name: String = "") {
    self.reason = reason
    self.code = code
    self.name = name
    self.text = text
    ownWords = nil
    ownAdvice = nil
  }

  /// In our own words.
  package init(_ reason: Reason, saying words: Message, code: Int = 0, advice: Message? = nil) {
    self.reason = reason
    self.code = code
    name = ""
    text = words.description
    ownWords = words
    ownAdvice = advice
  }

  package static let cancelled = MongoError(.cancelled, saying: "the run was cancelled")
  package static let malformed = MongoError(.unexpected, saying: "the server's answer is no document")

  /// What people read of it, in one line, with the number by which the server's manual knows it.
  package var message: Message {
    if let ownWords { return ownWords }
    let words = text.split(whereSeparator: \.isNewline).joined(separator: "; ")
    return .verbatim(code == 0 ? words : name.isEmpty ? "\(words) (\(code))" : "\(words) (\(code) \(name))")
  }

  /// What helps; `nil` where nobody knows.
  package var advice: Message? { ownAdvice }

  /// A server that goes down, or is no longer the one that takes changes, says so with these.
  private static let endings: Set<Int> = [6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]
  /// What a server answers to a user or password that it does not know.
  package static let authenticationFailed = 18
  /// What a server answers that keeps an instant no longer.
  package static let snapshotTooOld = 239
  /// What a server answers that has no collection of that name.
  package static let noSuchCollection = 26
  /// What a server answers that has no such user, and no such role.
  package static let noSuchUser = 11
  package static let noSuchRole = 31
  /// What a server answers where another collection has the name by now.
  package static let otherCollection = 361
}

extension MongoError {
  /// Of a call of the library that failed.
  ///
  /// - Parameter reply: what came, if anything did.
  init(_ error: bson_error_t, reply: BSONDocument?) {
    let code = Int(error.code)
    let text = unsafe withUnsafeBytes(of: error.message) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    let domain = error.domain
    if domain == MONGOC_ERROR_SERVER.rawValue {
      let name = reply?["codeName"]?.text ?? ""
      // What it shows behind these words is the whole command.
      let text = String(text[..<(text.firstRange(of: #" to execute command"#)?.lowerBound ?? text.endIndex)])
      self.init(Self.endings.contains(code) ? .unreachable : .refused, text, code: code, name: name)
    } else if domain == MONGOC_ERROR_CLIENT.rawValue, code == Int(MONGOC_ERROR_CLIENT_AUTHENTICATE.rawValue) {
      // So the library calls all that goes wrong meanwhile; where a command or its answer was lost, only the text says so.
      if text.hasPrefix(#"Failed to send"#) {
        self.init(.unreachable, text)
      } else {
        self.init(.refused, text, code: Self.authenticationFailed)
      }
    } else if domain == MONGOC_ERROR_STREAM.rawValue || domain == MONGOC_ERROR_SERVER_SELECTION.rawValue
      || domain == MONGOC_ERROR_CLIENT.rawValue || domain == MONGOC_ERROR_PROTOCOL.rawValue
    {
      self.init(.unreachable, text)
    } else {
      self.init(.unexpected, text)
    }
  }

  /// Of a write that the server answered `ok`, though it did not do all of it.
  package init?(ofWrite reply: BSONDocument) {
    if let first = try? reply["writeErrors"]?.document?.values().first?.document {
      self.init(
        .refused, first["errmsg"]?.text ?? "", code: Int(first["code"]?.integer ?? 0),
        name: first["codeName"]?.text ?? "")
      return
    }
    if let concern = reply["writeConcernError"]?.document {
      self.init(
        .refused, concern["errmsg"]?.text ?? "", code: Int(concern["code"]?.integer ?? 0),
        name: concern["codeName"]?.text ?? "")
      return
    }
    return nil
  }
}
