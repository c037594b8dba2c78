import CoffreCore

/// The command line cannot be understood; nothing was done.
struct UsageError: Explained, Hashable {
  let explanation: Explanation
  var exitCode: ExitCode { .usage }

  /// - Parameters:
  ///   - problem: lower case, no full stop, what was typed in single quotes.
  ///   - advice: a sentence.
  init(_ problem: Message, advice: Message) {
    explanation = Explanation(problem, advice: advice)
  }
}

extension Language {
  /// The lines that people read on the standard error stream, with the last line's end.
  func text(of explanation: Explanation) -> String {
    var lines = [text("error: \(explanation.problem)")]
    if let cause = explanation.cause { lines.append("  " + text("because: \(cause)")) }
    if let advice = explanation.advice { lines.append("  " + text("do: \(advice)")) }
    return lines.joined(separator: "\n") + "\n"
  }
}
