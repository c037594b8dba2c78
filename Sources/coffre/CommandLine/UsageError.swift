import CoffreCore

/// The command line cannot be understood; nothing was done.
struct UsageError: Explained, Hashable {
  let explanation: Explanation
  var exitCode: ExitCode { .usage }

  /// - Parameters:
  ///   - problem: lower case, no full stop, what was typed in single quotes.
  ///   - advice: a sentence.
  init(_ problem: String, advice: String) {
    explanation = Explanation(visible(problem), advice: visible(advice))
  }
}

extension Explanation {
  /// The lines that people read on the standard error stream, with the last line's end.
  var messageText: String {
    var text = "error: \(problem)\n"
    if let cause { text += "  because: \(cause)\n" }
    if let advice { text += "  do: \(advice)\n" }
    return text
  }
}

/// `text` with control characters spelt out, so that what somebody typed cannot steer the terminal.
func visible(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    if scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value) {
      let digits = String(scalar.value, radix: 16)
      result += "\\x" + (digits.count < 2 ? "0" : "") + digits
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// `a`, `a or b`, `a, b or c`.
func listed(_ words: [String], _ conjunction: String) -> String {
  guard words.count > 1, let last = words.last else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}
