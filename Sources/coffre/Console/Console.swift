import CoffreCore
import CoffreEngine
import CoffreMessages
import CoffreRepository
import CoffreSystem

/// Where a command's words go: results to stdout, all else to stderr; for people or as JSON, never both.
struct Console: Sendable {
  let isJSON: Bool
  /// JSON with restic's own types and fields, for programs that read those.
  let speaksRestic: Bool
  let isQuiet: Bool
  /// 0 to 2.
  let verbosity: Int
  let mayAsk: Bool
  let cancellation: Cancellation
  let language: Language

  init(_ arguments: ParsedArguments, cancellation: Cancellation) {
    isJSON = arguments.isOn(GlobalOptions.json)
    speaksRestic = isJSON && (arguments.text(GlobalOptions.json) == "restic" || JSONDialect.usual == .restic)
    isQuiet = arguments.isOn(GlobalOptions.quiet)
    verbosity = arguments.count(GlobalOptions.verbose)
    mayAsk = !arguments.isOn(GlobalOptions.noInput) && Terminal.isTerminal(.input)
    self.cancellation = cancellation
    language = Languages.chosen(by: arguments.text(GlobalOptions.language)) { Environment.value($0) }
  }

  /// A line of the result.
  func print(_ line: Message) throws { try StandardStream.output.write(language.text(line) + "\n") }
  /// Data as they are: JSON, lists of names, contents of files.
  func print(_ bytes: [UInt8]) throws { try StandardStream.output.write(bytes) }
  /// Columns as wide as what they hold.
  func print(table rows: [[Message]], indent: Int = 0) throws {
    let lines = TextLayout.aligned(rows.map { row in row.map { language.text($0) } })
    let margin = String(repeating: " ", count: indent)
    try StandardStream.output.write(lines.map { margin + $0 + "\n" }.joined())
  }
  /// A line beside the result.
  func note(_ line: Message) { try? StandardStream.errors.write(language.text(line) + "\n") }

  /// What could not be read and does not end the command, with what helps; in one line where programs read the rest.
  func tell(_ error: any Explained) {
    guard !isJSON else { return note("error: \(error.text)") }
    try? StandardStream.errors.write(language.text(of: error.explanation))
  }

  /// Runs a job with this console and the run's journal file listening.
  ///
  /// - Parameters:
  ///   - isFollowUp: whether another job of the same command has printed its result. In restic's words that is all that
  ///     is printed.
  ///   - listeners: who is told of everything besides.
  ///   - details: lines below that of the whole progress, on a terminal.
  ///   - summary: the few lines that people get of its result.
  func run(
    _ job: any Job, isFollowUp: Bool = false, listeners: [any EventSink] = [],
    details: @escaping @Sendable () -> [Message] = { [] }, summary: @escaping @Sendable (JobResult) -> [Message]
  ) async -> ExitCode {
    var sinks: [any EventSink] = [JournalFile(folder: StateFolders.current.journal)] + listeners
    if speaksRestic, isFollowUp || ResticJSON.knows(job.description.kind) {
      sinks.append(ResticOutput(isQuiet: isQuiet, verbosity: verbosity))
    } else if isJSON {
      sinks.append(JSONOutput(showsProgress: !isQuiet, language: language))
    } else {
      sinks.append(
        HumanOutput(isQuiet: isQuiet, verbosity: verbosity, language: language, details: details, summary: summary))
    }
    let code = await JobRunner(sinks: sinks).run(job, cancellation: cancellation)
    // A result that nobody could be told is not done; a reader that went away did not want it.
    return code == .done && StandardStream.output.hasLostOutput ? .failed : code
  }

  func reportAsJSON(_ error: any Error) -> ExitCode {
    let code = (error as? any Explained)?.exitCode ?? .failed
    let sink: any EventSink =
      speaksRestic
      ? ResticOutput(isQuiet: isQuiet, verbosity: 0) : JSONOutput(showsProgress: false, language: language)
    sink.take(.failed(explanation(of: error), code))
    return code
  }
}
