import CoffreCore
import CoffreSystem

/// Sources that stand in files, in one of three forms, beside those on the command line.
struct FileLists {
  static let patterns = OptionSpec(
    "files-from", nil, .path("file"), help: "read sources from a file: shell patterns, one a line, '#' comments",
    isRepeatable: true)
  static let verbatim = OptionSpec(
    "files-from-verbatim", nil, .path("file"), help: "read sources from a file: paths as they are, one a line",
    isRepeatable: true)
  static let raw = OptionSpec(
    "files-from-raw", nil, .path("file"), help: "read sources from a file: paths, each ended by a NUL byte",
    isRepeatable: true)
  static let all = [patterns, verbatim, raw]

  private(set) var paths: [PathBytes] = []
  /// Patterns that match nothing at the moment.
  private(set) var unmatched: [PathBytes] = []
  /// The files read.
  let files: [PathBytes]

  init(_ arguments: ParsedArguments) throws {
    files = Self.all.flatMap { arguments.allBytes($0) }
    guard files.filter({ $0 == [UInt8(ascii: "-")] }).count < 2 else {
      throw UsageError("standard input can be read only once", advice: "Give '-' to one of the options.")
    }
    for file in arguments.allBytes(Self.patterns) {
      for line in try TextInput.lines(of: file).map(TextInput.trimmed) where !line.isEmpty {
        if line[0] != UInt8(ascii: "#") { try add(matching: line, from: file) }
      }
    }
    for file in arguments.allBytes(Self.verbatim) { paths += try TextInput.lines(of: file).filter { !$0.isEmpty } }
    for file in arguments.allBytes(Self.raw) { paths += try Self.names(in: TextInput.bytes(of: file), of: file) }
  }

  private mutating func add(matching line: [UInt8], from file: PathBytes) throws {
    let found: [PathBytes]
    do throws(Pattern.Invalid) {
      found = try PathExpansion(line).matches()
    } catch {
      throw UsageError(
        "the pattern '\(error.pattern)' cannot be read: \(error.problem)",
        advice: "Correct it in '\(displayed(file))', or use --files-from-verbatim.")
    }
    if found.isEmpty { unmatched.append(line) }
    paths += found
  }

  /// A list that was cut off, or is no such list, must not be taken for a short one.
  private static func names(in bytes: [UInt8], of file: PathBytes) throws -> [PathBytes] {
    guard let last = bytes.last else { return [] }
    guard last == 0 else {
      throw UsageError(
        "the last name in '\(displayed(file))' does not end with a NUL byte",
        advice: "Make the list with `find … -print0`, or use --files-from-verbatim.")
    }
    let names = bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
    guard !names.contains([]) else {
      throw UsageError(
        "there is an empty name in '\(displayed(file))'", advice: "Make the list with `find … -print0`.")
    }
    return names
  }
}
