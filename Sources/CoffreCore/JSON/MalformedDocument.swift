/// What the errors of all codecs share: where reading stopped and why.
///
/// Whoever knows the object's name adds it; the codecs only see bytes.
package protocol MalformedDocument: Explained, Hashable {
  /// As a message names it, such as `index file`.
  static var documentName: Message { get }
  /// In bytes from the start of the plaintext.
  var offset: Int { get }
  /// What is wrong there, in lower case, without full stop.
  var problem: Message { get }

  init(offset: Int, problem: Message)
}

extension MalformedDocument {
  /// Takes over place and problem of a JSON text that cannot be read.
  package init(_ error: MalformedJSON) { self.init(offset: error.offset, problem: error.problem) }

  package var explanation: Explanation {
    Explanation("malformed \(Self.documentName): \(problem), at byte \(offset)")
  }

  package var exitCode: ExitCode { .failed }
}

/// A text that is no JSON, or holds another value than the one asked for.
package struct MalformedJSON: MalformedDocument {
  package static let documentName: Message = "JSON"
  package let offset: Int
  package let problem: Message

  package init(offset: Int, problem: Message) {
    self.offset = offset
    self.problem = problem
  }
}
