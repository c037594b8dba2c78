/// What the user reads of an error: the problem, its cause as the system said it, the way out.
package struct Explanation: Sendable, Hashable {
  /// In lower case, without full stop, subjects in single quotes.
  package let problem: Message
  /// As the system or the other side said it.
  package let cause: Message?
  /// A sentence that tells what to do.
  package let advice: Message?

  package init(_ problem: Message, because cause: Message? = nil, advice: Message? = nil) {
    self.problem = problem
    self.cause = cause
    self.advice = advice
  }
}

/// An error that can tell people what happened, and scripts by which code to know it.
package protocol Explained: Error {
  var explanation: Explanation { get }
  var exitCode: ExitCode { get }
}

/// What to tell people of any error; those that explain nothing themselves are shown as they describe themselves.
package func explanation(of error: any Error) -> Explanation {
  (error as? any Explained)?.explanation ?? Explanation(.verbatim("\(error)"))
}

/// Problem and cause of any error in one line.
package func shortText(of error: any Error) -> Message {
  (error as? any Explained)?.text ?? .verbatim("\(error)")
}

extension Explained {
  /// Problem and cause in one line, for where advice would be noise.
  package var text: Message { explanation.cause.map { "\(explanation.problem): \($0)" } ?? explanation.problem }
}
