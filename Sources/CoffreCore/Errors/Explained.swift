/// What the user reads of an error: the problem, its cause as the system said it, the way out.
package struct Explanation: Sendable, Hashable {
  /// In lower case, without full stop, subjects in single quotes.
  package let problem: String
  /// As the system or the other side said it.
  package let cause: String?
  /// A sentence that tells what to do.
  package let advice: String?

  package init(_ problem: String, because cause: String? = nil, advice: String? = nil) {
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

extension Explained {
  /// Problem and cause in one line, for where advice would be noise.
  package var text: String { explanation.cause.map { "\(explanation.problem): \($0)" } ?? explanation.problem }
}
