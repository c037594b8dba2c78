package import CoffreCore

/// A command line that has no end of its own.
package struct CommandSyntaxError: Error, Sendable, Hashable, Explained {
  package let command: String
  package let problem: Message

  package var explanation: Explanation {
    Explanation("cannot read the command '\(command)'", because: problem, advice: "Close every quote.")
  }

  package var exitCode: ExitCode { .usage }
}

/// Splits a command line into words as a shell would: quotes and backslashes count, nothing is expanded.
///
/// Between single quotes everything stands for itself. Between double quotes a backslash protects `"`, `\`, `$`, a
/// backquote and the end of a line; elsewhere it protects any character.
package func splitCommand(_ command: String) throws(CommandSyntaxError) -> [String] {
  var splitter = CommandSplitter()
  for character in command.unicodeScalars { splitter.take(character) }
  return try splitter.words(of: command)
}

private struct CommandSplitter {
  private enum Place {
    case outside, singleQuotes, doubleQuotes
  }

  private var place = Place.outside
  private var isEscaped = false
  private var words: [String] = []
  private var word = String.UnicodeScalarView()
  /// An empty pair of quotes makes a word too.
  private var hasWord = false

  mutating func take(_ character: Unicode.Scalar) {
    if isEscaped {
      isEscaped = false
      takeEscaped(character)
      return
    }
    switch (place, character) {
    case (.singleQuotes, "'"), (.doubleQuotes, "\""): place = .outside
    case (.singleQuotes, _): word.append(character)
    case (_, "\\"): isEscaped = true
    case (.doubleQuotes, _): word.append(character)
    case (.outside, "'"): open(.singleQuotes)
    case (.outside, "\""): open(.doubleQuotes)
    case (.outside, " "), (.outside, "\t"), (.outside, "\n"), (.outside, "\r"): endWord()
    case (.outside, _):
      word.append(character)
      hasWord = true
    }
  }

  private mutating func takeEscaped(_ character: Unicode.Scalar) {
    if character == "\n" { return }
    if place == .doubleQuotes, !["\"", "\\", "$", "`"].contains(character) { word.append("\\") }
    word.append(character)
    hasWord = true
  }

  private mutating func open(_ quotes: Place) {
    place = quotes
    hasWord = true
  }

  private mutating func endWord() {
    if hasWord { words.append(String(word)) }
    word = String.UnicodeScalarView()
    hasWord = false
  }

  mutating func words(of command: String) throws(CommandSyntaxError) -> [String] {
    guard place == .outside else { throw CommandSyntaxError(command: command, problem: "a quote is not closed") }
    guard !isEscaped else { throw CommandSyntaxError(command: command, problem: "it ends with a backslash") }
    endWord()
    return words
  }
}
