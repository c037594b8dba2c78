import CoffreCore

/// The four options that bring patterns of one kind: given or in files, with regard to case or without.
struct PatternOptions: Sendable {
  let given: OptionSpec
  let file: OptionSpec
  let caselessGiven: OptionSpec
  let caselessFile: OptionSpec

  var all: [OptionSpec] { [given, file, caselessGiven, caselessFile] }

  /// What leaves something out, for backups and restores.
  static let exclude = PatternOptions(
    given: OptionSpec(
      "exclude", "e", .text("pattern"), help: "leave out what matches; '!' takes back", isRepeatable: true),
    file: OptionSpec(
      "exclude-file", nil, .path("file"), help: "read such patterns from a file, one a line", isRepeatable: true),
    caselessGiven: OptionSpec(
      "iexclude", nil, .text("pattern"), help: "as --exclude, in upper and lower case", isRepeatable: true),
    caselessFile: OptionSpec(
      "iexclude-file", nil, .path("file"), help: "as --exclude-file, in upper and lower case", isRepeatable: true))

  /// What chooses, for restores.
  static let include = PatternOptions(
    given: OptionSpec("include", "i", .text("pattern"), help: "only what matches", isRepeatable: true),
    file: OptionSpec(
      "include-file", nil, .path("file"), help: "read such patterns from a file, one a line", isRepeatable: true),
    caselessGiven: OptionSpec(
      "iinclude", nil, .text("pattern"), help: "as --include, in upper and lower case", isRepeatable: true),
    caselessFile: OptionSpec(
      "iinclude-file", nil, .path("file"), help: "as --include-file, in upper and lower case", isRepeatable: true))

  /// The patterns of the files come after those that are given.
  func patterns(_ arguments: ParsedArguments) throws -> PatternList {
    try PatternList(
      read(arguments, given, file), ignoringCase: read(arguments, caselessGiven, caselessFile))
  }

  /// The patterns of one option.
  static func list(_ arguments: ParsedArguments, _ option: OptionSpec) throws -> PatternList {
    try check(arguments.texts(option), in: "--\(option.name)")
    return try PatternList(arguments.texts(option))
  }

  private func read(_ arguments: ParsedArguments, _ given: OptionSpec, _ file: OptionSpec) throws -> [String] {
    let texts = arguments.texts(given)
    try Self.check(texts, in: "--\(given.name)")
    return try arguments.allBytes(file).reduce(texts) { texts, path in
      let more = try PatternFile.read(path)
      try Self.check(more, in: "'\(displayed(path))'")
      return texts + more
    }
  }

  private static func check(_ texts: [String], in place: String) throws {
    do throws(Pattern.Invalid) {
      _ = try PatternList(texts)
    } catch {
      throw UsageError(
        "the pattern '\(error.pattern)' cannot be read: \(error.problem)", advice: "Correct it in \(place).")
    }
  }
}
